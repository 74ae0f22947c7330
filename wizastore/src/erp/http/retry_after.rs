//! `Retry-After`.

use jiff::fmt::rfc2822::DateTimeParser;
use std::time::Duration;

/// The longest wait that EntMine can ask for. The background's own steps end at 15 minutes too, so
/// an hour by mistake does not keep an order back longer than an EntMine that is down.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// How long to wait (RFC 9110 §10.2.3), 15 minutes at most; none where it cannot be read.
///
/// A point in time is taken relative to the `Date` of the same answer, so that neither this
/// machine's clock nor the difference between two clocks matters. Of the three forms of a date only
/// the one that senders must use is read (§5.6.7).
pub(super) fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a long wait as well.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let seconds = |text: &str| {
        let time = DateTimeParser::new().parse_timestamp(text).ok()?;
        text.ends_with("GMT").then_some(time.as_second())
    };
    let wait = seconds(value)?.saturating_sub(seconds(date?)?);
    Some(Duration::from_secs(wait.max(0).unsigned_abs()).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: Option<&str> = Some("Sun, 22 Nov 2026 21:00:00 GMT");

    fn seconds(value: &str, date: Option<&str>) -> Option<u64> {
        retry_after(value, date).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_are_read_and_bounded() {
        assert_eq!(seconds("0", None), Some(0));
        assert_eq!(seconds("7", None), Some(7));
        assert_eq!(seconds("86400", None), Some(900));
        assert_eq!(seconds("99999999999999999999999", None), Some(900));
        for garbage in ["", "-1", "+1", "1.5", "soon", "1 2", "٣"] {
            assert_eq!(seconds(garbage, DATE), None, "{garbage}");
        }
    }

    #[test]
    fn a_point_in_time_is_relative_to_the_answers_date() {
        assert_eq!(seconds("Sun, 22 Nov 2026 21:00:30 GMT", DATE), Some(30));
        assert_eq!(seconds("Sun, 22 Nov 2026 20:59:00 GMT", DATE), Some(0));
        assert_eq!(seconds("Mon, 22 Nov 2026 21:00:30 GMT", DATE), None);
        assert_eq!(seconds("Tue, 24 Nov 2026 21:00:00 GMT", DATE), Some(900));
        assert_eq!(seconds("Sun, 22 Nov 2026 21:00:30 GMT", None), None);
    }
}
