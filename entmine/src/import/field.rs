//! Single fields of a row: each gives its value, or what is wrong with it.

/// The longest name of a product, in characters.
const MAX_NAME: usize = 200;
/// The longest handle, in characters: a page's address with every option in it.
const MAX_HANDLE: usize = 2_000;
/// The longest description, in characters: two printed pages.
pub(crate) const MAX_DESCRIPTION: usize = 10_000;
/// The longest SKU.
const MAX_SKU: usize = 64;
/// The longest address of a picture, in characters.
const MAX_IMAGE: usize = 1_000;
/// The highest price, in minor units: a million pounds. Beyond it somebody forgot a decimal point.
pub(crate) const MAX_PRICE_MINOR: i64 = 100_000_000;
/// The largest stock.
const MAX_QUANTITY: i64 = 1_000_000;

type Read<T> = Result<T, String>;

/// A line of text that has to be there: a name, a handle, a category.
pub(crate) fn text(field: &str) -> Read<String> {
    if field.is_empty() {
        return Err("is empty".into());
    }
    within(field, MAX_NAME)
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
    if is_path || field.starts_with("https://") || field.starts_with("http://") {
        within(field, MAX_IMAGE)
    } else {
        Err("is neither a path nor an address of http or https".into())
    }
}

/// The merchant's id of one product; it stands in addresses and files, hence the few characters.
pub(crate) fn sku(field: &str) -> Read<String> {
    if field.is_empty() {
        return Err("is empty".into());
    }
    if field.len() > MAX_SKU {
        return Err(format!("is longer than {MAX_SKU} characters"));
    }
    if !field
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    {
        return Err("may hold only letters A to Z, digits, dots, hyphens and underscores".into());
    }
    Ok(field.to_owned())
}

/// A price such as `12.99` in minor units.
pub(crate) fn price(field: &str) -> Read<i64> {
    if field.is_empty() {
        return Err("is empty".into());
    }
    let (units, cents) = field.split_once('.').unwrap_or((field, "00"));
    let cents = match cents.len() {
        1 => format!("{cents}0"),
        2 => cents.to_owned(),
        _other => return Err(not_a_price()),
    };
    let minor = digits(units)
        .zip(digits(&cents))
        .and_then(|(units, cents)| units.checked_mul(100)?.checked_add(cents));
    match minor {
        Some(minor) if minor <= MAX_PRICE_MINOR => Ok(minor),
        Some(_) => Err(format!("is more than {}", MAX_PRICE_MINOR / 100)),
        None => Err(not_a_price()),
    }
}

fn not_a_price() -> String {
    "is not a price such as 12.99".into()
}

/// Pieces in stock.
pub(crate) fn quantity(field: &str) -> Read<i64> {
    if field.is_empty() {
        return Err("is empty".into());
    }
    digits(field)
        .filter(|quantity| *quantity <= MAX_QUANTITY)
        .ok_or_else(|| format!("is not a whole number from 0 to {MAX_QUANTITY}"))
}

/// A number of ASCII digits only: `parse` alone would take a sign.
fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Whether the product is on sale on line. Empty publishes it, as in Shopify's own import.
pub(crate) fn published(field: &str) -> Read<bool> {
    match field.to_ascii_lowercase().as_str() {
        "true" | "" => Ok(true),
        "false" => Ok(false),
        _other => Err("is neither TRUE nor FALSE".into()),
    }
}

/// Whether the product's status lets it be sold. Empty is active, as in Shopify's own import.
pub(crate) fn active(field: &str) -> Read<bool> {
    match field.to_ascii_lowercase().as_str() {
        "active" | "" => Ok(true),
        "draft" | "archived" => Ok(false),
        _other => Err("is none of active, draft and archived".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_become_minor_units_without_floats() {
        for (field, minor) in [
            ("12.99", 1299),
            ("12.9", 1290),
            ("12", 1200),
            ("0", 0),
            ("0.07", 7),
            ("1000000.00", 100_000_000),
        ] {
            assert_eq!(price(field), Ok(minor), "{field}");
        }
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for field in [
            "",
            "-1",
            "+1",
            "12.999",
            "12.",
            ".5",
            "1,299.00",
            "12,99",
            "£12",
            "1e3",
            "NaN",
            "1 2",
            "1000000.01",
            "99999999999999999999",
            "9223372036854775807",
            "٣",
        ] {
            assert!(price(field).is_err(), "{field}");
        }
    }

    #[test]
    fn quantities_are_whole_and_within_bounds() {
        assert_eq!(quantity("0"), Ok(0));
        assert_eq!(quantity("1000000"), Ok(1_000_000));
        for field in [
            "",
            "-1",
            "+1",
            "1.0",
            "1000001",
            "many",
            "99999999999999999999",
        ] {
            assert!(quantity(field).is_err(), "{field}");
        }
    }

    #[test]
    fn skus_have_few_characters_and_an_end() {
        assert!(sku("WAND-Oak_11.b").is_ok());
        for field in ["", "a b", "a/b", "ä", &"x".repeat(65)] {
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
            assert!(image(field).is_ok(), "{field}");
        }
        for field in ["javascript:alert(1)", "data:image/png;base64,x", "/a\u{0}b"] {
            assert!(image(field).is_err(), "{field}");
        }
    }
}
