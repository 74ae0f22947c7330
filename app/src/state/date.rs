//! Times as people read them.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2026-11-22T21:00:00Z` as `22 November 2026, 21:00 UTC`. What is no such time stays as it is.
pub fn long_date(rfc3339: &str) -> String {
    read(rfc3339).unwrap_or_else(|| rfc3339.to_owned())
}

fn read(time: &str) -> Option<String> {
    let number = |range: std::ops::Range<usize>| time.get(range)?.parse::<usize>().ok();
    let year = number(0..4)?;
    let month = MONTHS.get(number(5..7)?.checked_sub(1)?)?;
    let day = number(8..10)?;
    let clock = time.get(11..16)?;
    Some(format!("{day} {month} {year}, {clock} UTC"))
}

#[cfg(test)]
mod tests {
    use super::long_date;

    #[test]
    fn a_time_is_readable() {
        assert_eq!(
            long_date("2026-11-02T21:05:09.123Z"),
            "2 November 2026, 21:05 UTC"
        );
        assert_eq!(long_date("yesterday"), "yesterday");
        assert_eq!(long_date("2026-13-02T21:05:09Z"), "2026-13-02T21:05:09Z");
    }
}
