//! Times as they are written down.

/// RFC 3339 in UTC with seconds, for example `2026-11-22T21:00:00Z`.
pub(crate) fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms)
        .map(|time| {
            let seconds = jiff::Timestamp::from_second(time.as_second()).unwrap_or(time);
            seconds.to_string()
        })
        .unwrap_or_default()
}
