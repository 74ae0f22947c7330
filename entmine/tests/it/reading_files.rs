//! What is read from a merchant's own file, and what is wrong with it. No database is needed.

use entmine::{OnDuplicate, ProductFile, ReadOptions, RowError};

pub const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,\
    Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Image Src,Status";

pub fn parse(csv: &str) -> Result<ProductFile, Vec<RowError>> {
    ProductFile::parse(csv.as_bytes(), "GBP")
}

pub fn with_header(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

/// The errors as `line/column/reason`.
fn errors(csv: &str) -> Vec<String> {
    let errors = parse(csv).expect_err("the file was good");
    errors
        .into_iter()
        .map(|error| format!("{}/{}/{}", error.line, error.column, error.reason))
        .collect()
}

#[test]
fn every_bad_row_is_told_with_its_line_column_and_reason() {
    let long = "x".repeat(256);
    let csv = with_header(&[
        "a,A,,V,K,t,TRUE,Title,Default Title,A 1,12.999,-3,,active",
        ",B,,V,K,t,TRUE,Title,Default Title,B,1,1,,active",
        "c,,,V,K,t,maybe,Title,Default Title,C,,,javascript:x,sold",
        "d,D,\"<p>two",
        "lines</p>\",V,K,t,TRUE,Title,Default Title,D,free,1,,active",
        &format!("e,{long},,V,K,t,TRUE,Title,Default Title,E,1,1,,active"),
        "f,F\u{7},,V,K,t,TRUE,Title,Default Title,F,1,many,,active",
        "g,G",
    ]);
    assert_eq!(
        errors(&csv),
        [
            "2/Variant Price/'12.999' is not a price such as 12.99",
            "3/Handle/is empty",
            "4/Published/'maybe' is neither TRUE nor FALSE",
            "4/Status/'sold' is none of active, draft, archived and unlisted",
            "4/Image Src/'javascript:x' is neither a path nor an address of http or https",
            "4/Variant Price/is empty",
            "5/Variant Price/'free' is not a price such as 12.99",
            "7/Title/'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…' is longer than 255 characters",
            "8/Variant Inventory Qty/'many' is not a whole number up to 1000000",
            // Fields that are not there are empty: a title alone sells nothing.
            "9/Variant Price/'g' has no row with a price or a SKU: nothing to sell",
        ]
    );
}

#[test]
fn everything_that_is_wrong_with_a_row_is_told_at_once() {
    let long = "x".repeat(256);
    let csv = with_header(&[
        &format!(",A,,V,K,t,maybe,Title,Default Title,{long},free,many,javascript:x,sold"),
        "b,B,,V,K,t,TRUE,Title,Default Title,SAME,free,many,,active",
        "c,C,,V,K,t,TRUE,Title,Default Title,SAME,1,1,,active",
        "d,D,,V,K,t,TRUE,Title,Default Title,,free,1,,active",
        "d,,,V,K,t,,Title,Default Title,,1,many,,active",
    ]);
    assert_eq!(
        errors(&csv),
        [
            "2/Handle/is empty",
            "2/Published/'maybe' is neither TRUE nor FALSE",
            "2/Status/'sold' is none of active, draft, archived and unlisted",
            "2/Image Src/'javascript:x' is neither a path nor an address of http or https",
            "2/Variant Price/'free' is not a price such as 12.99",
            "2/Variant SKU/'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…' is longer than 255 characters",
            "2/Variant Inventory Qty/'many' is not a whole number up to 1000000",
            "3/Variant Price/'free' is not a price such as 12.99",
            "3/Variant Inventory Qty/'many' is not a whole number up to 1000000",
            "3/Variant SKU/SAME is also the SKU of line 4",
            "5/Variant Price/'free' is not a price such as 12.99",
            "6/Variant Inventory Qty/'many' is not a whole number up to 1000000",
            "6/Variant SKU/d is also the SKU of line 5",
        ]
    );
    assert_eq!(
        errors("SKU,Price\n,free\n"),
        [
            "2/Price/'free' is not a price such as 12.99",
            "2/SKU/is empty, and so is the handle that one could be made of",
        ]
    );
}

#[test]
fn what_new_products_lack_is_told_of_rows_that_are_wrong_as_well() {
    let problems = |csv: &str| {
        let file = ProductFile::read(csv.as_bytes(), &ReadOptions::in_currency("GBP"));
        let shown = file.plan_alone().problems.shown();
        shown.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        problems("SKU,Stock\nA,many\nB,1\n"),
        [
            "line 1, Title: this column is missing, and 2 products are new",
            "line 1, Variant Price: this column is missing, and 2 products are new",
            "line 2, Stock: 'many' is not a whole number up to 1000000",
        ]
    );
    assert_eq!(
        problems("SKU,Title,Price\nA,,x\n"),
        [
            "line 2, Price: 'x' is not a price such as 12.99",
            "line 2, Title: is empty, and 'A' is a new product",
        ]
    );
    // A title that is wrong is not missing.
    let long = "x".repeat(256);
    assert_eq!(problems(&format!("SKU,Title,Price\nA,{long},1\n")).len(), 1);
}

#[test]
fn of_a_row_with_very_many_problems_the_first_are_told_and_all_are_counted() {
    let locations: String = (0..50)
        .map(|number| format!(",Inventory Available: {number}"))
        .collect();
    let csv = format!("SKU,Title,Price{locations}\nA,A,1{}\n", ",many".repeat(50));
    let file = ProductFile::read(csv.as_bytes(), &ReadOptions::in_currency("GBP"));
    let problems = file.problems();
    assert_eq!((problems.count(), problems.shown().len()), (50, 20));
}

#[test]
fn a_sku_that_is_there_twice_is_told_with_both_lines_or_settled_as_asked() {
    let csv = with_header(&[
        "a,A,,V,K,t,TRUE,Title,Default Title,SAME,1,1,,active",
        "b,B,,V,K,t,TRUE,Title,Default Title,SAME,1,1,,active",
        "c,C,,V,K,t,TRUE,Title,Default Title,SAME,1,1,,active",
    ]);
    assert_eq!(
        errors(&csv),
        [
            "3/Variant SKU/SAME on line 3 is already the SKU of line 2",
            "4/Variant SKU/SAME on line 4 is already the SKU of line 2",
        ]
    );
    for (on_duplicate, products) in [(OnDuplicate::First, 1), (OnDuplicate::Rename, 3)] {
        let options = ReadOptions {
            on_duplicate,
            ..ReadOptions::in_currency("GBP")
        };
        let file = ProductFile::read(csv.as_bytes(), &options);
        assert!(file.problems().is_empty());
        assert_eq!(file.len(), products);
        assert_eq!(file.notes().len(), 1, "{:?}", file.notes());
    }
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let bad = "a,A,,V,K,t,TRUE,Title,Default Title,A,x,1,,active";
    let good = "b,B,\"<p>\r\n\r\n</p>\",V,K,t,TRUE,Title,Default Title,B,1,1,,active";
    let price = "Variant Price/'x' is not a price such as 12.99";
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
    // Excel on an old Mac.
    let good = good.replace("\r\n", "\r");
    assert_eq!(
        errors(&format!("{HEADER}\r{good}\r{bad}\r")),
        [format!("5/{price}")]
    );
    assert_eq!(
        errors(&format!("\u{feff}{HEADER}\n{bad}")),
        [format!("2/{price}")]
    );
}

#[test]
fn a_missing_or_doubled_column_is_told_on_the_header_s_line_beside_the_rows() {
    assert_eq!(
        errors("Handle,Title,Variant SKU,Variant SKU,Variant Price\na,A,A,A,free\n"),
        [
            "1/Variant SKU/this column is there twice",
            "2/Variant Price/'free' is not a price such as 12.99",
        ]
    );
    assert_eq!(
        errors("Title,Variant Price\nA,1\n")[0],
        "1/Handle/this column is missing, and so is Variant SKU: nothing says which product a row \
         is about"
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
fn a_file_of_an_old_spreadsheet_is_read_and_said() {
    let mut bytes = format!("{HEADER}\na,Caf").into_bytes();
    bytes.extend(b"\xe9,,V,K,t,TRUE,Title,Default Title,A,1,1,,active\n");
    let file = ProductFile::parse(&bytes, "GBP").unwrap();
    assert!(
        file.notes()[0].contains("Windows-1252"),
        "{:?}",
        file.notes()
    );
}

#[test]
fn a_quote_that_is_never_closed_is_told() {
    let csv = with_header(&[
        "a,\"A,,V,K",
        "b,B,,V,K,t,TRUE,Title,Default Title,B,1,1,,active",
    ]);
    assert_eq!(
        errors(&csv),
        ["2//a quotation mark is opened here or before and never closed"]
    );
}

#[test]
fn a_quote_that_swallows_rows_is_told_where_it_stands() {
    for rows in [
        // The last column's swallows the rest of the file.
        &["A,Aa,1.00,\"Foo", "B,Bb,2.00,Bar", "C,Cc,3.00,Baz"][..],
        // Two of them swallow what is between.
        &["A,Aa,1.00,\"Foo", "B,Bb,2.00,\"Bar", "C,Cc,3.00,Baz"],
    ] {
        let csv = format!("SKU,Title,Price,Vendor\n{}\n", rows.join("\n"));
        let told = errors(&csv);
        assert!(told[0].starts_with("2//a quotation mark"), "{told:?}");
    }
    let inches = "SKU,Title,Price\nA,5\" pipe,1\nB,\"a \"\"b\"\" c\",1\n";
    assert_eq!(parse(inches).unwrap().len(), 2);
}

#[test]
fn what_is_wrong_with_the_whole_file_is_told_once_and_skipping_rows_does_not_help() {
    for (bytes, word) in [
        (&b"PK\x03\x04\x14\x00\x06\x00"[..], "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ".xls"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "picture"),
        (b"SKU,Title,\"Price\nA,A,1\n", "never closed"),
        (b"", "empty"),
        (b"Handle,Title,Price,Price\na,A,1,2\n", "there twice"),
        (b"Title,Price\nA,1\n", "missing"),
    ] {
        let file = ProductFile::read(bytes, &ReadOptions::in_currency("GBP"));
        let shown = file.problems().shown();
        assert!(shown[0].to_string().contains(word), "{shown:?}");
        assert!(file.problems().are_of_whole_file());
    }
    let rows = ProductFile::read(
        b"SKU,Title,Price\nA,A,x\n",
        &ReadOptions::in_currency("GBP"),
    );
    assert!(!rows.problems().are_of_whole_file());
}

#[test]
fn fields_that_a_spreadsheet_left_out_at_the_end_are_empty() {
    let csv = "SKU,Title,Price,Vendor,,\na,A,1\nb,B,2,V\n";
    let file = parse(csv).unwrap();
    assert_eq!(
        (file.len(), file.notes().len()),
        (2, 0),
        "{:?}",
        file.notes()
    );
    // More than the header has cannot be placed.
    assert_eq!(
        errors("SKU,Title,Price\nA,A,1,2\n"),
        ["2//has 4 fields where the header has 3 columns"]
    );
}

#[test]
fn problems_name_a_column_as_the_file_does() {
    assert_eq!(
        errors("SKU,Name,Price,Stock\nA,A,x,1\nB,B,1,many\n"),
        [
            "2/Price/'x' is not a price such as 12.99",
            "3/Stock/'many' is not a whole number up to 1000000",
        ]
    );
}

#[test]
fn of_two_names_for_one_column_the_better_known_is_read_and_strange_ones_are_named() {
    let csv = "SKU,Name,Title,Price,Colour,Warehouse shelf,Variant Grams\nA,Other,A,1,red,7,200\n";
    let file = parse(csv).unwrap();
    assert_eq!(
        file.notes(),
        ["Columns that are not read: Name, Colour, Warehouse shelf."]
    );
}

#[test]
fn the_first_hundred_errors_are_shown_and_all_are_counted() {
    let row = |number: u32| {
        format!("h{number},H,,V,K,t,TRUE,Title,Default Title,S{number},x,1,,active\n")
    };
    let csv = format!("{HEADER}\n{}", (0..250).map(row).collect::<String>());
    assert_eq!(errors(&csv).len(), 100);
    let file = ProductFile::read(csv.as_bytes(), &ReadOptions::in_currency("GBP"));
    assert_eq!(file.problems().count(), 250);
}
