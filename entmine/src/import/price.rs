//! Prices as people, spreadsheets and shops write them, in minor units.

use super::field::Read;

/// The highest price, in minor units: a million pounds. Beyond it somebody forgot a decimal point.
pub(crate) const MAX_PRICE_MINOR: i64 = 100_000_000;

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
pub(super) fn price_number(number: &str) -> Read<i64> {
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

/// A number of ASCII digits only: `parse` alone would take a sign.
fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
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
}
