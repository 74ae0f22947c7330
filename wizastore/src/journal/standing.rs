//! Where an order stands, and what an event makes of that. Nothing is read or written here.

use super::{Event, Refused, Settlement, State, next};
use model::{OrderStatus, Reason};

/// When to try again.
#[derive(Clone, Copy)]
pub(crate) struct Waits<'a> {
    /// Whether this attempt begins a further round of the schedule.
    pub new_round: bool,
    /// The wait in milliseconds after so many unsuccessful rounds.
    pub after: &'a (dyn Fn(i64) -> i64 + Send + Sync),
}

/// What happened to an order.
#[derive(Clone, Copy)]
pub(crate) enum Happened<'a> {
    /// An attempt takes it, and owns it until then.
    Claimed { lease_until: i64 },
    /// The attempt that owns it ended, or EntMine says by another way that it accepted the order.
    Ended(&'a Settlement, Waits<'a>),
    /// The attempt that owns it outlived its lease.
    LeaseExpired,
    /// Its cancellation, which was wished for, can be carried out.
    Cancelled,
    /// An operator sends it back out of quarantine.
    Released,
    /// An operator ended it by hand, in these words.
    SettledByHand(&'a str),
}

/// The columns of an order that change with its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub state: State,
    /// The number of the newest attempt.
    pub fence: i64,
    /// The running attempt owns the order until then.
    pub lease_until: Option<i64>,
    /// An attempt may have been applied.
    pub ambiguous: bool,
    /// Answers that claimed success and could not be read.
    pub unreadable: i64,
    /// Unsuccessful rounds, for the schedule.
    pub rounds: i64,
    /// When the background takes it up again.
    pub next_try_at: Option<i64>,
    /// EntMine asked for patience.
    pub not_before: Option<i64>,
    /// EntMine's order number.
    pub number: Option<String>,
    pub erp_status: Option<OrderStatus>,
    /// Why it was rejected.
    pub reasons: Vec<Reason>,
    /// Why a person has to look at it.
    pub attention: Option<String>,
    /// How an operator settled it.
    pub note: Option<String>,
}

impl Standing {
    /// No attempt owns the order, and its end is open: what was wished for can be done now.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state, State::RetryWait | State::Unknown)
    }

    /// As it is after an event.
    ///
    /// # Errors
    /// [`Refused`] where that cannot happen to an order that stands so.
    pub(super) fn after(self, happened: Happened<'_>, now_ms: i64) -> Result<Self, Refused> {
        let was = self.state;
        Ok(match happened {
            Happened::Claimed { lease_until } => {
                let state = next(was, Event::Claim, self.ambiguous)?;
                Self {
                    state,
                    fence: self.fence + 1,
                    lease_until: Some(lease_until),
                    next_try_at: None,
                    ..self
                }
            }
            Happened::Ended(settlement, waits) => self.ended(settlement, waits, now_ms)?,
            Happened::LeaseExpired => Self {
                state: next(was, Event::LeaseExpired, true)?,
                lease_until: None,
                // A push may have been applied; a void is simply tried again.
                ambiguous: self.ambiguous || was == State::Sending,
                next_try_at: Some(now_ms),
                ..self
            },
            Happened::Cancelled => {
                let state = next(was, Event::Cancel, self.ambiguous)?;
                Self {
                    state,
                    rounds: 0,
                    next_try_at: (state == State::Voiding).then_some(now_ms),
                    not_before: None,
                    attention: None,
                    ..self
                }
            }
            Happened::Released => Self {
                state: next(was, Event::Release, self.ambiguous)?,
                ambiguous: true,
                unreadable: 0,
                attention: None,
                ..self
            },
            Happened::SettledByHand(how) => Self {
                state: next(was, Event::Settle, self.ambiguous)?,
                attention: None,
                note: Some(how.to_owned()),
                ..self
            },
        })
    }

    fn ended(
        self,
        settlement: &Settlement,
        waits: Waits<'_>,
        now_ms: i64,
    ) -> Result<Self, Refused> {
        let ambiguous = self.ambiguous || settlement.is_ambiguous();
        let unreadable =
            self.unreadable + i64::from(matches!(settlement, Settlement::Unreadable { .. }));
        let state = next(self.state, settlement.event(unreadable), ambiguous)?;
        let rounds = self.rounds + i64::from(waits.new_round);
        let goes_on = state.is_tried_again();
        let patience_ms = settlement.retry_after_ms().filter(|_| goes_on);
        let wait_ms = goes_on.then(|| (waits.after)(rounds).max(patience_ms.unwrap_or(0)));
        let (number, erp_status) = match settlement {
            Settlement::Accepted(accepted) if state == State::Confirmed => {
                (Some(accepted.number.clone()), Some(accepted.status))
            }
            _ => (self.number, self.erp_status),
        };
        let reasons = match settlement {
            Settlement::Rejected(reasons) if state == State::Rejected => reasons.clone(),
            _ => self.reasons,
        };
        Ok(Self {
            state,
            lease_until: None,
            ambiguous,
            unreadable,
            rounds,
            next_try_at: wait_ms.map(|ms| now_ms + ms),
            not_before: patience_ms.map(|ms| now_ms + ms),
            number,
            erp_status,
            reasons,
            attention: (state == State::Quarantined).then(|| settlement.result().1),
            ..self
        })
    }
}
