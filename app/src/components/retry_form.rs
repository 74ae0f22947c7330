//! *Try now* and *Try again* for an order that the store has.

use crate::{browser::form::take_over, doors::orders_retry};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use model::Outcome;

/// A button that makes an open order due now. It never orders twice.
#[component]
pub fn RetryForm(receipt: String, label: &'static str, heard: Callback<Outcome>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let silent = RwSignal::new(false);
    let retry = move |event: SubmitEvent| {
        let field = take_over(&event);
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        silent.set(false);
        spawn_local(async move {
            let answer = orders_retry(field("receipt")).await;
            busy.try_set(false);
            match answer {
                Ok(outcome) => {
                    heard.try_run(outcome);
                }
                Err(_) => {
                    silent.try_set(true);
                }
            }
        });
    };
    view! {
        <form class="inline-form" method="post" action="/api/orders/retry" on:submit=retry>
            <input type="hidden" name="receipt" value=receipt />
            <button class="button button-main" disabled=move || busy.get()>
                {label}
            </button>
            <span class="hint" role="status">
                {move || {
                    if busy.get() {
                        "Trying…"
                    } else if silent.get() {
                        "The shop did not answer. Your order is still safe."
                    } else {
                        ""
                    }
                }}
            </span>
        </form>
    }
    .into_any()
}
