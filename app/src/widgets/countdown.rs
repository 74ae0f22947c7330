//! The time until the store tries by itself.

use crate::widgets::LiveText;
use crate::{
    browser::{clock::sleep, effect::effect, task::while_here},
    state::{countdown::Waiting, standing::Standing},
};
use leptos::prelude::*;

/// Counts down to the next try; it runs in the browser only.
#[component]
pub fn Countdown(standing: RwSignal<Standing>) -> impl IntoView {
    let told = move |standing: &Standing| Waiting::of(&standing.outcome);
    let waiting = RwSignal::new(standing.with_untracked(told));
    effect(move || {
        waiting.set(standing.with(told));
        while_here(async move {
            while waiting.try_get_untracked().is_some_and(Waiting::counts) {
                sleep(1_000).await;
                waiting.try_update(|waiting| *waiting = waiting.after_a_second());
            }
        });
    });
    let words = Signal::derive(move || waiting.get().words());
    view! {
        <p class="countdown">
            <LiveText text=words />
        </p>
    }
    .into_any()
}
