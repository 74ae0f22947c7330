//! Every product as a file in the columns that the import reads, so that importing an export changes
//! nothing.

use super::cell::as_text;
use super::column::Column;
use super::plain::plain_text;
use crate::catalog::StockedProduct;
use std::fmt::Write as _;

const COLUMNS: [Column; 13] = [
    Column::Handle,
    Column::Title,
    Column::Body,
    Column::Type,
    Column::Published,
    Column::Sku,
    Column::Price,
    Column::Quantity,
    Column::Seen,
    Column::Tracker,
    Column::Image,
    Column::Status,
    Column::Revision,
];

/// The file of these products: CSV in UTF-8, one product a row, each with a handle of its own.
pub fn export(products: &[StockedProduct]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail, and every row has the same columns.
    let _ = writer.write_record(COLUMNS.map(Column::name));
    for stocked in products {
        let product = &stocked.product;
        let fields = COLUMNS.map(|column| match column {
            Column::Handle => product.slug.clone(),
            Column::Title => product.name.clone(),
            Column::Body => html(&product.description),
            Column::Type => product.category.clone(),
            Column::Published => truth(product.published),
            Column::Sku => product.sku.clone(),
            Column::Price => decimal(product.price_minor),
            Column::Quantity | Column::Seen => stocked.on_hand.to_string(),
            Column::Tracker => if product.tracked { "entmine" } else { "" }.to_owned(),
            Column::Image => product.image.clone(),
            Column::Status => stocked.status().as_str().to_owned(),
            Column::Revision => stocked.edition(),
            // A variant is a product of its own, its options in its name; the rest is for other files.
            Column::Option1
            | Column::Option2
            | Column::Option3
            | Column::Category
            | Column::Policy
            | Column::VariantImage
            | Column::ImagePosition
            | Column::Location
            | Column::Available
            | Column::OnHand
            | Column::Counted => String::new(),
        });
        let fields = fields.map(|field| as_text(&field));
        let _ = writer.write_record(fields);
    }
    writer.into_inner().unwrap_or_default()
}

fn truth(yes: bool) -> String {
    if yes { "TRUE" } else { "FALSE" }.to_owned()
}

/// A price as the import reads it, such as `12.99`.
pub(crate) fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", minor / 100, minor % 100)
}

/// The plainest HTML that is read as this text: the text itself, paragraphs, or lines as they are.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let mut paragraphs = String::new();
    for paragraph in escaped.split("\n\n") {
        // Writing to a string cannot fail.
        let _ = write!(paragraphs, "<p>{}</p>", paragraph.replace('\n', "<br>"));
    }
    let lines = format!("<pre>{escaped}</pre>");
    [text.to_owned(), paragraphs, lines]
        .into_iter()
        .find(|html| plain_text(html).as_deref() == Ok(text))
        // No text that EntMine keeps gets here; its words are kept all the same.
        .unwrap_or(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_they_will_be_read() {
        for text in [
            "",
            "One line.",
            "5 < 6 & so on",
            "Two paragraphs.\n\nOf a line each.",
            "A line.\nAnother.\n\n* a\n* list",
            "a   table  with spaces\nof its own",
            "&amp; <b>as text</b>",
        ] {
            assert_eq!(plain_text(&html(text)).as_deref(), Ok(text), "{text:?}");
        }
    }
}
