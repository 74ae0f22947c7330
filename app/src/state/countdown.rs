//! The time until the next try.

/// Whole seconds in a time, rounded up; never below zero.
pub fn seconds(ms: i64) -> i64 {
    ms.max(0).saturating_add(999) / 1_000
}

/// "Next try in 5 s", or that it is due.
pub fn next_try(seconds: i64) -> String {
    if seconds <= 0 {
        "Next try now".to_owned()
    } else if seconds < 120 {
        format!("Next try in {seconds} s")
    } else {
        format!("Next try in {} min", seconds / 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_second_is_a_second() {
        assert_eq!(seconds(-5), 0);
        assert_eq!(seconds(0), 0);
        assert_eq!(seconds(1), 1);
        assert_eq!(seconds(5_000), 5);
        assert_eq!(seconds(5_001), 6);
    }

    #[test]
    fn long_waits_are_told_in_minutes() {
        assert_eq!(next_try(0), "Next try now");
        assert_eq!(next_try(5), "Next try in 5 s");
        assert_eq!(next_try(601), "Next try in 10 min");
    }
}
