//! A merchant's own file.

use super::ENGINE;
use crate::reading_files::{HEADER, parse, with_header};
use crate::shop::{CSV, Shop, new_key, order, stored};
use entmine::ImportReport;
use model::Product;

async fn import(shop: &Shop, csv: &str) -> Counts {
    let file = parse(csv).unwrap();
    counts(&shop.entmine.import(&file, &mut |_| {}).await.unwrap())
}

async fn products(shop: &Shop) -> Vec<Product> {
    shop.entmine.snapshot().await.unwrap().products
}

/// New, changed and unchanged products.
type Counts = (u64, u64, u64);

fn report(new: u64, changed: u64, unchanged: u64) -> Counts {
    (new, changed, unchanged)
}

fn counts(report: &ImportReport) -> Counts {
    assert!(
        report.problems.is_empty() && report.left_alone.is_empty(),
        "{report:?}"
    );
    (report.new, report.changed, report.unchanged)
}

#[tokio::test]
async fn rows_of_one_handle_are_variants_that_inherit_from_its_first_row() {
    let shop = Shop::empty(ENGINE).await;
    let csv = with_header(&[
        "cloak,Cloak,<p>Warm &amp; grey.</p><p>Has <b>pockets</b>.</p>,V,Clothing,t,TRUE,Size,Small,CL-S,20.00,3,/c.webp,active",
        "cloak,,,,,,,,X-Large / Tall,CL-XL,22.5,0,,",
        "cloak,,,,,,,,,,,,/extra.webp,",
        "hat,Hat,,V,,t,true,Title,Default Title,HAT,5,1,,active",
        "draft,Draft,,V,Clothing,t,TRUE,Title,Default Title,DRAFT,5,1,,draft",
    ]);
    assert_eq!(import(&shop, &csv).await, report(4, 0, 0));
    let products = products(&shop).await;
    let cloak = |sku: &str, name: &str, slug: &str, price_minor, available| Product {
        sku: sku.into(),
        version: 1,
        name: name.into(),
        slug: slug.into(),
        category: "Clothing".into(),
        description: "Warm & grey.\n\nHas pockets.".into(),
        image: "/c.webp".into(),
        currency: "GBP".into(),
        price_minor,
        price_version: 1,
        available,
        published: true,
        ..Product::default()
    };
    assert_eq!(
        products[0],
        cloak("CL-S", "Cloak, Small", "cloak-small", 2000, 3)
    );
    assert_eq!(
        products[1],
        cloak(
            "CL-XL",
            "Cloak, X-Large / Tall",
            "cloak-x-large-tall",
            2250,
            0
        )
    );
    assert!(products[2].sku == "DRAFT" && !products[2].published);
    let hat = &products[3];
    assert_eq!((hat.name.as_str(), hat.slug.as_str()), ("Hat", "hat"));
    assert_eq!(hat.category, "Other");
}

#[tokio::test]
async fn importing_the_same_file_again_changes_nothing() {
    let shop = Shop::open(ENGINE).await;
    stored(shop.place(new_key(), &order(&[("WAND", 2, 1299)])).await);
    let before = shop.entmine.snapshot().await.unwrap();
    assert_eq!(import(&shop, CSV).await, report(0, 0, 3));
    assert_eq!(shop.entmine.snapshot().await.unwrap(), before);
}

#[tokio::test]
async fn a_changed_row_changes_its_product_and_no_other() {
    let shop = Shop::open(ENGINE).await;
    stored(shop.place(new_key(), &order(&[("WAND", 2, 1299)])).await);
    let csv = CSV
        .replace("12.99,10", "14.99,8")
        .replace("Broom,Brooms", "Besom,Brooms");
    assert_eq!(import(&shop, &csv).await, report(0, 2, 1));
    let products = products(&shop).await;
    assert_eq!(
        (products[0].name.as_str(), products[0].price_version),
        ("Besom", 1)
    );
    assert_eq!(products[1].version, 1);
    let wand = &products[2];
    assert_eq!(
        (wand.version, wand.price_minor, wand.price_version),
        (2, 1499, 2)
    );
    assert_eq!(shop.stock("WAND").await, (8, 2, 6));
    // The order was placed while the old price was shown.
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1499)])).await);
}

#[tokio::test]
async fn a_price_from_before_an_import_is_honoured() {
    let shop = Shop::open(ENGINE).await;
    shop.turn_clock(60_000);
    import(&shop, &CSV.replace("12.99", "14.99")).await;
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
}

#[tokio::test]
async fn two_products_can_swap_their_addresses() {
    let shop = Shop::open(ENGINE).await;
    let csv = CSV
        .replace("wand,Wand", "tmp,Wand")
        .replace("broom,Broom", "wand,Broom")
        .replace("tmp,", "broom,");
    import(&shop, &csv).await;
    let products = products(&shop).await;
    assert_eq!(
        (products[0].slug.as_str(), products[2].slug.as_str()),
        ("wand", "broom")
    );
}

#[tokio::test]
async fn a_renamed_sku_gets_an_address_of_its_own_and_keeps_it() {
    let shop = Shop::open(ENGINE).await;
    let csv = CSV.replace("WAND", "WAND.2");
    assert_eq!(import(&shop, &csv).await, report(1, 0, 2));
    assert_eq!(import(&shop, &csv).await, report(0, 0, 3));
    let products = products(&shop).await;
    let slugs: Vec<_> = products
        .iter()
        .map(|p| (p.sku.as_str(), p.slug.as_str()))
        .collect();
    assert_eq!(
        slugs,
        [
            ("BROOM", "broom"),
            ("MAP", "map"),
            ("WAND", "wand"),
            ("WAND.2", "wand-wand-2")
        ]
    );
}

#[tokio::test]
async fn fifty_thousand_rows_are_imported_with_progress() {
    let mut csv = String::from(HEADER);
    for number in 0..50_000 {
        let (handle, variant) = (number / 10, number % 10);
        let first = if variant == 0 {
            format!("Thing {handle},<p>Thing of <b>number</b> {handle}.</p>,V,Kind,t,TRUE,Size")
        } else {
            ",,,,,,".into()
        };
        csv.push_str(&format!(
            "\nthing-{handle},{first},{variant},T-{number},1.{:02},{variant},,active",
            number % 100
        ));
    }
    let shop = Shop::empty(ENGINE).await;
    let file = parse(&csv).unwrap();
    let mut told = Vec::new();
    let first = shop
        .entmine
        .import(&file, &mut |count| told.push(count))
        .await;
    assert_eq!(counts(&first.unwrap()), report(50_000, 0, 0));
    assert!(told.len() > 10 && told.is_sorted(), "{}", told.len());
    assert_eq!(told.last(), Some(&50_000));
    let snapshot = shop.entmine.snapshot().await.unwrap();
    assert_eq!((snapshot.seq, snapshot.products.len()), (50_000, 50_000));
    assert_eq!(shop.ask("SELECT COUNT(*) FROM prices").await, 50_000);

    let again = shop.entmine.import(&file, &mut |_| {}).await.unwrap();
    assert_eq!(counts(&again), report(0, 0, 50_000));
    assert_eq!(
        shop.entmine.changes_after(50_000, 1).await.unwrap().changes,
        []
    );
}
