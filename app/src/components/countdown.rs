//! The time until the store tries by itself.

use super::LiveText;
use crate::{
    browser::{clock::sleep, effect::effect, task::while_here},
    state::{
        countdown::{next_try, seconds},
        standing::Standing,
    },
};
use leptos::prelude::*;
use model::Outcome;

/// Counts down to the next try; it runs in the browser only.
#[component]
pub fn Countdown(standing: RwSignal<Standing>) -> impl IntoView {
    let wait = move |standing: &Standing| match &standing.outcome {
        Outcome::Safe { next_try_in_ms, .. } => seconds(*next_try_in_ms),
        Outcome::Sending { .. }
        | Outcome::Confirmed { .. }
        | Outcome::Checking { .. }
        | Outcome::NotPlaced { .. }
        | Outcome::UnderReview { .. }
        | Outcome::Cancelling { .. }
        | Outcome::Cancelled { .. } => 0,
    };
    let left = RwSignal::new(standing.with_untracked(wait));
    effect(move || {
        left.set(standing.with(wait));
        while_here(async move {
            while left.try_get_untracked().is_some_and(|left| left > 0) {
                sleep(1_000).await;
                left.try_update(|left| *left -= 1);
            }
        });
    });
    let words = Signal::derive(move || next_try(left.get()));
    view! {
        <p class="countdown">
            <LiveText text=words />
        </p>
    }
    .into_any()
}
