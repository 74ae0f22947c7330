//! A merchant's own file.

use crate::shop::{CSV, Shop, new_key, order, stored};
use entmine::{ImportReport, ProductFile, RowError};
use model::Product;

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,\
    Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Image Src,Status";

fn parse(csv: &str) -> Result<ProductFile, Vec<RowError>> {
    ProductFile::parse(csv.as_bytes(), "GBP")
}

fn with_header(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

async fn import(shop: &Shop, csv: &str) -> ImportReport {
    let file = parse(csv).unwrap();
    shop.entmine.import(&file, &mut |_| {}).await.unwrap()
}

async fn products(shop: &Shop) -> Vec<Product> {
    shop.entmine.snapshot().await.unwrap().products
}

fn report(new: u64, changed: u64, unchanged: u64) -> ImportReport {
    ImportReport {
        new,
        changed,
        unchanged,
    }
}

/// The errors as `line/column/reason`.
fn errors(csv: &str) -> Vec<String> {
    let errors = parse(csv).expect_err("the file was good");
    errors
        .into_iter()
        .map(|error| format!("{}/{}/{}", error.line, error.column, error.reason))
        .collect()
}

#[tokio::test]
async fn rows_of_one_handle_are_variants_that_inherit_from_its_first_row() {
    let shop = Shop::empty().await;
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
    let shop = Shop::open().await;
    stored(shop.place(new_key(), &order(&[("WAND", 2, 1299)])).await);
    let before = shop.entmine.snapshot().await.unwrap();
    assert_eq!(import(&shop, CSV).await, report(0, 0, 3));
    assert_eq!(shop.entmine.snapshot().await.unwrap(), before);
}

#[tokio::test]
async fn a_changed_row_changes_its_product_and_no_other() {
    let shop = Shop::open().await;
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
        (3, 1499, 2)
    );
    assert_eq!(shop.stock("WAND").await, (8, 2, 6));
    // The order was placed while the old price was shown.
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1499)])).await);
}

#[tokio::test]
async fn a_price_from_before_an_import_is_honoured() {
    let shop = Shop::open().await;
    shop.turn_clock(60_000);
    import(&shop, &CSV.replace("12.99", "14.99")).await;
    stored(shop.place(new_key(), &order(&[("WAND", 1, 1299)])).await);
}

#[tokio::test]
async fn two_products_can_swap_their_addresses() {
    let shop = Shop::open().await;
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
    let shop = Shop::open().await;
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
    let shop = Shop::empty().await;
    let file = parse(&csv).unwrap();
    let mut told = Vec::new();
    let first = shop
        .entmine
        .import(&file, &mut |count| told.push(count))
        .await;
    assert_eq!(first.unwrap(), report(50_000, 0, 0));
    assert!(told.len() > 10 && told.is_sorted(), "{}", told.len());
    assert_eq!(told.last(), Some(&50_000));
    let snapshot = shop.entmine.snapshot().await.unwrap();
    assert_eq!((snapshot.seq, snapshot.products.len()), (50_000, 50_000));
    assert_eq!(shop.ask("SELECT COUNT(*) FROM prices").await, 50_000);

    let again = shop.entmine.import(&file, &mut |_| {}).await.unwrap();
    assert_eq!(again, report(0, 0, 50_000));
    assert_eq!(
        shop.entmine.changes_after(50_000, 1).await.unwrap().changes,
        []
    );
}

#[test]
fn every_bad_row_is_told_with_its_line_column_and_reason() {
    let long = "x".repeat(201);
    let csv = with_header(&[
        "a,A,,V,K,t,TRUE,Title,Default Title,A 1,12.999,-3,,active",
        ",B,,V,K,t,TRUE,Title,Default Title,B,1,1,,active",
        "c,,,V,K,t,maybe,Title,Default Title,C,,,javascript:x,sold",
        "d,D,\"<p>two",
        "lines</p>\",V,K,t,TRUE,Title,Default Title,D,free,1,,active",
        &format!("e,{long},,V,K,t,TRUE,Title,Default Title,E,1,1,,active"),
        "f,F\u{7},,V,K,t,TRUE,Title,Default Title,F,1,1,,active",
        "g,G",
    ]);
    assert_eq!(
        errors(&csv),
        [
            "2/Variant SKU/may hold only letters A to Z, digits, dots, hyphens and underscores",
            "2/Variant Price/is not a price such as 12.99",
            "2/Variant Inventory Qty/is not a whole number from 0 to 1000000",
            "3/Handle/is empty",
            "4/Published/is neither TRUE nor FALSE",
            "4/Status/is none of active, draft and archived",
            "4/Title/is empty",
            "4/Image Src/is neither a path nor an address of http or https",
            "4/Variant Price/is empty",
            "4/Variant Inventory Qty/is empty",
            "5/Variant Price/is not a price such as 12.99",
            "7/Title/is longer than 200 characters",
            "8/Title/holds control characters",
            "9//has 2 fields where the header has 14",
        ]
    );
}

#[test]
fn a_sku_or_address_that_is_there_twice_is_told_with_both_lines() {
    let csv = with_header(&[
        "a,A,,V,K,t,TRUE,Title,Default Title,SAME,1,1,,active",
        "b,B,,V,K,t,TRUE,Title,Default Title,SAME,1,1,,active",
        "c,C,,V,K,t,TRUE,Size,Red,C-1,1,1,,active",
        "c-red,C,,V,K,t,TRUE,Title,Default Title,C-2,1,1,,active",
        "c,,,,,,,,red!,C-3,1,1,,",
    ]);
    assert_eq!(
        errors(&csv),
        [
            "3/Variant SKU/SAME on line 3 is already the SKU of line 2",
            "5/Handle/the product's address c-red on line 5 is already the one of line 4",
            "6/Handle/the product's address c-red on line 6 is already the one of line 4",
        ]
    );
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let bad = "a,A,,V,K,t,TRUE,Title,Default Title,A,x,1,,active";
    let good = "b,B,\"<p>\r\n\r\n</p>\",V,K,t,TRUE,Title,Default Title,B,1,1,,active";
    let price = "Variant Price/is not a price such as 12.99";
    assert_eq!(
        errors(&format!("{HEADER}\r\n{good}\r\n{bad}\r\n")),
        [format!("5/{price}")]
    );
    assert_eq!(
        errors(&format!("{HEADER}\n\n\n{bad}\n")),
        [format!("4/{price}")]
    );
    assert_eq!(
        errors(&format!("{HEADER}\n,,,,,,,,,,,,,\n{bad}")),
        [format!("3/{price}")]
    );
    assert_eq!(
        errors(&format!("\u{feff}{HEADER}\n{bad}")),
        [format!("2/{price}")]
    );
}

#[test]
fn a_missing_or_doubled_column_is_told_on_the_header_s_line() {
    assert_eq!(
        errors("Handle,Title,Variant SKU,Variant SKU\n"),
        [
            "1/Variant SKU/this column is there twice",
            "1/Variant Price/this column is missing",
            "1/Variant Inventory Qty/this column is missing",
        ]
    );
    assert_eq!(errors(""), ["1//the file is empty"]);
}

#[test]
fn the_order_of_columns_is_free_and_others_are_ignored() {
    let csv = "Colour,Variant SKU,Title,Variant Inventory Qty,Handle,Variant Price\n\
               red,A,A name,1,a,1.00\n";
    assert_eq!(parse(csv).unwrap().len(), 1);
}

#[test]
fn a_file_in_another_encoding_is_told_with_its_line() {
    let mut bytes = format!("{HEADER}\na,Caf").into_bytes();
    bytes.extend(b"\xe9,,V,K,t,TRUE,Title,Default Title,A,1,1,,active\n");
    let errors = ProductFile::parse(&bytes, "GBP").unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!((errors[0].line, errors[0].column.as_str()), (2, ""));
    assert!(errors[0].to_string().contains("UTF-8"), "{}", errors[0]);
}

#[test]
fn a_quote_that_is_never_closed_is_told() {
    let csv = with_header(&[
        "a,\"A,,V,K",
        "b,B,,V,K,t,TRUE,Title,Default Title,B,1,1,,active",
    ]);
    assert_eq!(errors(&csv), ["2//has 2 fields where the header has 14"]);
}

#[test]
fn after_a_hundred_errors_the_rest_is_counted() {
    let row = |number: u32| {
        format!("h{number},H,,V,K,t,TRUE,Title,Default Title,S{number},x,1,,active\n")
    };
    let csv = format!("{HEADER}\n{}", (0..250).map(row).collect::<String>());
    let errors = errors(&csv);
    assert_eq!(errors.len(), 101);
    assert_eq!(errors[100], "102//and 150 more from this line on");
}
