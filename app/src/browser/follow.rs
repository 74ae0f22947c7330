//! Following an open order: server-sent events, and asking every few seconds where they fail.

use super::{clock::sleep, task::while_here};
use crate::{
    doors::orders_status,
    state::placing::{ASK_EVERY_MS, is_unknown},
};
use futures::{
    StreamExt,
    future::{Either, select},
    pin_mut,
};
use gloo_net::eventsource::futures::{EventSource, EventSourceSubscription};
use model::Outcome;

/// Silence after which a connection that says nothing is helped out by asking. Longer than the
/// pauses of a background retry's first seconds, short enough that nobody reloads.
const SILENCE_MS: u32 = 10_000;

/// Follows an order until its outcome is final or the page is left.
pub fn follow(receipt: String, heard: impl Fn(Outcome) + 'static) {
    while_here(async move {
        let mut events = listen(&receipt);
        loop {
            let news = match &mut events {
                Some(connection) => match next_event(connection).await {
                    Heard::Outcome(outcome) => Some(*outcome),
                    Heard::Silence => ask(&receipt).await,
                    Heard::Broken => {
                        events = None;
                        ask(&receipt).await
                    }
                },
                None => {
                    sleep(ASK_EVERY_MS).await;
                    ask(&receipt).await
                }
            };
            if let Some(outcome) = news {
                let done = outcome.is_final();
                heard(outcome);
                if done {
                    break;
                }
            }
        }
    });
}

/// The connection is closed when this is dropped.
struct Events {
    _source: EventSource,
    messages: EventSourceSubscription,
}

enum Heard {
    Outcome(Box<Outcome>),
    Silence,
    /// The connection is gone for good; the browser itself repairs the ones that are not.
    Broken,
}

fn listen(receipt: &str) -> Option<Events> {
    let mut source = EventSource::new(&format!("/api/orders/{receipt}/events")).ok()?;
    let messages = source.subscribe("outcome").ok()?;
    Some(Events {
        _source: source,
        messages,
    })
}

async fn next_event(events: &mut Events) -> Heard {
    let silence = sleep(SILENCE_MS);
    pin_mut!(silence);
    match select(events.messages.next(), silence).await {
        Either::Left((Some(Ok((_, message))), _)) => message
            .data()
            .as_string()
            .and_then(|json| serde_json::from_slice(json.as_bytes()).ok())
            .map_or(Heard::Broken, |outcome| Heard::Outcome(Box::new(outcome))),
        Either::Left((Some(Err(_)) | None, _)) => Heard::Broken,
        Either::Right(_) => Heard::Silence,
    }
}

/// What the status door knows. No answer, and "unknown", are no news.
pub async fn ask(receipt: &str) -> Option<Outcome> {
    orders_status(receipt.to_owned())
        .await
        .ok()
        .filter(|outcome| !is_unknown(outcome))
}
