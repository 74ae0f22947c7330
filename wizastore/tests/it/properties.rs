//! Properties that hold for whatever comes: the state machine against a plain model of what is known
//! about an order, fingerprints, money.

use model::format_minor;
use proptest::prelude::*;
use wizastore::{Event, State, fingerprint, next};

/// What is known about one order, in plain words instead of states.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Known {
    /// An attempt owns it.
    owned: bool,
    /// It was claimed once.
    tried: bool,
    /// Some attempt may have been applied.
    doubt: bool,
    /// It is being cancelled.
    cancelling: bool,
    /// A person looks at it.
    person: bool,
    end: Option<State>,
}

impl Known {
    /// The state that these words mean.
    fn state(self) -> State {
        match self {
            Self { end: Some(end), .. } => end,
            Self { person: true, .. } => State::Quarantined,
            Self {
                cancelling: true, ..
            } => State::Voiding,
            Self { owned: true, .. } => State::Sending,
            Self { doubt: true, .. } => State::Unknown,
            Self { tried: true, .. } => State::RetryWait,
            Self { .. } => State::Journalled,
        }
    }

    /// What an event makes of it, or none where it cannot happen.
    fn after(mut self, event: Event) -> Option<Self> {
        let open = self.end.is_none();
        let held = self.owned || self.cancelling;
        let possible = match event {
            Event::Claim => !self.owned && !self.person,
            Event::Accept => true,
            Event::Reject | Event::Void => held && !self.person,
            Event::NotApplied | Event::Ambiguous | Event::LeaseExpired => held && !self.person,
            Event::Contradict => !self.person && (held || self.doubt),
            Event::Cancel => !self.owned && !self.cancelling,
            Event::Release | Event::Settle => self.person,
        };
        if !open || !possible {
            return None;
        }
        match event {
            Event::Claim => {
                self.tried = true;
                self.owned = !self.cancelling;
            }
            Event::Accept => self.end = Some(State::Confirmed),
            Event::Reject => self.end = Some(State::Rejected),
            Event::Void => self.end = Some(State::Cancelled),
            Event::NotApplied => self.owned = false,
            Event::Ambiguous | Event::LeaseExpired => (self.owned, self.doubt) = (false, true),
            Event::Contradict => {
                (self.owned, self.cancelling) = (false, false);
                (self.person, self.doubt) = (true, true);
            }
            Event::Cancel if self.doubt => (self.person, self.cancelling) = (false, true),
            Event::Cancel => self.end = Some(State::Cancelled),
            Event::Release => self.person = false,
            Event::Settle => self.end = Some(State::Settled),
        }
        Some(self)
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(prop::sample::select(Event::ALL.to_vec()), 0..40)
}

proptest! {
    /// However the events come, the state machine says what the plain model says.
    #[test]
    fn the_state_machine_is_the_plain_model(events in events()) {
        let mut known = Known::default();
        let mut state = State::Journalled;
        for event in events {
            let after = known.after(event);
            // The journal gives the doubt with the event: this attempt's included.
            let doubt = known.doubt || after.is_some_and(|after| after.doubt);
            let following = next(state, event, doubt);
            prop_assert_eq!(following.ok(), after.map(Known::state), "{:?} in {:?}", event, known);
            if let Some(after) = after {
                (known, state) = (after, after.state());
            }
        }
    }

    /// Once doubted, an order is never taken for one that provably did not arrive.
    #[test]
    fn doubt_stays(events in events()) {
        let (mut state, mut doubt) = (State::Journalled, false);
        for event in events {
            let doubtful = matches!(event, Event::Ambiguous | Event::LeaseExpired | Event::Contradict);
            if let Ok(following) = next(state, event, doubt || doubtful) {
                doubt |= doubtful;
                state = following;
            }
            prop_assert!(!(doubt && state == State::RetryWait));
        }
    }

    #[test]
    fn a_fingerprint_is_of_these_bytes_and_no_others(
        body in prop::collection::vec(any::<u8>(), 1..200),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
    ) {
        let print = fingerprint(&body);
        prop_assert_eq!(print.len(), "sha256:".len() + 64);
        prop_assert_eq!(&print, &fingerprint(&body.clone()));
        let mut other = body.clone();
        let at = at.index(body.len());
        other[at] ^= flip;
        prop_assert_ne!(&print, &fingerprint(&other));
        other[at] ^= flip;
        other.push(b' ');
        prop_assert_ne!(&print, &fingerprint(&other));
    }

    /// What people read is the amount, to the penny.
    #[test]
    fn money_is_written_to_the_penny(minor in any::<i64>()) {
        let text = format_minor(minor, "GBP");
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        prop_assert_eq!(digits.parse::<u64>(), Ok(minor.unsigned_abs()));
        prop_assert_eq!(text.starts_with('−'), minor < 0);
        let (units, pence) = text.rsplit_once('.').unwrap();
        prop_assert_eq!(pence.len(), 2);
        let groups: Vec<_> = units.trim_start_matches(['−', '£']).split(',').collect();
        prop_assert!(groups[1..].iter().all(|group| group.len() == 3));
        prop_assert!((1..=3).contains(&groups[0].len()));
    }
}
