//! The states of a journalled order, and the one function that says which may follow which.

/// Where an order stands. The words are those of the journal's `state` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Durable; no attempt owns it.
    Journalled,
    /// An attempt owns it until its lease runs out.
    Sending,
    /// Provably not applied; due again later.
    RetryWait,
    /// May have been applied; EntMine is asked before anything is sent again.
    Unknown,
    /// EntMine accepted it. Final.
    Confirmed,
    /// EntMine refused it. Final.
    Rejected,
    /// Something that needs a person.
    Quarantined,
}

impl State {
    /// All states, in the order of an order's life.
    pub const ALL: [Self; 7] = [
        Self::Journalled,
        Self::Sending,
        Self::RetryWait,
        Self::Unknown,
        Self::Confirmed,
        Self::Rejected,
        Self::Quarantined,
    ];

    /// The word in the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Journalled => "journalled",
            Self::Sending => "sending",
            Self::RetryWait => "retry_wait",
            Self::Unknown => "unknown",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::Quarantined => "quarantined",
        }
    }

    /// The state of a word that `as_str` wrote.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// A verdict that nothing changes.
    pub fn is_final(self) -> bool {
        match self {
            Self::Confirmed | Self::Rejected => true,
            Self::Journalled
            | Self::Sending
            | Self::RetryWait
            | Self::Unknown
            | Self::Quarantined => false,
        }
    }
}

/// What happens to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// An attempt takes the order; its row is committed before any byte is sent.
    Claim,
    /// A well-formed acceptance that echoes key, fingerprint, total and currency.
    Accept,
    /// A typed refusal, under the current fence.
    Reject,
    /// The attempt provably did nothing.
    NotApplied,
    /// The attempt may have been applied.
    Ambiguous,
    /// The lease ran out: the process died, or lost its way.
    LeaseExpired,
    /// An answer that contradicts what the journal holds.
    Contradict,
}

impl Event {
    /// All events.
    pub const ALL: [Self; 7] = [
        Self::Claim,
        Self::Accept,
        Self::Reject,
        Self::NotApplied,
        Self::Ambiguous,
        Self::LeaseExpired,
        Self::Contradict,
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
pub fn next(state: State, event: Event, ambiguous: bool) -> Result<State, Refused> {
    use Event as E;
    use State as S;
    match (state, event) {
        (S::Journalled | S::RetryWait | S::Unknown, E::Claim) => Ok(S::Sending),
        // An acceptance is true whenever it arrives.
        (S::Journalled | S::Sending | S::RetryWait | S::Unknown | S::Quarantined, E::Accept) => {
            Ok(S::Confirmed)
        }
        (S::Sending, E::Reject) => Ok(S::Rejected),
        (S::Sending, E::NotApplied) if ambiguous => Ok(S::Unknown),
        (S::Sending, E::NotApplied) => Ok(S::RetryWait),
        (S::Sending, E::Ambiguous | E::LeaseExpired) => Ok(S::Unknown),
        (S::Sending | S::Unknown, E::Contradict) => Ok(S::Quarantined),
        (
            S::Journalled
            | S::Sending
            | S::RetryWait
            | S::Unknown
            | S::Confirmed
            | S::Rejected
            | S::Quarantined,
            E::Claim
            | E::Accept
            | E::Reject
            | E::NotApplied
            | E::Ambiguous
            | E::LeaseExpired
            | E::Contradict,
        ) => Err(Refused { state, event }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_event_is_decided() {
        for ambiguous in [false, true] {
            for state in State::ALL {
                for event in Event::ALL {
                    let expected = match (state, event) {
                        (State::Journalled | State::RetryWait | State::Unknown, Event::Claim) => {
                            Some(State::Sending)
                        }
                        (State::Confirmed | State::Rejected, _) => None,
                        (_, Event::Accept) => Some(State::Confirmed),
                        (State::Sending, Event::Reject) => Some(State::Rejected),
                        (State::Sending, Event::NotApplied) if !ambiguous => Some(State::RetryWait),
                        (
                            State::Sending,
                            Event::NotApplied | Event::Ambiguous | Event::LeaseExpired,
                        ) => Some(State::Unknown),
                        (State::Sending | State::Unknown, Event::Contradict) => {
                            Some(State::Quarantined)
                        }
                        _ => None,
                    };
                    assert_eq!(
                        next(state, event, ambiguous).ok(),
                        expected,
                        "{state:?} {event:?} ambiguous={ambiguous}"
                    );
                }
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
