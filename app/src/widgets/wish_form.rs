//! A button on an order's page.

use crate::widgets::LiveText;
use crate::{
    browser::{focus, form::take_over, order_watch::OrderWatch},
    state::wish::Wish,
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// A button that brings a wish before the store. Pressing it any number of times is safe.
#[component]
pub fn WishForm(watch: OrderWatch, wish: Wish) -> impl IntoView {
    let busy = RwSignal::new(false);
    let unanswered = RwSignal::new(false);
    let button = NodeRef::new();
    let ask = move |event: SubmitEvent| {
        if take_over(&event).is_none() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        unanswered.set(false);
        spawn_local(async move {
            let answered = watch.ask(wish).await;
            busy.try_set(false);
            unanswered.try_set(!answered);
            focus::back_to(button, watch.card);
        });
    };
    let words = Signal::derive(move || {
        let words = if busy.get() {
            wish.pending()
        } else if unanswered.get() {
            wish.unanswered()
        } else {
            ""
        };
        words.to_owned()
    });
    view! {
        <form class="inline-form" method="post" action=wish.door() on:submit=ask>
            <input type="hidden" name="receipt" value=watch.receipt() />
            <button class=wish.class() disabled=move || busy.get() node_ref=button>
                {wish.label()}
            </button>
            <span class="hint" role="status">
                <LiveText text=words />
            </span>
        </form>
    }
    .into_any()
}
