//! Following an open order: server-sent events, and asking where they cannot be had.
//!
//! Browsers keep six connections to a shop over HTTP/1.1, for all tabs together. So only two tabs
//! hold one, and only while they are seen; the others ask now and then. The shop says every few
//! seconds that a connection is alive, so silence means that it is not.

use super::{
    ask::order_status,
    clock::{random, sleep},
    lock::{Lock, Tried, try_lock},
    task::while_here,
    woken::{Woken, is_seen},
};
use crate::state::{pace::Pace, placing::is_unknown};
use futures::{
    StreamExt,
    future::{Either, select},
    pin_mut, stream,
};
use gloo_net::eventsource::futures::EventSource;
use model::Outcome;
use std::mem::discriminant;

/// Three of the shop's signs of life (`server/src/http/events.rs`) and a little.
const SILENCE_MS: u32 = 26_000;

/// The connections of this browser, one name each.
const CONNECTIONS: [&str; 2] = ["wizastore-live-1", "wizastore-live-2"];

/// Follows an order until its outcome is final or the page is left.
pub fn follow(receipt: String, heard: impl Fn(Outcome) + 'static) {
    while_here(async move {
        let mut woken = Woken::listen();
        let mut pace = Pace::of_a_followed_order();
        let mut last: Option<Outcome> = None;
        let mut tell = move |news: Outcome, pace: &mut Pace| {
            let same = last
                .as_ref()
                .is_some_and(|last| discriminant(last) == discriminant(&news));
            if !same {
                pace.reset();
            }
            let rests = is_slow(&news);
            let is_final = news.is_final();
            last = Some(news.clone());
            heard(news);
            match (is_final, rests) {
                (true, _) => Next::End,
                (false, true) => Next::Rest,
                (false, false) => Next::GoOn,
            }
        };
        let mut next = Next::GoOn;
        loop {
            woken.until_seen().await;
            if next == Next::GoOn
                && let Some(mut connection) = Connection::open(&receipt).await
            {
                next = connection
                    .listen(&mut woken, &mut |news| tell(news, &mut pace))
                    .await;
                if next == Next::Hidden {
                    next = Next::GoOn;
                    continue;
                }
            }
            if next != Next::End
                && let Some(news) = ask(&receipt).await
            {
                next = tell(news, &mut pace);
            }
            if next == Next::End {
                return;
            }
            woken.pause(pace.wait_ms(random())).await;
        }
    });
}

/// What to do after news.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    /// A person looks at the order: no connection is kept for that.
    Rest,
    /// Nobody sees the page any more.
    Hidden,
    /// Nothing will change.
    End,
}

/// Hours may pass before there are news.
fn is_slow(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::UnderReview { .. } => true,
        Outcome::Sending { .. }
        | Outcome::Confirmed { .. }
        | Outcome::Safe { .. }
        | Outcome::Checking { .. }
        | Outcome::NotPlaced { .. }
        | Outcome::Cancelling { .. }
        | Outcome::Cancelled { .. } => false,
    }
}

/// One of the browser's connections, closed when this is dropped.
struct Connection {
    source: EventSource,
    /// None in a browser without locks.
    _place: Option<Lock>,
}

impl Connection {
    /// None where all connections are taken by other tabs, or cannot be had.
    async fn open(receipt: &str) -> Option<Self> {
        let place = place().await?;
        let source = EventSource::new(&format!("/api/orders/{receipt}/events")).ok()?;
        Some(Self {
            source,
            _place: place,
        })
    }

    /// Hears news for as long as there are signs of life and the page is seen.
    async fn listen(&mut self, woken: &mut Woken, tell: &mut impl FnMut(Outcome) -> Next) -> Next {
        let (Ok(outcomes), Ok(alive)) = (
            self.source.subscribe("outcome"),
            self.source.subscribe("alive"),
        ) else {
            return Next::GoOn;
        };
        let mut messages = stream::select(outcomes, alive);
        loop {
            let silence = sleep(SILENCE_MS);
            let sign = woken.sign();
            pin_mut!(silence, sign);
            let message = match select(messages.next(), select(silence, sign)).await {
                Either::Left((Some(Ok((name, message))), _)) => (name == "outcome")
                    .then(|| message.data().as_string())
                    .flatten(),
                Either::Left((Some(Err(_)) | None, _)) => return Next::GoOn,
                Either::Right((Either::Left(_), _)) => return Next::GoOn,
                Either::Right((Either::Right(_), _)) if is_seen() => None,
                Either::Right((Either::Right(_), _)) => return Next::Hidden,
            };
            let Some(json) = message else {
                continue;
            };
            // A newer shop may say what this page does not know: asking is not worse.
            let Ok(news) = serde_json::from_slice(json.as_bytes()) else {
                return Next::GoOn;
            };
            let next = tell(news);
            if next != Next::GoOn {
                return next;
            }
        }
    }
}

/// A place among this browser's connections: none where all are taken, and no lock in a browser
/// that has none.
async fn place() -> Option<Option<Lock>> {
    for name in CONNECTIONS {
        match try_lock(name).await {
            Tried::Held(lock) => return Some(Some(lock)),
            Tried::Taken => {}
            Tried::Unsupported => return Some(None),
        }
    }
    None
}

/// What the status door knows. No answer, and "unknown", are no news.
async fn ask(receipt: &str) -> Option<Outcome> {
    order_status(receipt)
        .await
        .ok()
        .filter(|outcome| !is_unknown(outcome))
}
