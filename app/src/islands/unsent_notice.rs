//! An order of an earlier page that did not reach the store.

use crate::browser::{
    clock::local_time,
    effect::effect,
    outbox,
    task::while_here,
    unsent::{Found, SentAgain, look, send_again},
};
use crate::widgets::LiveText;
use leptos::{prelude::*, task::spawn_local};

/// Offers to send it again, on whatever page the customer comes back to. Nothing in browsers without
/// JavaScript: there the browser itself says when a form was not sent.
#[island]
pub fn UnsentNotice() -> impl IntoView {
    let found = RwSignal::new(None::<StoredValue<Found>>);
    let words = RwSignal::new(String::new());
    effect(move || {
        while_here(async move {
            if let Some(order) = look().await {
                let clock = local_time(order.unsent.clicked_at_ms);
                words.try_set(format!("Your order of {clock} did not reach us."));
                found.try_set(Some(StoredValue::new(order)));
            }
        });
    });
    // The page sends an order itself: its card tells the rest.
    effect(move || {
        if outbox::changes() > 0 {
            close(found);
        }
    });
    let shown = move || found.get().map(|order| offer(order, found, words));
    view! { <div class="wrap unsent" role="alert">{shown}</div> }.into_any()
}

fn offer(
    order: StoredValue<Found>,
    found: RwSignal<Option<StoredValue<Found>>>,
    words: RwSignal<String>,
) -> impl IntoView {
    let busy = RwSignal::new(false);
    let send = move |_| {
        let submission = order.try_with_value(|order| order.unsent.submission.clone());
        let Some(submission) = submission.filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        words.set("Sending your order. Please keep this page open.".to_owned());
        spawn_local(async move {
            let came = send_again(&submission).await;
            busy.try_set(false);
            words.try_set(match came {
                SentAgain::HasIt => "We have your order.".to_owned(),
                SentAgain::NotPlaced => "Your order was not placed, and nothing was ordered. \
                                         The checkout says why."
                    .to_owned(),
                SentAgain::Refused(refusal) => {
                    format!("Nothing was ordered. {}", refusal.words(refusal.wait_s()))
                }
                SentAgain::Lost => {
                    "We cannot tell whether it reached us. Sending it again is safe: \
                                    it will not be ordered twice."
                        .to_owned()
                }
            });
        });
    };
    let discard = move |_| {
        order.try_with_value(|order| outbox::forget(&order.unsent.submission.receipt));
        close(found);
    };
    view! {
        <div class="notice notice-doubt">
            <p>
                <LiveText text=words />
            </p>
            <div class="actions">
                <button
                    class="button button-main"
                    type="button"
                    aria-disabled=move || busy.get().then_some("true")
                    on:click=send
                >
                    "Send it again"
                </button>
                <button class="button button-quiet" type="button" on:click=discard>
                    "Discard"
                </button>
                <a class="button button-quiet" href="/checkout">
                    "Go to the checkout"
                </a>
            </div>
        </div>
    }
    .into_any()
}

/// Gives the order up, and its lock with it.
fn close(found: RwSignal<Option<StoredValue<Found>>>) {
    if let Some(order) = found.try_update(Option::take).flatten() {
        order.dispose();
    }
}
