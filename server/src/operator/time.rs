//! Times as people say them.

/// A span of seconds by its largest parts: `45s`, `12m`, `3h 5m`, `2d 4h`.
pub(super) fn span(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    if days > 0 {
        format!("{days}d {}h", hours % 24)
    } else if hours > 0 {
        format!("{hours}h {}m", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes}m")
    } else {
        format!("{seconds}s")
    }
}

/// `2026-11-22T21:00:00.123Z` → `2026-11-22 21:00:00`. Something else stays as it is.
pub(super) fn short(rfc3339: &str) -> String {
    match (rfc3339.get(..10), rfc3339.get(11..19)) {
        (Some(day), Some(time)) => format!("{day} {time}"),
        (None, _) | (_, None) => rfc3339.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{short, span};

    #[test]
    fn spans_are_as_exact_as_anybody_wants() {
        for (seconds, text) in [
            (-3, "0s"),
            (59, "59s"),
            (60, "1m"),
            (3_599, "59m"),
            (11_100, "3h 5m"),
            (187_200, "2d 4h"),
        ] {
            assert_eq!(span(seconds), text);
        }
        assert_eq!(short("2026-11-22T21:00:00.123Z"), "2026-11-22 21:00:00");
        assert_eq!(short("now"), "now");
    }
}
