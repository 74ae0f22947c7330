//! `Retry-After`.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;
use std::time::Duration;

/// The longest wait that EntMine can ask for. The background's own steps end at 15 minutes too, so
/// an hour by mistake does not keep an order back longer than an EntMine that is down.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// How long to wait (RFC 9110 §10.2.3), 15 minutes at most; none where it cannot be read.
///
/// A point in time is taken relative to the `Date` of the same answer, so that neither this
/// machine's clock nor the difference between two clocks matters; an answer without one is dated when
/// it arrived.
pub(super) fn retry_after(value: &str, date: Option<&str>, arrived_s: i64) -> Option<Duration> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a long wait as well.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let said_s = date.and_then(seconds).unwrap_or(arrived_s);
    let wait = seconds(value)?.saturating_sub(said_s);
    Some(Duration::from_secs(wait.max(0).unsigned_abs()).min(LONGEST))
}

/// A date in one of the three forms that have to be understood (RFC 9110 §5.6.7), in seconds since
/// 1970.
fn seconds(text: &str) -> Option<i64> {
    if text.ends_with("GMT")
        && let Ok(time) = DateTimeParser::new().parse_timestamp(text)
    {
        return Some(time.as_second());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| DateTime::strptime(form, text).ok())
        .and_then(|time| time.to_zoned(TimeZone::UTC).ok())
        .map(|time| time.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 22 Nov 2026 21:00:10 GMT.
    const ARRIVED_S: i64 = 1_795_381_210;
    const DATE: Option<&str> = Some("Sun, 22 Nov 2026 21:00:00 GMT");

    fn wait_s(value: &str, date: Option<&str>) -> Option<u64> {
        retry_after(value, date, ARRIVED_S).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_are_read_and_bounded() {
        assert_eq!(wait_s("0", None), Some(0));
        assert_eq!(wait_s("7", None), Some(7));
        assert_eq!(wait_s("86400", None), Some(900));
        assert_eq!(wait_s("99999999999999999999999", None), Some(900));
        for garbage in ["", "-1", "+1", "1.5", "soon", "1 2", "٣"] {
            assert_eq!(wait_s(garbage, DATE), None, "{garbage}");
        }
    }

    #[test]
    fn a_point_in_time_is_relative_to_the_answers_date() {
        assert_eq!(wait_s("Sun, 22 Nov 2026 21:00:30 GMT", DATE), Some(30));
        assert_eq!(wait_s("Sun, 22 Nov 2026 20:59:00 GMT", DATE), Some(0));
        assert_eq!(wait_s("Mon, 22 Nov 2026 21:00:30 GMT", DATE), None);
        assert_eq!(wait_s("Tue, 24 Nov 2026 21:00:00 GMT", DATE), Some(900));
        // Without a date the answer is as old as its arrival.
        assert_eq!(wait_s("Sun, 22 Nov 2026 21:00:30 GMT", None), Some(20));
        assert_eq!(wait_s("Sun, 22 Nov 2026 21:00:30 GMT", Some("?")), Some(20));
    }

    #[test]
    fn all_forms_of_a_date_are_read() {
        for form in [
            "Sun, 22 Nov 2026 21:00:30 GMT",
            "Sunday, 22-Nov-26 21:00:30 GMT",
            "Sun Nov 22 21:00:30 2026",
        ] {
            assert_eq!(wait_s(form, DATE), Some(30), "{form}");
        }
        let single = Some("Sun Nov  1 21:00:00 2026");
        assert_eq!(wait_s("Sun Nov  1 21:00:07 2026", single), Some(7));
    }
}
