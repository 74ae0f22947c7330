//! Single fields of a row: each gives its value, or what is wrong with it.

use super::price::price_number;
use crate::catalog::ProductStatus;

/// The longest title, in characters: Shopify's.
const MAX_TITLE: usize = 255;
/// The longest name, in characters: a title and three options.
const MAX_NAME: usize = 4 * MAX_TITLE + 6;
/// The longest handle, in characters: a page's address with every option in it.
const MAX_HANDLE: usize = 2_000;
/// The longest description, in characters: six printed pages.
pub(crate) const MAX_DESCRIPTION: usize = 30_000;
/// The longest SKU, in characters: Shopify's.
pub(crate) const MAX_SKU: usize = 255;
/// The longest address of a picture, in characters.
const MAX_IMAGE: usize = 2_000;
/// The largest stock.
const MAX_QUANTITY: i64 = 1_000_000;

pub(super) type Read<T> = Result<T, String>;

/// A line of text that has to be there: a title, an option, a category.
pub(crate) fn text(field: &str) -> Read<String> {
    if field.is_empty() {
        return Err("is empty".into());
    }
    within(&one_line(field), MAX_TITLE)
}

/// The name of a variant: a title with its options.
pub(crate) fn name(field: &str) -> Read<String> {
    if field.is_empty() {
        return Err("is empty".into());
    }
    within(&one_line(field), MAX_NAME)
}

/// Where a line ends, a space is meant.
fn one_line(field: &str) -> String {
    if !field.contains(['\n', '\r', '\t']) {
        return field.to_owned();
    }
    field
        .split(['\n', '\r', '\t'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A handle. An export writes the whole address of a product as its handle, and that of a variant is
/// longer than what its merchant wrote.
pub(crate) fn handle(field: &str) -> Read<String> {
    if field.is_empty() {
        return Err("is empty".into());
    }
    within(field, MAX_HANDLE)
}

/// A text of one line within a length in characters.
fn within(field: &str, most: usize) -> Read<String> {
    if field.chars().count() > most {
        return Err(format!("is longer than {most} characters"));
    }
    if field.chars().any(char::is_control) {
        return Err("holds control characters".into());
    }
    Ok(field.to_owned())
}

/// The department; a product without one is sold under "Other".
pub(crate) fn category(field: &str) -> Read<String> {
    text(if field.is_empty() { "Other" } else { field })
}

/// The HTML of a description as plain text.
pub(crate) fn description(field: &str) -> Read<String> {
    if field
        .chars()
        .any(|c| c.is_control() && !"\n\r\t".contains(c))
    {
        return Err("holds control characters".into());
    }
    let text = super::plain::plain_text(field)?;
    if text.chars().count() > MAX_DESCRIPTION {
        return Err(format!("is longer than {MAX_DESCRIPTION} characters"));
    }
    Ok(text)
}

/// The address of a picture: a path, or a full address of http or https. It may be empty.
pub(crate) fn image(field: &str) -> Read<String> {
    let is_path = !field.split('/').next().unwrap_or("").contains(':');
    let scheme = |scheme: &str| {
        let start = field.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    if field.starts_with("//") {
        // A page's own way to name another server.
        within(&format!("https:{field}"), MAX_IMAGE)
    } else if scheme("https://") || scheme("http://") {
        let (scheme, rest) = field.split_at(field.find(':').unwrap_or(0));
        within(&format!("{}{rest}", scheme.to_lowercase()), MAX_IMAGE)
    } else if is_path {
        within(field, MAX_IMAGE)
    } else {
        Err("is neither a path nor an address of http or https".into())
    }
}

/// The merchant's id of one product, kept letter by letter.
pub(crate) fn sku(field: &str) -> Read<String> {
    if field.is_empty() {
        return Err("is empty".into());
    }
    within(field, MAX_SKU)
}

/// Pieces in stock, as spreadsheets write a whole number: `5`, `5.0`, `1,000`, `+5`. An oversold product
/// has fewer than none.
pub(super) fn quantity(field: &str) -> Read<i64> {
    let wrong = || format!("is not a whole number up to {MAX_QUANTITY}");
    let (sign, number) = match field.strip_prefix(['-', '\u{2212}']) {
        Some(number) => (-1, number),
        None => (1, field.strip_prefix('+').unwrap_or(field)),
    };
    // A spreadsheet may write 5 as 5.0 or 5,00, which is no group of three.
    let whole = match number.rsplit_once(['.', ',']) {
        Some((whole, "0" | "00")) => whole,
        Some(_) | None => number,
    };
    let minor = price_number(whole).map_err(|_| wrong())?;
    match minor / 100 {
        pieces if pieces <= MAX_QUANTITY && minor % 100 == 0 => Ok(sign * pieces),
        _ => Err(wrong()),
    }
}

/// Yes or no, as spreadsheets of several languages write it.
pub(super) fn yes_or_no(field: &str) -> Read<bool> {
    match field.to_lowercase().as_str() {
        "true" | "yes" | "1" | "wahr" | "vrai" | "verdadero" | "vero" | "waar" => Ok(true),
        "false" | "no" | "0" | "falsch" | "faux" | "falso" | "onwaar" => Ok(false),
        _other => Err("is neither TRUE nor FALSE".into()),
    }
}

/// Whether the product is on sale on line. Empty publishes it, as in Shopify's own import.
pub(super) fn published(field: &str) -> Read<bool> {
    if field.is_empty() {
        return Ok(true);
    }
    yes_or_no(field)
}

/// The product's status. Empty is active, as in Shopify's own import.
pub(super) fn status(field: &str) -> Read<ProductStatus> {
    if field.is_empty() {
        return Ok(ProductStatus::Active);
    }
    ProductStatus::parse(field)
        .ok_or_else(|| "is none of active, draft, archived and unlisted".into())
}

/// Whether it is sold also when there is none left.
pub(super) fn sells_on(field: &str) -> Read<bool> {
    match field.to_lowercase().as_str() {
        "" | "deny" => Ok(false),
        "continue" => Ok(true),
        _other => yes_or_no(field).map_err(|_| "is neither deny nor continue".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_whole() {
        for (field, quantity) in [
            ("0", 0),
            ("1000000", 1_000_000),
            ("-3", -3),
            ("5.0", 5),
            ("5,00", 5),
            ("+5", 5),
            ("1,000", 1_000),
            ("1 000.00", 1_000),
        ] {
            assert_eq!(super::quantity(field), Ok(quantity), "{field}");
        }
        for field in [
            "",
            "1.5",
            "1000001",
            "many",
            "--1",
            "99999999999999999999",
            "5 boxes",
            "0,5",
            "10%",
        ] {
            assert!(quantity(field).is_err(), "{field}");
        }
    }

    #[test]
    fn skus_are_the_merchant_s() {
        let longest = "ä".repeat(255);
        for field in [
            "WAND-Oak_11.b",
            "'000077",
            "Shoes - DZR - 41",
            "AB/12",
            "#X",
            &longest,
        ] {
            assert_eq!(sku(field).as_deref(), Ok(field));
        }
        for field in ["", "a\u{7}", &"x".repeat(256)] {
            assert!(sku(field).is_err(), "{field}");
        }
    }

    #[test]
    fn pictures_are_paths_or_web_addresses() {
        for field in [
            "",
            "/products/a.webp",
            "a.webp",
            "https://cdn.example/a.png?v=1",
        ] {
            assert_eq!(image(field).as_deref(), Ok(field));
        }
        let other = image("//cdn.example/a.png");
        assert_eq!(other.as_deref(), Ok("https://cdn.example/a.png"));
        let capitals = image("HTTPS://cdn.example/A.png");
        assert_eq!(capitals.as_deref(), Ok("https://cdn.example/A.png"));
        for field in ["javascript:alert(1)", "data:image/png;base64,x", "/a\u{0}b"] {
            assert!(image(field).is_err(), "{field}");
        }
    }
}
