//! Times as they are written down.

use jiff::Timestamp;
use jiff::tz::Offset;

/// `2026-11-22T21:00:00Z`, with a fraction where there is one. A time outside the years that
/// RFC 3339 can write (only a broken clock gives one) becomes the nearest that it can.
pub(crate) fn rfc3339(ms: i64) -> String {
    timestamp(ms).to_string()
}

/// The instant of an RFC 3339 text in milliseconds, or nothing where it is not one. A fraction may
/// have any number of digits (RFC 3339 §5.6).
pub(crate) fn parse_rfc3339(text: &str) -> Option<i64> {
    let text = match text.split_once('.') {
        Some((seconds, rest)) => {
            let end = rest.find(|c: char| !c.is_ascii_digit())?;
            let (fraction, offset) = rest.split_at(end);
            let fraction = &fraction[..fraction.len().min(NANOSECONDS)];
            format!("{seconds}.{fraction}{offset}")
        }
        None => text.to_owned(),
    };
    text.parse::<Timestamp>()
        .ok()
        .map(Timestamp::as_millisecond)
}

/// Digits of a second that are read.
const NANOSECONDS: usize = 9;

/// The year, UTC, that order numbers of this instant belong to.
pub(crate) fn year(ms: i64) -> i16 {
    Offset::UTC.to_datetime(timestamp(ms)).year()
}

fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_the_wire() {
        let ms = parse_rfc3339("2026-11-22T21:00:00Z").unwrap();
        assert_eq!(rfc3339(ms), "2026-11-22T21:00:00Z");
        assert_eq!(rfc3339(ms + 7), "2026-11-22T21:00:00.007Z");
        assert_eq!(parse_rfc3339(&rfc3339(ms + 7)), Some(ms + 7));
    }

    #[test]
    fn a_year_begins_at_midnight_utc() {
        let midnight = parse_rfc3339("2027-01-01T00:00:00Z").unwrap();
        assert_eq!((year(midnight - 1), year(midnight)), (2026, 2027));
    }

    #[test]
    fn words_are_no_time() {
        for text in ["", "yesterday", "2026-11-22", "2026-02-30T00:00:00Z"] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }
}
