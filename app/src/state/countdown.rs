//! The time until the next try, and since the last one.

use model::Outcome;

/// How long an order's page has to wait, and how long ago EntMine was asked in vain, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// None: nobody knows when the next try is.
    left: Option<i64>,
    asked: Option<i64>,
}

impl Waiting {
    /// As the store told it.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Safe {
                next_try_in_ms,
                asked_ms_ago,
                ..
            } => Self {
                left: Some(seconds(*next_try_in_ms)),
                asked: asked_ms_ago.map(|ms| ms / 1_000),
            },
            Outcome::Checking { asked_ms_ago, .. } => Self {
                left: None,
                asked: asked_ms_ago.map(|ms| ms / 1_000),
            },
            Outcome::Sending { .. }
            | Outcome::Confirmed { .. }
            | Outcome::NotPlaced { .. }
            | Outcome::UnderReview { .. }
            | Outcome::Cancelling { .. }
            | Outcome::Cancelled { .. } => Self::default(),
        }
    }

    /// Whether there is anything left to count.
    pub fn counts(self) -> bool {
        match self.left {
            Some(left) => left > 0,
            None => self.asked.is_some(),
        }
    }

    /// A second later.
    pub fn after_a_second(self) -> Self {
        Self {
            left: self.left.map(|left| left - 1),
            asked: self.asked.map(|asked| asked + 1),
        }
    }

    /// What came of the last try, and when the next one is.
    pub fn words(self) -> String {
        let asked = self.asked.map(asked_in_vain);
        let parts = [asked, self.left.map(next_try)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Whole seconds in a time, rounded up; never below zero.
fn seconds(ms: i64) -> i64 {
    ms.max(0).saturating_add(999) / 1_000
}

/// "Next try in 5 s", or that it is due.
fn next_try(seconds: i64) -> String {
    if seconds <= 0 {
        "Next try now".to_owned()
    } else if seconds < 120 {
        format!("Next try in {seconds} s")
    } else {
        format!("Next try in {} min", seconds / 60)
    }
}

fn asked_in_vain(seconds: i64) -> String {
    if seconds < 2 {
        "Asked just now, without an answer.".to_owned()
    } else if seconds < 120 {
        format!("Last asked {seconds} s ago, without an answer.")
    } else {
        format!("Last asked {} min ago, without an answer.", seconds / 60)
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

    #[test]
    fn who_clicked_try_now_reads_what_came_of_it() {
        let waiting = Waiting::of(&Outcome::Safe {
            receipt: "r".into(),
            next_try_in_ms: 5_000,
            asked_ms_ago: Some(900),
        });
        assert_eq!(
            waiting.words(),
            "Asked just now, without an answer. Next try in 5 s"
        );
        let later = waiting.after_a_second().after_a_second();
        assert_eq!(
            later.words(),
            "Last asked 2 s ago, without an answer. Next try in 3 s"
        );
        assert!(later.counts());
        let checking = Waiting::of(&Outcome::Checking {
            receipt: "r".into(),
            asked_ms_ago: Some(2_100),
        });
        assert_eq!(checking.words(), "Last asked 2 s ago, without an answer.");
        assert_eq!(Waiting::default().words(), "");
        let long = Waiting {
            left: Some(600),
            asked: Some(185),
        };
        assert_eq!(
            long.words(),
            "Last asked 3 min ago, without an answer. Next try in 10 min"
        );
    }
}
