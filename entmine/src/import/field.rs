//! Single fields of a row: each gives its value, or what is wrong with it.

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
/// The highest price, in minor units: a million pounds. Beyond it somebody forgot a decimal point.
pub(crate) const MAX_PRICE_MINOR: i64 = 100_000_000;
/// The largest stock.
const MAX_QUANTITY: i64 = 1_000_000;

type Read<T> = Result<T, String>;

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

/// A price as people and spreadsheets write it, in minor units: `12.99`, `12,99`, `1.234,50 €`,
/// `£1,234.50`; and the sign or code of a currency that it names, empty where it names none.
pub(super) fn written_price(field: &str) -> Read<(i64, &str)> {
    // Some signs end with a dot, so a number goes from its first digit to its last.
    let is_digit = |c: char| c.is_ascii_digit();
    let (Some(start), Some(end)) = (field.find(is_digit), field.rfind(is_digit)) else {
        return Ok((price(field)?, ""));
    };
    let (before, number) = field.split_at(start);
    let (number, after) = number.split_at(end + 1 - start);
    let named = match (before.trim(), after.trim()) {
        ("", named) | (named, "") => named,
        (_, _) => return Err(not_a_price()),
    };
    if !named.is_empty() && currencies_of(named).is_none() {
        return Err(not_a_price());
    }
    Ok((price_number(number)?, named))
}

/// The codes of ISO 4217 for money that people pay with. No other letters beside a number are a currency:
/// `5 pcs` and `10 off` are no prices.
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY \
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS \
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR \
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV \
    WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// The currencies (ISO 4217) that a sign or code can mean; none where it is neither.
pub(super) fn currencies_of(named: &str) -> Option<Vec<String>> {
    const SIGNS: [(&str, &str); 20] = [
        ("£", "GBP GIP FKP SHP EGP LBP"),
        ("€", "EUR"),
        ("$", "USD CAD AUD NZD SGD HKD MXN ARS CLP COP TWD"),
        ("¥", "JPY CNY"),
        ("₹", "INR"),
        ("₩", "KRW"),
        ("₺", "TRY"),
        ("₽", "RUB"),
        ("₴", "UAH"),
        ("₪", "ILS"),
        ("₫", "VND"),
        ("₱", "PHP"),
        ("฿", "THB"),
        ("₦", "NGN"),
        ("kr", "SEK NOK DKK ISK"),
        ("kr.", "SEK NOK DKK ISK"),
        ("zł", "PLN"),
        ("Kč", "CZK"),
        ("Fr.", "CHF"),
        ("R$", "BRL"),
    ];
    let sign = SIGNS.iter().find(|(sign, _)| *sign == named);
    if let Some((_, codes)) = sign {
        return Some(codes.split(' ').map(str::to_owned).collect());
    }
    let is_code = CODES.split(' ').any(|code| code == named);
    is_code.then(|| vec![named.to_owned()])
}

/// A number with decimals and groups of three digits, as languages write them.
fn price_number(number: &str) -> Read<i64> {
    let is_gap = |c: char| matches!(c, '\'' | '\u{2019}') || c.is_whitespace();
    if number.is_empty()
        || !number
            .chars()
            .all(|c| c.is_ascii_digit() || ".,".contains(c) || is_gap(c))
    {
        return Err(not_a_price());
    }
    let (units, cents) = match number.rfind(['.', ',']) {
        None => (number, ""),
        Some(at) => {
            let (units, cents) = (&number[..at], &number[at + 1..]);
            let sign = &number[at..=at];
            let grouped = units.contains(['.', ',']) || sign == ",";
            match cents.len() {
                // One sign cannot be both, between groups and before cents.
                1 | 2 if !units.contains(sign) => (units, cents),
                // 1,234 and 1.234.567 have groups and no cents.
                3 if grouped => (number, ""),
                _other => return Err(not_a_price()),
            }
        }
    };
    let groups: Vec<&str> = units.split(|c| c == '.' || c == ',' || is_gap(c)).collect();
    let (first, rest) = groups.split_first().unwrap_or((&"", &[]));
    let starts_a_group = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let is_grouped = starts_a_group && rest.iter().all(|group| group.len() == 3);
    if !rest.is_empty() && !is_grouped {
        return Err(not_a_price());
    }
    let units = groups.concat();
    match cents {
        "" => price(&units),
        cents => price(&format!("{units}.{cents}")),
    }
}

fn not_a_price() -> String {
    "is not a price such as 12.99".into()
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

/// A number of ASCII digits only: `parse` alone would take a sign.
fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
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
    fn prices_are_read_as_people_write_them() {
        for (field, minor) in [
            ("12.99", 1299),
            ("12,99", 1299),
            ("9,5", 950),
            ("1,299.00", 129_900),
            ("1.299,00", 129_900),
            ("1,299", 129_900),
            ("1.234.567", 123_456_700),
            ("£12", 1200),
            ("12,99 £", 1299),
            ("GBP 5.00", 500),
            ("5.00GBP", 500),
            ("1 234,50", 123_450),
            ("1\u{a0}234,50 GBP", 123_450),
            ("£ 1'234.50", 123_450),
            ("0.50", 50),
        ] {
            let read = written_price(field).map(|(minor, _)| minor);
            if minor > MAX_PRICE_MINOR {
                assert!(read.is_err(), "{field}");
            } else {
                assert_eq!(read, Ok(minor), "{field}");
            }
        }
        for field in [
            "",
            "-1",
            "free",
            "12.999",
            "12.",
            ".5",
            "1,29,00",
            "1.2.3",
            "٣",
            "½",
            "12,999,9",
            "1e3",
            "2 for 3",
            "12-13",
            "NaN",
            "£",
            "five 5",
            "0,500",
            "1000,000",
            "(12.00)",
            "12 99",
            "1 2 3",
            "10% off",
            "2 kg",
            "12?",
            "from 5",
            "12.00 12.00",
            "5 pcs",
            "10 off",
            "was 12.99",
            "Qty 5",
            "bad5",
            "5 XXL",
        ] {
            assert!(written_price(field).is_err(), "{field}");
        }
        for (field, named) in [
            ("$12.99", "$"),
            ("12,99 €", "€"),
            ("USD 5", "USD"),
            ("5 kr", "kr"),
            ("5 kr.", "kr."),
            ("Fr. 5.50", "Fr."),
            ("5", ""),
        ] {
            assert_eq!(written_price(field).map(|(_, named)| named), Ok(named));
        }
        assert!(currencies_of("$").is_some_and(|codes| codes.contains(&"CAD".to_owned())));
        assert_eq!(currencies_of("pcs."), None);
    }

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
