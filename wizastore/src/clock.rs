//! Times as they are written down.

use jiff::{Timestamp, tz::TimeZone};

/// RFC 3339 in UTC with seconds, for example `2026-11-22T21:00:00Z`.
pub(crate) fn rfc3339(ms: i64) -> String {
    Timestamp::from_millisecond(ms)
        .map(|time| {
            let seconds = Timestamp::from_second(time.as_second()).unwrap_or(time);
            seconds.to_string()
        })
        .unwrap_or_default()
}

/// A time as people at a place read it, for example `22 November 2026, 21:00 (London time)`. A place
/// that the time zone database does not know has UTC.
pub(crate) fn local_time(ms: i64, time_zone: &str) -> String {
    let Ok(time) = Timestamp::from_millisecond(ms) else {
        return String::new();
    };
    let (zone, name) = match TimeZone::get(time_zone) {
        Ok(zone) => (zone, zone_name(time_zone)),
        Err(_) => (TimeZone::UTC, "UTC".to_owned()),
    };
    format!(
        "{} ({name})",
        time.to_zoned(zone).strftime("%-d %B %Y, %H:%M")
    )
}

/// A zone as people speak of it: by the place that it is named after, which is the last part of its
/// name in the database.
fn zone_name(time_zone: &str) -> String {
    match time_zone.rsplit_once('/') {
        Some((region, place)) if region != "Etc" => {
            format!("{} time", place.replace('_', " "))
        }
        Some((_, name)) => name.to_owned(),
        None => time_zone.to_owned(),
    }
}

/// Whether the time zone database knows a name.
pub fn is_time_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_shops_own_and_says_so() {
        // 2026-07-01T20:05:09Z, and half a year later.
        let (summer, winter) = (1_782_936_309_000, 1_798_833_909_000);
        for (zone, ms, words) in [
            ("Europe/London", summer, "1 July 2026, 21:05 (London time)"),
            (
                "Europe/London",
                winter,
                "1 January 2027, 20:05 (London time)",
            ),
            ("Asia/Kolkata", summer, "2 July 2026, 01:35 (Kolkata time)"),
            (
                "America/New_York",
                winter,
                "1 January 2027, 15:05 (New York time)",
            ),
            (
                "America/Argentina/Buenos_Aires",
                summer,
                "1 July 2026, 17:05 (Buenos Aires time)",
            ),
            ("UTC", summer, "1 July 2026, 20:05 (UTC)"),
            ("Etc/UTC", summer, "1 July 2026, 20:05 (UTC)"),
            ("Middle/Earth", summer, "1 July 2026, 20:05 (UTC)"),
        ] {
            assert_eq!(local_time(ms, zone), words, "{zone}");
        }
    }

    #[test]
    fn time_zones_are_known_without_the_machines_help() {
        assert!(is_time_zone("Australia/Lord_Howe"));
        for none in ["", "London", "Europe/Londres", "../../etc/passwd"] {
            assert!(!is_time_zone(none), "{none}");
        }
    }
}
