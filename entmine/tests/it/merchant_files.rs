//! Files as shops export them and people write them, beside the products that are there.

use super::ENGINE;
use crate::shop::{Shop, new_key, order, stored};
use entmine::{
    BadRows, Edited, ImportReport, MovementKind, ProductFields, ProductFile, ReadOptions, export,
};
use model::OrderStatus;
use std::collections::BTreeMap;

fn read(csv: &str) -> ProductFile {
    ProductFile::read(csv.as_bytes(), &ReadOptions::in_currency("GBP"))
}

async fn import(shop: &Shop, csv: &str) -> ImportReport {
    let file = read(csv);
    let skip = BadRows::Skip;
    let mut ignored = |_| {};
    let report = shop
        .entmine
        .import_by("staff:morgan", &file, skip, &mut ignored);
    report.await.unwrap()
}

/// Name, slug, on hand, tracked and status of every product.
async fn shown(shop: &Shop) -> BTreeMap<String, (String, String, i64, bool, &'static str)> {
    let all = shop.entmine.all_products().await.unwrap();
    all.into_iter()
        .map(|stocked| {
            let status = stocked.status().as_str();
            let product = stocked.product;
            let facts = (
                product.name,
                product.slug,
                stocked.on_hand,
                product.tracked,
                status,
            );
            (product.sku, facts)
        })
        .collect()
}

async fn exported(shop: &Shop) -> String {
    let all = shop.entmine.all_products().await.unwrap();
    String::from_utf8(export(&all)).unwrap()
}

fn said(report: &ImportReport, words: &str) -> bool {
    report.notes.iter().any(|note| note.contains(words))
}

#[tokio::test]
async fn a_product_without_a_sku_gets_the_same_one_at_each_import() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Option1 Value,Option2 Value,Variant SKU,Variant Price,Variant Inventory Qty\n\
        shirt,Shirt,Red,L,,10,1\nshirt,,Red,M,,10,2\nshirt,,+,,,10,3\nshirt,,-,,,10,4\nhat,Hat,Default Title,,,5,6\n";
    let report = import(&shop, csv).await;
    assert_eq!((report.new, report.problems.count()), (5, 0));
    assert!(
        said(&report, "5 products without a SKU"),
        "{:?}",
        report.notes
    );
    let skus: Vec<_> = shown(&shop).await.into_keys().collect();
    assert_eq!(skus[0], "hat");
    // Signs alone do not tell variants apart, so that these have a mark each.
    assert!(skus[1].starts_with("shirt.") && skus[2].starts_with("shirt."));
    assert_eq!(skus[3..], ["shirt.red.l", "shirt.red.m"]);
    let again = import(&shop, csv).await;
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 5));
    // The order of the rows does not matter.
    let turned = "Handle,Title,Option1 Value,Option2 Value,Variant SKU,Variant Price,Variant Inventory Qty\n\
        hat,Hat,Default Title,,,5,6\nshirt,Shirt,-,,,10,4\nshirt,,Red,M,,10,2\nshirt,,Red,L,,10,1\nshirt,,+,,,10,3\n";
    let again = import(&shop, turned).await;
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 5));
}

#[tokio::test]
async fn a_sku_is_kept_as_the_merchant_s() {
    let shop = Shop::empty(ENGINE).await;
    let skus = [
        "'000077",
        "Shoes - DZR - 41",
        "AB/12",
        "#XYZ2221",
        "M- 713",
        "Ä-1",
        "A&B",
        "(12)",
        "50%",
        "a?b=c",
        "..",
        "日本",
        "\"q\"",
    ];
    let mut csv = String::from("Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\n");
    for (number, sku) in skus.iter().enumerate() {
        csv.push_str(&format!(
            "k{number},K,\"{}\",9.99,5\n",
            sku.replace('"', "\"\"")
        ));
    }
    let report = import(&shop, &csv).await;
    assert_eq!(
        (report.new, report.problems.count()),
        (skus.len() as u64, 0)
    );
    for sku in skus {
        assert!(shop.entmine.product(sku).await.unwrap().is_some(), "{sku}");
    }
    let file = exported(&shop).await;
    let again = import(&shop, &file).await;
    assert_eq!((again.new, again.changed), (0, 0), "{file}");
    assert!(again.left_alone.is_empty() && again.problems.is_empty());
}

#[tokio::test]
async fn stock_means_what_shopify_means() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Tracker,Variant Inventory Policy,Variant Inventory Qty\n\
        a,Oversold,A,1,shopify,deny,-3\n\
        b,Blank,B,1,shopify,deny,\n\
        c,Not tracked,C,1,,deny,0\n\
        d,Sold on,D,1,shopify,continue,2\n\
        e,Usual,E,1,shopify,deny,7.0\n";
    let report = import(&shop, csv).await;
    assert_eq!((report.new, report.problems.count()), (5, 0));
    for words in [
        "1 product with a stock below zero",
        "1 product new and without a stock",
        "policy continue",
    ] {
        assert!(said(&report, words), "{words}: {:?}", report.notes);
    }
    let stock: Vec<_> = shown(&shop)
        .await
        .into_values()
        .map(|p| (p.2, p.3))
        .collect();
    assert_eq!(
        stock,
        [(0, true), (0, true), (0, false), (2, false), (7, true)]
    );
}

#[tokio::test]
async fn a_file_without_a_stock_column_leaves_stock_alone_and_one_with_few_columns_the_rest() {
    let shop = Shop::open(ENGINE).await;
    let report = import(&shop, "SKU,Price\nWAND,13.50\nNEW,1\n").await;
    assert_eq!((report.new, report.changed), (0, 1));
    let lines: Vec<_> = report
        .problems
        .shown()
        .into_iter()
        .map(|p| p.to_string())
        .collect();
    assert_eq!(
        lines,
        ["line 1, Title: this column is missing, and 1 product is new"]
    );
    let wand = shop.entmine.product("WAND").await.unwrap().unwrap();
    assert_eq!((wand.product.price_minor, wand.on_hand), (1350, 10));
    assert_eq!((&*wand.product.name, &*wand.product.slug), ("Wand", "wand"));
}

#[tokio::test]
async fn shopify_s_newer_names_are_read_and_so_are_semicolons_tabs_and_decimal_commas() {
    for (separator, price) in [(",", "9.99"), (";", "9,99"), ("\t", "9,99 €")] {
        let shop = Shop::empty(ENGINE).await;
        let rows = [
            [
                "Title",
                "URL handle",
                "Description",
                "Published on online store",
                "Status",
                "SKU",
                "Option1 name",
                "Option1 value",
                "Price",
                "Inventory tracker",
                "Inventory quantity",
                "Continue selling when out of stock",
                "Product image URL",
                "Variant image URL",
                "Product category",
            ],
            [
                "Wand",
                "wand",
                "<p>Oak.</p>",
                "TRUE",
                "Active",
                "W-1",
                "Size",
                "11",
                price,
                "shopify",
                "5",
                "DENY",
                "https://cdn.example/a.png",
                "https://cdn.example/b.png",
                "Toys > Wands",
            ],
            [
                "", "wand", "", "", "", "W-2", "", "12", price, "shopify", "6", "DENY", "", "", "",
            ],
            [
                "",
                "wand",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "",
                "https://cdn.example/c.png",
                "",
                "",
            ],
        ];
        let csv = rows.map(|row| row.join(separator)).join("\r\n");
        let report = import(&shop, &csv).await;
        assert_eq!(
            (report.new, report.problems.count()),
            (2, 0),
            "{:?}",
            report.problems
        );
        let all = shop.entmine.all_products().await.unwrap();
        let images: Vec<_> = all.iter().map(|p| p.product.image.as_str()).collect();
        assert_eq!(
            images,
            ["https://cdn.example/b.png", "https://cdn.example/a.png"]
        );
        assert!(all.iter().all(|p| p.product.price_minor == 999));
        assert_eq!(all[0].product.category, "Wands");
        assert_eq!(
            (&*all[0].product.name, &*all[1].product.slug),
            ("Wand, 11", "wand-12")
        );
    }
}

#[tokio::test]
async fn every_status_is_what_it_says() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Published,Status,Variant SKU,Variant Price\n\
        a,A,TRUE,active,A,1\nb,B,TRUE,Unlisted,B,1\nc,C,TRUE,draft,C,1\nd,D,FALSE,active,D,1\n\
        e,E,TRUE,archived,E,1\nf,F,,,F,1\n";
    import(&shop, csv).await;
    let status: Vec<_> = shown(&shop).await.into_values().map(|p| p.4).collect();
    assert_eq!(
        status,
        ["active", "unlisted", "draft", "draft", "archived", "active"]
    );
}

#[tokio::test]
async fn two_variants_that_would_share_an_address_get_two() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Option1 Value,Variant SKU,Variant Price\n\
        t-shirt,T-Shirt,Red,TS-R,1\nt-shirt-red,Special,Default Title,TSR-1,1\n\
        sign,Sign,+,S-P,1\nsign,,-,S-M,1\n";
    let report = import(&shop, csv).await;
    assert_eq!((report.new, report.problems.count()), (4, 0));
    let slugs = |all: BTreeMap<String, (String, String, i64, bool, &'static str)>| {
        all.into_values().map(|p| p.1).collect::<Vec<_>>()
    };
    let first = slugs(shown(&shop).await);
    assert_eq!(
        first,
        ["sign-s-m", "sign", "t-shirt-red", "t-shirt-red-tsr-1"].map(str::to_owned)
    );
    let again = import(&shop, csv).await;
    assert_eq!((again.changed, again.unchanged), (0, 4));
}

#[tokio::test]
async fn shopify_s_inventory_file_sets_stock_over_all_places_and_nothing_else() {
    let shop = Shop::open(ENGINE).await;
    stored(shop.place(new_key(), &order(&[("WAND", 2, 1299)])).await);
    let csv = "Handle,Title,Option1 Name,Option1 Value,SKU,Location,Incoming,Unavailable,Committed,Available,On hand\n\
        wand,Another name,Title,Default Title,WAND,London,0,0,0,4,4\n\
        wand,Another name,Title,Default Title,WAND,Paris,0,0,0,3,3\n\
        broom,Broom,Title,Default Title,BROOM,Paris,0,0,0,not stocked,not stocked\n\
        lamp,Lamp,Title,Default Title,LAMP,Paris,0,0,0,3,3\n";
    let report = import(&shop, csv).await;
    assert!(said(&report, "inventory file"));
    assert_eq!(
        (report.new, report.changed, report.problems.count()),
        (0, 1, 1)
    );
    assert_eq!(shop.stock("WAND").await, (7, 2, 5));
    assert_eq!(shop.stock("BROOM").await, (1, 0, 1));
    let wand = shop.entmine.product("WAND").await.unwrap().unwrap();
    assert_eq!((&*wand.product.name, &*wand.product.slug), ("Wand", "wand"));
}

#[tokio::test]
async fn an_import_never_takes_stock_back() {
    let shop = Shop::open(ENGINE).await;
    let before = exported(&shop).await;
    let number = stored(shop.place(new_key(), &order(&[("WAND", 3, 1299)])).await).number;
    shop.change(&number, OrderStatus::Picked).await;
    shop.change(&number, OrderStatus::Shipped).await;
    assert_eq!(shop.stock("WAND").await, (7, 0, 7));
    // One price was edited: it is imported, and the three pieces stay sold.
    let report = import(&shop, &before.replace("12.99", "13.99")).await;
    assert_eq!(
        (report.changed, report.unchanged, report.left_alone.len()),
        (1, 2, 0)
    );
    assert_eq!(shop.stock("WAND").await, (7, 0, 7));
    // The stock was edited beside what was sold meanwhile: that row is left alone, and named.
    let edited = before
        .replace("12.99,10,10", "12.99,25,10")
        .replace("80.00", "81.00");
    let report = import(&shop, &edited).await;
    assert_eq!((report.changed, report.left_alone.len()), (1, 1));
    let named = report.left_alone[0].to_string();
    assert!(
        named.contains("WAND has 7 pieces by now, where the file saw 10"),
        "{named}"
    );
    assert_eq!(shop.stock("WAND").await, (7, 0, 7));
    // An export of now may set it.
    let now = exported(&shop).await.replace("13.99,7,7", "13.99,25,7");
    assert_eq!(import(&shop, &now).await.changed, 1);
    assert_eq!(shop.stock("WAND").await, (25, 0, 25));
}

#[tokio::test]
async fn a_file_that_does_not_say_what_it_saw_never_takes_stock_back_either() {
    let shop = Shop::open(ENGINE).await;
    let csv = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\nwand,Wand,WAND,12.99,";
    // Nothing moved since the last file.
    assert_eq!(import(&shop, &format!("{csv}20\n")).await.changed, 1);
    assert_eq!(shop.stock("WAND").await, (20, 0, 20));
    let number = stored(shop.place(new_key(), &order(&[("WAND", 3, 1299)])).await).number;
    shop.change(&number, OrderStatus::Picked).await;
    shop.change(&number, OrderStatus::Shipped).await;
    let same = import(&shop, &format!("{csv}20\n")).await;
    assert_eq!((same.changed, same.left_alone.len()), (0, 0));
    let other = import(&shop, &format!("{csv}30\n")).await;
    assert_eq!((other.changed, other.left_alone.len()), (0, 1));
    assert_eq!(shop.stock("WAND").await, (17, 0, 17));
    let counts = shop.entmine.movements(Default::default()).await.unwrap();
    let counts = counts
        .movements
        .into_iter()
        .filter(|m| m.kind == MovementKind::Count);
    assert!(counts.map(|m| m.on_hand_change).all(|change| change > 0));
}

#[tokio::test]
async fn what_a_colleague_changed_after_the_export_stays() {
    let shop = Shop::open(ENGINE).await;
    let before = exported(&shop).await;
    let broom = shop.entmine.product("BROOM").await.unwrap().unwrap();
    let fields = ProductFields {
        name: "Besom".into(),
        ..ProductFields::of(&broom)
    };
    let edition = broom.edition();
    let edited = shop
        .entmine
        .edit_product("BROOM", &edition, fields, "staff:robin");
    let saved = edited.await.unwrap().unwrap();
    assert_eq!(saved.edited, Edited::Saved);
    let report = import(&shop, &before.replace("12.99", "13.99")).await;
    assert_eq!(
        (report.changed, report.unchanged, report.left_alone.len()),
        (1, 2, 0)
    );
    let name = shop
        .entmine
        .product("BROOM")
        .await
        .unwrap()
        .unwrap()
        .product
        .name;
    assert_eq!(name, "Besom");
}

#[tokio::test]
async fn a_spreadsheet_sees_texts_where_there_could_be_formulas() {
    let shop = Shop::empty(ENGINE).await;
    let titles = [
        "=HYPERLINK(\"https://example.org\",\"x\")",
        "+1",
        "-1",
        "@SUM(A1)",
        "'quoted",
        "''twice",
        "＝1",
        "a=b",
    ];
    let mut csv = String::from("Handle,Title,Body (HTML),Variant SKU,Variant Price\n");
    for (number, title) in titles.iter().enumerate() {
        let quoted = title.replace('"', "\"\"");
        csv.push_str(&format!(
            "f{number},\"{quoted}\",\"{quoted}\",\"{quoted}\",1\n"
        ));
    }
    import(&shop, &csv).await;
    let before = shown(&shop).await;
    assert!(titles.iter().all(|title| before.contains_key(*title)));
    let file = exported(&shop).await;
    let mut cells = csv::Reader::from_reader(file.as_bytes());
    for record in cells.records() {
        let record = record.unwrap();
        assert!(
            record
                .iter()
                .all(|cell| !cell.starts_with(['=', '+', '-', '@', '＝'])),
            "{record:?}"
        );
    }
    let report = import(&shop, &file).await;
    assert_eq!(
        (report.new, report.changed, report.unchanged),
        (0, 0, titles.len() as u64)
    );
    assert_eq!(shown(&shop).await, before);
}

#[tokio::test]
async fn before_anything_is_written_a_merchant_can_see_what_would_be() {
    let shop = Shop::open(ENGINE).await;
    let before = shop.entmine.snapshot().await.unwrap();
    let file = read(
        "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty\n\
         wand,Wand,WAND,13.99,10\nbroom,Broom,BROOM,80.00,1\npeso,Peso,PESO,32000,1\nbad,Bad,BAD,free,1\n",
    );
    let plan = shop.entmine.plan_import(&file).await.unwrap();
    assert_eq!((plan.new, plan.changed, plan.unchanged), (1, 1, 1));
    assert_eq!(plan.problems.count(), 1);
    assert!(
        said(
            &plan,
            "New prices are taken as GBP, such as £13.99, £32,000.00."
        ),
        "{:?}",
        plan.notes
    );
    assert_eq!(shop.entmine.snapshot().await.unwrap(), before);
    // All or nothing, unless it was asked for.
    shop.entmine.import(&file, &mut |_| {}).await.unwrap_err();
    assert_eq!(shop.entmine.snapshot().await.unwrap(), before);
    let mut ignored = |_| {};
    let report = shop
        .entmine
        .import_by("staff:morgan", &file, BadRows::Skip, &mut ignored);
    assert_eq!(report.await.unwrap().new, 1);
    let refused = String::from_utf8(file.refused_rows(&plan.problems)).unwrap();
    assert_eq!(
        refused,
        "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty,Reason\n\
         bad,Bad,BAD,free,1,Variant Price: 'free' is not a price such as 12.99\n"
    );
}
