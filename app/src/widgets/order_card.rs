//! The card of an order: what the customer is told.

use crate::text::outcome_words::{OutcomeWords, Tone};
use crate::widgets::keyed;
use leptos::prelude::*;

/// Heading and words of an order, announced whenever they change: as a status, or as an alert where
/// the customer may want to act. Both regions always stand there, seen or not, because readers only
/// announce changes of regions that they know.
#[component]
pub fn OrderCard(
    /// None: there is nothing to tell, and the card is not to be seen.
    words: Memo<Option<OutcomeWords>>,
    /// For moving the focus to the card.
    #[prop(optional)]
    node: NodeRef<leptos::html::Section>,
    children: Children,
) -> impl IntoView {
    let class = move || words.with(|words| words.as_ref().map_or("", |words| words.tone.class()));
    let is_seen = move || words.with(Option::is_some);
    let said = move |alert: bool| {
        let key = move || {
            let words = words.get().filter(|words| words.tone.is_alert() == alert)?;
            let also = words.also.unwrap_or_default();
            Some(format!(
                "{} {} {} {also}",
                words.state, words.heading, words.text
            ))
        };
        keyed(key, move |_| words.get_untracked().map(told).into_any())
    };
    // New words are new elements: a browser that translates the page would keep the old ones.
    view! {
        <section
            class=class
            aria-label=move || is_seen().then_some("Your order")
            tabindex="-1"
            node_ref=node
        >
            <div role="status">{said(false)}</div>
            <div role="alert">{said(true)}</div>
            <div class="order-card-more" hidden=move || !is_seen()>
                {children()}
            </div>
        </section>
    }
    .into_any()
}

fn told(words: OutcomeWords) -> impl IntoView {
    let progress = (words.tone == Tone::Waiting)
        .then(|| view! { <div class="progress" aria-hidden="true"></div> });
    view! {
        <p class="eyebrow">{words.state}</p>
        <h2>{words.heading}</h2>
        <p>{words.text}</p>
        {words.also.map(|also| view! { <p>{also}</p> })}
        {progress}
    }
    .into_any()
}
