//! The states of a journalled order, and the one function that says which may follow which.

/// Where an order stands. The words are those of the journal's `state` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Durable; no attempt owns it.
    Journalled,
    /// An attempt owns it until its lease runs out.
    Sending,
    /// Provably not applied; due again later.
    RetryWait,
    /// May have been applied; EntMine is asked before anything is sent again.
    Unknown,
    /// Cancelled by its customer or an operator; EntMine has to agree.
    Voiding,
    /// Something that needs a person.
    Quarantined,
    /// EntMine accepted it. Final.
    Confirmed,
    /// EntMine refused it. Final.
    Rejected,
    /// Nothing was or will be ordered under its key. Final.
    Cancelled,
    /// An operator ended it by hand. Final.
    Settled,
}

impl State {
    /// All states, the open ones first.
    pub const ALL: [Self; 10] = [
        Self::Journalled,
        Self::Sending,
        Self::RetryWait,
        Self::Unknown,
        Self::Voiding,
        Self::Quarantined,
        Self::Confirmed,
        Self::Rejected,
        Self::Cancelled,
        Self::Settled,
    ];

    /// The word in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Journalled => "journalled",
            Self::Sending => "sending",
            Self::RetryWait => "retry_wait",
            Self::Unknown => "unknown",
            Self::Voiding => "voiding",
            Self::Quarantined => "quarantined",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Settled => "settled",
        }
    }

    /// The state of a word that `as_str` wrote.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Nobody decided about it yet, and no attempt owns it: it is tried again, an order to be voided too.
    pub(crate) fn is_tried_again(self) -> bool {
        match self {
            Self::RetryWait | Self::Unknown | Self::Voiding => true,
            Self::Journalled
            | Self::Sending
            | Self::Quarantined
            | Self::Confirmed
            | Self::Rejected
            | Self::Cancelled
            | Self::Settled => false,
        }
    }

    /// A verdict that nothing changes.
    pub fn is_final(self) -> bool {
        match self {
            Self::Confirmed | Self::Rejected | Self::Cancelled | Self::Settled => true,
            Self::Journalled
            | Self::Sending
            | Self::RetryWait
            | Self::Unknown
            | Self::Voiding
            | Self::Quarantined => false,
        }
    }
}

/// What happens to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// An attempt takes the order; its row is committed before any byte is sent.
    Claim,
    /// A well-formed acceptance that echoes key, fingerprint, total and currency.
    Accept,
    /// A typed refusal, under the current fence.
    Reject,
    /// EntMine says that the key is voided, under the current fence.
    Void,
    /// The attempt provably did nothing.
    NotApplied,
    /// The attempt may have been applied.
    Ambiguous,
    /// The lease ran out: the process died, or lost its way.
    LeaseExpired,
    /// An answer that contradicts what the journal holds.
    Contradict,
    /// Its customer or an operator wants it cancelled.
    Cancel,
    /// An operator sends it back out of quarantine.
    Release,
    /// An operator ended it by hand.
    Settle,
}

impl Event {
    /// All events.
    pub const ALL: [Self; 11] = [
        Self::Claim,
        Self::Accept,
        Self::Reject,
        Self::Void,
        Self::NotApplied,
        Self::Ambiguous,
        Self::LeaseExpired,
        Self::Contradict,
        Self::Cancel,
        Self::Release,
        Self::Settle,
    ];
}

/// The event cannot happen in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} cannot happen to an order that is {state:?}")]
pub struct Refused {
    pub state: State,
    pub event: Event,
}

/// The state that follows. `ambiguous`: some attempt, this one included, may have been applied,
/// so that a refusal of a later attempt proves nothing about the earlier one.
///
/// # Errors
/// [`Refused`] where the event cannot happen to an order in this state.
pub fn next(state: State, event: Event, ambiguous: bool) -> Result<State, Refused> {
    use Event as E;
    use State as S;
    let following = match (state, event) {
        (S::Journalled | S::RetryWait | S::Unknown, E::Claim) => S::Sending,
        // A void is leased and tried like a push.
        (S::Voiding, E::Claim | E::NotApplied | E::Ambiguous | E::LeaseExpired) => S::Voiding,
        // An acceptance is true whenever it arrives.
        (
            S::Journalled | S::Sending | S::RetryWait | S::Unknown | S::Voiding | S::Quarantined,
            E::Accept,
        ) => S::Confirmed,
        (S::Sending | S::Voiding, E::Reject) => S::Rejected,
        (S::Sending | S::Voiding, E::Void) => S::Cancelled,
        (S::Sending, E::NotApplied) if !ambiguous => S::RetryWait,
        (S::Sending, E::NotApplied | E::Ambiguous | E::LeaseExpired) => S::Unknown,
        (S::Sending | S::Unknown | S::Voiding, E::Contradict) => S::Quarantined,
        // Nothing ever reached EntMine, so EntMine need not be asked.
        (S::Journalled | S::RetryWait, E::Cancel) if !ambiguous => S::Cancelled,
        (S::Journalled | S::RetryWait | S::Unknown | S::Quarantined, E::Cancel) => S::Voiding,
        (S::Quarantined, E::Release) => S::Unknown,
        (S::Quarantined, E::Settle) => S::Settled,
        (
            S::Journalled
            | S::Sending
            | S::RetryWait
            | S::Unknown
            | S::Voiding
            | S::Quarantined
            | S::Confirmed
            | S::Rejected
            | S::Cancelled
            | S::Settled,
            E::Claim
            | E::Accept
            | E::Reject
            | E::Void
            | E::NotApplied
            | E::Ambiguous
            | E::LeaseExpired
            | E::Contradict
            | E::Cancel
            | E::Release
            | E::Settle,
        ) => return Err(Refused { state, event }),
    };
    Ok(following)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table, row by row: from, event, whether an attempt was ambiguous (none:
    /// either), to.
    const TABLE: &[(State, Event, Option<bool>, State)] = {
        use Event as E;
        use State as S;
        &[
            (S::Journalled, E::Claim, None, S::Sending),
            (S::RetryWait, E::Claim, None, S::Sending),
            (S::Unknown, E::Claim, None, S::Sending),
            (S::Voiding, E::Claim, None, S::Voiding),
            (S::Journalled, E::Accept, None, S::Confirmed),
            (S::Sending, E::Accept, None, S::Confirmed),
            (S::RetryWait, E::Accept, None, S::Confirmed),
            (S::Unknown, E::Accept, None, S::Confirmed),
            (S::Voiding, E::Accept, None, S::Confirmed),
            (S::Quarantined, E::Accept, None, S::Confirmed),
            (S::Sending, E::Reject, None, S::Rejected),
            (S::Voiding, E::Reject, None, S::Rejected),
            (S::Sending, E::Void, None, S::Cancelled),
            (S::Voiding, E::Void, None, S::Cancelled),
            (S::Sending, E::NotApplied, Some(false), S::RetryWait),
            (S::Sending, E::NotApplied, Some(true), S::Unknown),
            (S::Sending, E::Ambiguous, None, S::Unknown),
            (S::Sending, E::LeaseExpired, None, S::Unknown),
            (S::Voiding, E::NotApplied, None, S::Voiding),
            (S::Voiding, E::Ambiguous, None, S::Voiding),
            (S::Voiding, E::LeaseExpired, None, S::Voiding),
            (S::Sending, E::Contradict, None, S::Quarantined),
            (S::Unknown, E::Contradict, None, S::Quarantined),
            (S::Voiding, E::Contradict, None, S::Quarantined),
            (S::Journalled, E::Cancel, Some(false), S::Cancelled),
            (S::RetryWait, E::Cancel, Some(false), S::Cancelled),
            (S::Journalled, E::Cancel, Some(true), S::Voiding),
            (S::RetryWait, E::Cancel, Some(true), S::Voiding),
            (S::Unknown, E::Cancel, None, S::Voiding),
            (S::Quarantined, E::Cancel, None, S::Voiding),
            (S::Quarantined, E::Release, None, S::Unknown),
            (S::Quarantined, E::Settle, None, S::Settled),
        ]
    };

    #[test]
    fn every_pair_of_state_and_event_is_decided_as_the_table_says() {
        for ambiguous in [false, true] {
            for state in State::ALL {
                for event in Event::ALL {
                    let row = TABLE.iter().find(|(from, what, doubt, _)| {
                        *from == state && *what == event && doubt.is_none_or(|d| d == ambiguous)
                    });
                    assert_eq!(
                        next(state, event, ambiguous).ok(),
                        row.map(|(.., to)| *to),
                        "{state:?} {event:?} ambiguous={ambiguous}"
                    );
                }
            }
        }
    }

    #[test]
    fn nothing_happens_to_a_final_order() {
        for state in State::ALL.into_iter().filter(|state| state.is_final()) {
            for event in Event::ALL {
                assert!(next(state, event, true).is_err(), "{state:?} {event:?}");
            }
        }
    }

    #[test]
    fn the_words_of_the_journal_round_trip() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }
}
