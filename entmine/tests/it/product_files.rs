//! Product files again: other encodings, other orders of rows, whatever characters there are.

use super::ENGINE;
use crate::shop::{Shop, new_key, order, stored};
use entmine::{BadRows, ImportReport, OnDuplicate, ProductFile, ReadOptions, export};
use model::OrderStatus;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const COLUMNS: &str = "Handle,Title,Option1 Value,Variant SKU,Variant Price\n";

fn read(bytes: &[u8]) -> ProductFile {
    ProductFile::read(bytes, &ReadOptions::in_currency("GBP"))
}

async fn import(shop: &Shop, file: &ProductFile) -> ImportReport {
    let mut quiet = |_| {};
    let report = shop
        .entmine
        .import_by("staff:morgan", file, BadRows::Skip, &mut quiet);
    report.await.unwrap()
}

async fn exported(shop: &Shop) -> Vec<u8> {
    export(&shop.entmine.all_products().await.unwrap())
}

/// SKU and what `of` says of each product.
async fn each<T>(shop: &Shop, of: impl Fn(&entmine::StockedProduct) -> T) -> Vec<(String, T)> {
    let all = shop.entmine.all_products().await.unwrap();
    let mut each: Vec<_> = all
        .iter()
        .map(|stocked| (stocked.product.sku.clone(), of(stocked)))
        .collect();
    each.sort_by(|one, other| one.0.cmp(&other.0));
    each
}

#[tokio::test]
async fn the_same_table_is_read_from_every_encoding_delimiter_and_line_end() {
    let table = "Handle,Title,SKU,Price,Inventory quantity\na,Café – “crème”,Ä-1,\"9,50\",5\n";
    let semicolons = table.replace(',', ";").replace("\"9;50\"", "9,50");
    let utf16 = |of: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{table}")
            .encode_utf16()
            .flat_map(of)
            .collect()
    };
    let files: Vec<Vec<u8>> = vec![
        table.into(),
        format!("\u{feff}{table}").into(),
        table.replace('\n', "\r\n").into(),
        table.replace('\n', "\r").into(),
        table
            .replace("Handle", "HANDLE")
            .replace("SKU", "sku")
            .into(),
        semicolons.clone().into(),
        format!("sep=;\r\n{}", semicolons.replace('\n', "\r\n")).into(),
        semicolons.replace(';', "\t").into(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        table
            .replace('–', "\u{96}")
            .replace('“', "\u{93}")
            .replace('”', "\u{94}")
            .into(),
        table
            .chars()
            .map(|c| match c {
                '–' => 0x96,
                '“' => 0x93,
                '”' => 0x94,
                latin => u8::try_from(u32::from(latin)).unwrap(),
            })
            .collect(),
    ];
    let shop = Shop::empty(ENGINE).await;
    for (number, bytes) in files.iter().enumerate() {
        let report = import(&shop, &read(bytes)).await;
        assert!(report.problems.is_empty(), "file {number}: {report:?}");
        let counts = (report.new, report.changed, report.unchanged);
        let expected = if number == 0 { (1, 0, 0) } else { (0, 0, 1) };
        assert_eq!(counts, expected, "file {number}: {report:?}");
    }
    let all = each(&shop, |p| (p.product.name.clone(), p.product.price_minor)).await;
    let name = "Café – “crème”".to_owned();
    assert_eq!(all, [("Ä-1".to_owned(), (name, 950))]);
}

#[tokio::test]
async fn an_address_stays_a_product_s_whatever_the_order_of_the_rows() {
    let shop = Shop::empty(ENGINE).await;
    let rows = [
        "t-shirt,T,Red,TS-R,1\n",
        "t-shirt-red,S,,TSR-1,1\n",
        "t-shirt-Red!,U,,TSR/1,1\n",
    ];
    let file = read(format!("{COLUMNS}{}", rows.concat()).as_bytes());
    assert_eq!(import(&shop, &file).await.new, 3);
    let slugs = each(&shop, |p| p.product.slug.clone()).await;
    for order in [[2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        let rows = order.map(|row| rows[row]).concat();
        let report = import(&shop, &read(format!("{COLUMNS}{rows}").as_bytes())).await;
        assert_eq!((report.changed, report.unchanged), (0, 3), "{order:?}");
    }
    assert_eq!(each(&shop, |p| p.product.slug.clone()).await, slugs);
}

#[tokio::test]
async fn a_product_whose_first_row_is_wrong_is_refused_whole_and_comes_back_whole() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Status,Option1 Value,Variant SKU,Variant Price\n\
        a,A,sold,Red,A-1,1\na,,,Blue,A-2,2\nb,B,active,Red,B-1,free\nb,,,Blue,B-2,2\n";
    let file = read(csv.as_bytes());
    let report = import(&shop, &file).await;
    assert_eq!((report.new, report.problems.count()), (1, 2), "{report:?}");
    let refused = String::from_utf8(file.refused_rows(&report.problems)).unwrap();
    let rows: Vec<_> = refused.lines().collect();
    assert_eq!(rows.len(), 4, "{refused}");
    assert!(rows[2].starts_with("a,A,sold,Blue,A-2,2,"), "{refused}");
    let corrected = refused.replace("sold", "unlisted").replace("free", "3");
    let report = import(&shop, &read(corrected.as_bytes())).await;
    assert_eq!((report.new, report.problems.count()), (3, 0), "{report:?}");
}

#[tokio::test]
async fn a_variant_before_the_row_that_is_wrong_is_in_the_refused_file_too() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Body,Option1 Value,SKU,Price,Image Src,Image Position\n\
        a,A,,Red,A-1,1,/2.webp,2\na,,,Blue,A-2,2,javascript:x,1\n";
    let file = read(csv.as_bytes());
    let report = import(&shop, &file).await;
    assert_eq!((report.new, report.problems.count()), (0, 1), "{report:?}");
    let refused = String::from_utf8(file.refused_rows(&report.problems)).unwrap();
    assert_eq!(refused.lines().count(), 3, "{refused}");
    assert!(refused.contains("of which line 3 is wrong"), "{refused}");
}

#[tokio::test]
async fn a_wrong_row_of_a_known_product_needs_no_title() {
    let shop = Shop::empty(ENGINE).await;
    let known = read(b"SKU,Title,Price\nA,A,1\n");
    assert_eq!(import(&shop, &known).await.new, 1);
    let report = import(&shop, &read(b"SKU,Title,Price\nA,,x\nB,,x\n")).await;
    let problems: Vec<_> = report
        .problems
        .shown()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        problems,
        [
            "line 2, Price: 'x' is not a price such as 12.99",
            "line 3, Price: 'x' is not a price such as 12.99",
            "line 3, Title: is empty, and 'B' is a new product",
        ]
    );
}

#[tokio::test]
async fn a_first_row_without_a_variant_and_rows_of_pictures_are_no_products() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Image Src,Variant Image\n\
        a,A,,,,,/a.webp,\n,,,,,,,\na,,Red,A-1,1,1,/b.webp,/red.webp\na,,Blue,A-2,1,1,,\na,,,,,,/c.webp,\n\
        a,,,,,0,/d.webp,\n";
    let report = import(&shop, &read(csv.as_bytes())).await;
    assert_eq!((report.new, report.problems.count()), (2, 0), "{report:?}");
    let images = each(&shop, |p| p.product.image.clone()).await;
    let images: Vec<_> = images.iter().map(|(_, image)| image.as_str()).collect();
    assert_eq!(images, ["/red.webp", "/a.webp"]);
}

#[tokio::test]
async fn a_doubled_sku_is_named_or_settled_and_the_same_next_time() {
    let csv = format!("{COLUMNS}a,A,Red,S,1\na,,Blue,S,2\nb,B,,S,3\n");
    for (on_duplicate, skus) in [
        (OnDuplicate::Error, &[][..]),
        (OnDuplicate::First, &["S"]),
        (OnDuplicate::Rename, &["S", "S-a.blue", "S-b"]),
    ] {
        let shop = Shop::empty(ENGINE).await;
        let options = ReadOptions {
            on_duplicate,
            ..ReadOptions::in_currency("GBP")
        };
        let file = ProductFile::read(csv.as_bytes(), &options);
        let imported = shop.entmine.import(&file, &mut |_| {}).await;
        assert_eq!(imported.is_err(), on_duplicate == OnDuplicate::Error);
        let all: Vec<_> = each(&shop, |_| ())
            .await
            .into_iter()
            .map(|(sku, ())| sku)
            .collect();
        assert_eq!(all, skus);
        if imported.is_ok() {
            let again = import(&shop, &file).await;
            assert_eq!((again.new, again.changed), (0, 0));
        }
    }
}

#[tokio::test]
async fn an_inventory_file_never_takes_stock_back_either() {
    let shop = Shop::open(ENGINE).await;
    let file = |pieces: i64| {
        let csv = format!(
            "Handle,SKU,Location,Available (not editable),On hand (new)\n\
            wand,WAND,London,{pieces},\nwand,WAND,Paris,not stocked,\n"
        );
        read(csv.as_bytes())
    };
    assert_eq!(import(&shop, &file(20)).await.changed, 1);
    let placed = shop.place(new_key(), &order(&[("WAND", 3, 1299)])).await;
    let number = stored(placed).number;
    assert_eq!(import(&shop, &file(20)).await.changed, 0);
    assert_eq!(shop.stock("WAND").await, (20, 3, 17));
    for status in [OrderStatus::Picked, OrderStatus::Shipped] {
        shop.change(&number, status).await;
    }
    assert_eq!(import(&shop, &file(20)).await.changed, 0);
    let other = import(&shop, &file(30)).await;
    assert_eq!((other.changed, other.left_alone.len()), (0, 1), "{other:?}");
    assert_eq!(shop.stock("WAND").await, (17, 0, 17));
}

#[tokio::test]
async fn a_file_that_named_the_stock_as_it_was_is_what_the_next_one_is_compared_with() {
    let shop = Shop::open(ENGINE).await;
    let file = |pieces: i64| read(format!("SKU,Inventory quantity\nWAND,{pieces}\n").as_bytes());
    assert_eq!(import(&shop, &file(10)).await.changed, 0);
    assert!(shop.entmine.set_stock("WAND", 15).await.unwrap());
    // The delivery is in the file: nothing to change, and from now on it is known to have said 15.
    assert_eq!(import(&shop, &file(15)).await.changed, 0);
    let next = import(&shop, &file(18)).await;
    assert_eq!((next.changed, next.left_alone.len()), (1, 0), "{next:?}");
    assert_eq!(shop.stock("WAND").await, (18, 0, 18));
}

#[tokio::test]
async fn rows_of_a_handle_say_the_same_in_any_order() {
    let rows = [
        "ts,T-Shirt,<p>Nice</p>,Shirts,FALSE,S,TS-S,5,12,/a.webp,draft",
        "ts,,,,,M,TS-M,5,10,,",
        "ts,,,,,,,,,/b.webp,",
        "old,Old,<p>Gone</p>,Shirts,TRUE,,OLD,5,1,,archived",
    ];
    let csv = |order: [usize; 4]| {
        let head = "Handle,Title,Body (HTML),Type,Published,Option1 Value,Variant SKU,Variant Price,\
            Variant Inventory Qty,Image Src,Status\n";
        format!("{head}{}\n", order.map(|row| rows[row]).join("\n"))
    };
    let shop = Shop::empty(ENGINE).await;
    let report = import(&shop, &read(csv([0, 1, 2, 3]).as_bytes())).await;
    assert_eq!((report.new, report.problems.count()), (3, 0), "{report:?}");
    for order in [[1, 0, 2, 3], [3, 1, 0, 2], [0, 2, 1, 3]] {
        let sorted = import(&shop, &read(csv(order).as_bytes())).await;
        assert_eq!(
            (sorted.changed, sorted.problems.count()),
            (0, 0),
            "{sorted:?}"
        );
    }
    let status = each(&shop, |p| p.status().as_str()).await;
    let status: Vec<_> = status.iter().map(|(_, status)| *status).collect();
    assert_eq!(status, ["archived", "draft", "draft"]);
    // Sorted from the beginning, it is the same catalogue.
    let other = Shop::empty(ENGINE).await;
    import(&other, &read(csv([3, 1, 0, 2]).as_bytes())).await;
    let text =
        |p: &entmine::StockedProduct| (p.product.description.clone(), p.product.name.clone());
    assert_eq!(each(&other, text).await, each(&shop, text).await);
}

#[tokio::test]
async fn every_row_that_is_left_out_is_in_the_refused_file() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "SKU,Title,Price,Vendor\nA,a,1,v\nB,b,2,v,extra\nC,c,x,v\nD,\"d,4,v\n";
    let file = read(csv.as_bytes());
    let report = import(&shop, &file).await;
    assert_eq!((report.new, report.problems.count()), (1, 3), "{report:?}");
    let refused = String::from_utf8(file.refused_rows(&report.problems)).unwrap();
    let live = read(b"SKU,Title,Price\nA,=1+1,x\n");
    let file = String::from_utf8(live.refused_rows(live.problems())).unwrap();
    assert!(file.contains("A,'=1+1,x,"), "{file}");
    for row in ["B,b,2,v,extra,", "C,c,x,v,", "D,"] {
        assert!(
            refused.lines().any(|line| line.starts_with(row)),
            "{row}: {refused}"
        );
    }
}

#[tokio::test]
async fn a_colleague_s_change_and_the_file_s_are_both_kept_field_by_field() {
    let shop = Shop::open(ENGINE).await;
    let exported = String::from_utf8(exported(&shop).await).unwrap();
    assert!(shop.entmine.set_price("BROOM", 7_000).await.unwrap());
    // The file changes the wand's name; the broom's price is a colleague's, and not the file's.
    let report = import(
        &shop,
        &read(exported.replace(",Wand,", ",Willow,").as_bytes()),
    )
    .await;
    assert_eq!((report.changed, report.unchanged), (1, 2), "{report:?}");
    assert!(report.left_alone.is_empty(), "{report:?}");
    let price = |p: &entmine::StockedProduct| p.product.price_minor;
    assert_eq!(each(&shop, price).await[0].1, 7_000);
    // Where both changed the same, the row is left alone, with the field's name.
    let report = import(&shop, &read(exported.replace("80.00", "90.00").as_bytes())).await;
    assert_eq!(report.left_alone.len(), 1, "{report:?}");
    let named = report.left_alone[0].to_string();
    assert!(
        named.contains("BROOM") && named.contains("price"),
        "{named}"
    );
    // And a broom of which the file changes something else is imported.
    let report = import(
        &shop,
        &read(exported.replace("Brooms", "Sweepers").as_bytes()),
    )
    .await;
    assert_eq!(
        (report.changed, report.left_alone.len()),
        (1, 0),
        "{report:?}"
    );
    assert_eq!(each(&shop, price).await[0].1, 7_000);
}

#[tokio::test]
async fn a_name_with_long_options_is_exported_and_imported_as_it_is() {
    let shop = Shop::empty(ENGINE).await;
    let csv = format!("{COLUMNS}a,{},Large,A-1,1\n", "T".repeat(255));
    assert_eq!(import(&shop, &read(csv.as_bytes())).await.new, 1);
    let again = import(&shop, &read(&exported(&shop).await)).await;
    assert_eq!(
        (again.unchanged, again.problems.count()),
        (1, 0),
        "{again:?}"
    );
}

#[tokio::test]
async fn two_variants_with_one_sku_are_not_one_product_of_an_inventory_file() {
    let shop = Shop::empty(ENGINE).await;
    let products = format!("{COLUMNS}ts,T,Red,S,1\nts,,Blue,S,1\n");
    let options = ReadOptions {
        on_duplicate: OnDuplicate::Rename,
        ..ReadOptions::in_currency("GBP")
    };
    import(&shop, &ProductFile::read(products.as_bytes(), &options)).await;
    let stock = "Handle,Option1 Value,SKU,Location,Available\nts,Red,S,Paris,-4\nts,Red,S,Lyon,11\n\
        ts,Blue,S,Paris,2\n";
    let refused = read(stock.as_bytes());
    assert!(
        refused.problems().shown()[0]
            .to_string()
            .contains("already the SKU of line 2")
    );
    import(&shop, &ProductFile::read(stock.as_bytes(), &options)).await;
    // Oversold in one place is owed by the other.
    assert_eq!(shop.stock("S").await, (7, 0, 7));
    assert_eq!(shop.stock("S-ts.blue").await, (2, 0, 2));
}

#[tokio::test]
async fn a_stock_that_is_left_empty_is_not_counted_and_an_unlisted_product_is_said() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty,Status\n\
        neg,Oversold,NEG,9.99,-3,active\nblank,Untracked,BLANK,9.99,,unlisted\n";
    let report = import(&shop, &read(csv.as_bytes())).await;
    assert_eq!(report.new, 2);
    let tracked = each(&shop, |p| p.product.tracked).await;
    assert_eq!(
        tracked,
        [("BLANK".to_owned(), false), ("NEG".to_owned(), true)]
    );
    for words in ["oversold", "can always be bought", "1 product unlisted"] {
        assert!(
            report.notes.iter().any(|note| note.contains(words)),
            "{:?}",
            report.notes
        );
    }
    // No column of stock says nothing about counting.
    let other = Shop::empty(ENGINE).await;
    import(&other, &read(b"SKU,Title,Price\nA,A,1\n")).await;
    assert!(each(&other, |p| p.product.tracked).await[0].1);
}

#[tokio::test]
async fn of_a_product_s_pictures_the_one_at_position_one_is_taken() {
    let shop = Shop::empty(ENGINE).await;
    let csv = "Handle,Title,Variant SKU,Variant Price,Image Src,Image Position\n\
        a,A,A,1,/second.webp,2\na,,,,/first.webp,1\nb,B,B,1,,\nb,,,,/only.webp,1\n";
    import(&shop, &read(csv.as_bytes())).await;
    let images = each(&shop, |p| p.product.image.clone()).await;
    let images: Vec<_> = images.iter().map(|(_, image)| image.as_str()).collect();
    assert_eq!(images, ["/first.webp", "/only.webp"]);
}

#[tokio::test]
async fn the_currency_of_every_new_price_is_said() {
    let shop = Shop::open(ENGINE).await;
    let file = read(b"SKU,Price\nWAND,32000\n");
    let plan = shop.entmine.plan_import(&file).await.unwrap();
    let said = plan
        .notes
        .iter()
        .any(|note| note.contains("GBP, such as £32,000.00"));
    assert!(said, "{:?}", plan.notes);
}

#[tokio::test]
async fn locations_that_have_a_column_each_are_added_up() {
    let shop = Shop::open(ENGINE).await;
    let older = "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,London,Paris\n\
        wand,Wand,Title,Default Title,WAND,,GB,14,6\nbroom,Broom,Title,Default Title,BROOM,,,not stocked,\n";
    let report = import(&shop, &read(older.as_bytes())).await;
    assert_eq!(
        (report.changed, report.problems.count()),
        (1, 0),
        "{report:?}"
    );
    assert_eq!(shop.stock("WAND").await, (20, 0, 20));
    assert_eq!(shop.stock("BROOM").await, (1, 0, 1));
    let products = "Handle,Title,Variant SKU,Variant Price,Inventory Available: London,Inventory Available: Paris\n\
        rug,Rug,RUG,9.00,2,3\nmat,Mat,MAT,9.00,-2,\ncap,Cap,CAP,9.00,some,1\n";
    let file = read(products.as_bytes());
    assert!(
        file.problems().shown()[0]
            .to_string()
            .contains("'some' is not a whole number")
    );
    assert_eq!(import(&shop, &file).await.new, 2);
    assert_eq!(shop.stock("RUG").await, (5, 0, 5));
    assert_eq!(shop.stock("MAT").await, (0, 0, 0));
}

#[tokio::test]
async fn a_product_of_which_one_location_is_wrong_keeps_its_stock() {
    let shop = Shop::open(ENGINE).await;
    for wand in [["many", "6"], ["6", "many"]] {
        let [london, paris] = wand;
        let csv = format!(
            "Handle,SKU,Location,Available\nwand,WAND,London,{london}\nwand,WAND,Paris,{paris}\n\
            broom,BROOM,Paris,6\n"
        );
        let file = read(csv.as_bytes());
        assert_eq!(file.problems().count(), 1);
        import(&shop, &file).await;
        assert_eq!(shop.stock("WAND").await, (10, 0, 10));
        assert_eq!(shop.stock("BROOM").await, (6, 0, 6));
        // Both rows go into the file to be corrected.
        let refused = String::from_utf8(file.refused_rows(file.problems())).unwrap();
        assert_eq!(refused.matches("WAND").count(), 2, "{refused}");
    }
}

#[tokio::test]
async fn export_and_import_change_nothing_whatever_characters_there_are() {
    let shop = Shop::empty(ENGINE).await;
    let mut runner = TestRunner::deterministic();
    let text = prop_oneof![
        "\\PC{1,40}",
        "['\"=+@ -]{1,4}[a-zé/#%&,;=<>'\"]{1,6}",
        "[\u{a0}\u{3000}'=＝－a]{1,5}",
    ];
    let mut texts = || text.new_tree(&mut runner).unwrap().current();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = [
        "Handle",
        "Title",
        "Body (HTML)",
        "Type",
        "Variant SKU",
        "Variant Price",
        "Image Src",
    ];
    writer.write_record(header).unwrap();
    for number in 0..400 {
        let (sku, title, body, kind) = (texts(), texts(), texts(), texts());
        let price = format!("{}.{:02}", number / 7, number % 100);
        let handle = texts();
        writer
            .write_record([&handle, &title, &body, &kind, &sku, &price, "/a b.webp"])
            .unwrap();
    }
    let options = ReadOptions {
        on_duplicate: OnDuplicate::First,
        ..ReadOptions::in_currency("GBP")
    };
    let bytes = writer.into_inner().unwrap();
    let report = import(&shop, &ProductFile::read(&bytes, &options)).await;
    assert!(report.new > 200, "{:?}", report.problems.shown());
    let before = shop.entmine.snapshot().await.unwrap();
    let file = exported(&shop).await;
    let again = import(&shop, &read(&file)).await;
    assert!(
        again.problems.is_empty() && again.left_alone.is_empty(),
        "{again:?}"
    );
    assert_eq!(
        (again.new, again.changed, again.unchanged),
        (0, 0, report.new)
    );
    assert_eq!(shop.entmine.snapshot().await.unwrap(), before);
}
