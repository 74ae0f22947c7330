//! What is read from a merchant's own file, and what is wrong with it. No database is needed.

use entmine::{ProductFile, RowError};

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
