//! Money as people read it.

/// Formats minor units (pence) for people: `1299`, `"GBP"` → `£12.99`.
///
/// A currency without a sign of its own here is written as its code: `NOK 12.99`. All currencies
/// are taken to have two decimals, as the ones that the store can be set to have.
pub fn format_minor(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "−" } else { "" };
    let units = minor.unsigned_abs() / 100;
    let cents = minor.unsigned_abs() % 100;
    let unit = match currency {
        "GBP" => "£".to_owned(),
        "EUR" => "€".to_owned(),
        "USD" => "$".to_owned(),
        other => format!("{other}\u{a0}"),
    };
    format!("{sign}{unit}{}.{cents:02}", with_thousands(units))
}

fn with_thousands(units: u64) -> String {
    let digits = units.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::format_minor;

    #[test]
    fn pence_become_pounds() {
        assert_eq!(format_minor(0, "GBP"), "£0.00");
        assert_eq!(format_minor(5, "GBP"), "£0.05");
        assert_eq!(format_minor(1299, "GBP"), "£12.99");
        assert_eq!(format_minor(123_456_789, "GBP"), "£1,234,567.89");
        assert_eq!(format_minor(-250, "EUR"), "−€2.50");
        assert_eq!(format_minor(250, "NOK"), "NOK\u{a0}2.50");
    }
}
