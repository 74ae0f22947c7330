//! Why a request of ours has no answer.

/// A request without an answer of the store's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostError {
    /// Refused at the entrance: nothing of it was taken.
    Refused(Refusal),
    /// Nobody knows whether it arrived.
    Lost,
}

/// What was refused, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Too often; again after so many seconds.
    TooOften { wait_s: u32 },
    /// The shop does not take it from this page.
    Forbidden,
    /// The shop could not read it.
    Unreadable,
}

/// The wait where a refusal names none.
const WAIT_S: u32 = 5;
/// Nobody waits longer than this at a page.
const LONGEST_WAIT_S: u32 = 600;

impl PostError {
    /// What a status other than success means. Only those that are given before a request is looked
    /// at prove that nothing was taken; a proxy's 502 or the server's 500 prove nothing.
    pub fn of_status(status: u16, retry_after: Option<&str>) -> Self {
        match status {
            429 => {
                let named = retry_after.and_then(|seconds| seconds.trim().parse().ok());
                let wait_s = named.unwrap_or(WAIT_S).clamp(1, LONGEST_WAIT_S);
                Self::Refused(Refusal::TooOften { wait_s })
            }
            403 => Self::Refused(Refusal::Forbidden),
            400 | 413 | 415 => Self::Refused(Refusal::Unreadable),
            _ => Self::Lost,
        }
    }
}

impl Refusal {
    /// Seconds in which another try would be refused too.
    pub fn wait_s(self) -> u32 {
        match self {
            Self::TooOften { wait_s } => wait_s,
            Self::Forbidden | Self::Unreadable => 0,
        }
    }

    /// What happened, and what to do. `left_s`: seconds of the wait that are left.
    pub fn words(self, left_s: u32) -> String {
        match self {
            Self::TooOften { .. } if left_s > 0 => format!(
                "The shop is busy just now and did not take it. Please try again in {left_s} s."
            ),
            Self::TooOften { .. } => {
                "The shop was busy and did not take it. You can try again now.".to_owned()
            }
            Self::Forbidden => "The shop did not take it from this page. Please reload the page \
                                and try again."
                .to_owned(),
            Self::Unreadable => {
                "The shop could not read it. Please reload the page and try again; \
                                 what you typed is kept."
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_at_the_entrance_took_nothing() {
        let refused = |status, after| PostError::of_status(status, after);
        let busy = |wait_s| PostError::Refused(Refusal::TooOften { wait_s });
        assert_eq!(refused(429, Some("7")), busy(7));
        assert_eq!(refused(429, None), busy(5));
        assert_eq!(refused(429, Some("Wed, 21 Oct 2026 07:28:00 GMT")), busy(5));
        assert_eq!(refused(429, Some("0")), busy(1));
        assert_eq!(refused(429, Some("99999999")), busy(600));
        assert_eq!(refused(403, None), PostError::Refused(Refusal::Forbidden));
        assert_eq!(refused(413, None), PostError::Refused(Refusal::Unreadable));
    }

    #[test]
    fn what_may_have_been_looked_at_is_lost() {
        for status in [404, 408, 409, 500, 502, 503, 504, 302] {
            assert_eq!(PostError::of_status(status, Some("7")), PostError::Lost);
        }
    }

    #[test]
    fn the_wait_is_told_and_its_end_too() {
        let busy = Refusal::TooOften { wait_s: 5 };
        assert!(busy.words(3).ends_with("Please try again in 3 s."));
        assert!(busy.words(0).ends_with("You can try again now."));
    }
}
