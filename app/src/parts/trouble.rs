//! Pages that cannot be shown, with what to do about it.

use crate::{server_fns::DoorError, text::title::page_title};
use leptos::prelude::*;
use leptos_meta::Title;

/// The store did not answer.
#[component]
pub fn Trouble(
    error: DoorError,
    /// The page has its heading already.
    #[prop(optional)]
    below: bool,
) -> impl IntoView {
    let (heading, text) = match error {
        DoorError::Unavailable => (
            "The shop cannot answer just now",
            "Something on our side is not working. It is not your browser, and nothing that you \
             ordered is lost.",
        ),
        DoorError::Lost(_) => (
            "We could not load this page",
            "The answer did not get through. You may be off line, or the shop is just being \
             restarted. Nothing that you ordered is lost.",
        ),
    };
    view! {
        <Title text=page_title(heading) />
        <section class="wrap apart" role="alert">
            {match below {
                true => view! { <h2>{heading}</h2> }.into_any(),
                false => view! { <h1>{heading}</h1> }.into_any(),
            }}
            <p>{text}</p>
            <ul class="actions">
                <li>
                    <a class="button" href="" rel="external">
                        "Try again"
                    </a>
                </li>
                <li>
                    <a class="button button-quiet" href="/">
                        "Go to the shop window"
                    </a>
                </li>
                <li>
                    <a class="button button-quiet" href="/orders">
                        "My orders"
                    </a>
                </li>
            </ul>
        </section>
    }
    .into_any()
}

/// There is nothing at this address.
#[component]
pub fn Missing(
    /// What was looked for, as a heading.
    heading: &'static str,
    /// Why it may not be there.
    text: &'static str,
) -> impl IntoView {
    view! {
        <Title text=page_title(heading) />
        <section class="wrap apart">
            <p class="eyebrow">"404"</p>
            <h1>{heading}</h1>
            <p>{text}</p>
            <form class="apart-search" role="search" method="get" action="/search">
                <label for="missing-search">"Search the shop"</label>
                <div class="joined">
                    <input id="missing-search" type="search" name="q" maxlength="100" />
                    <button class="button">"Search"</button>
                </div>
            </form>
            <ul class="actions">
                <li>
                    <a class="button button-quiet" href="/">
                        "Go to the shop window"
                    </a>
                </li>
                <li>
                    <a class="button button-quiet" href="/categories">
                        "All categories"
                    </a>
                </li>
                <li>
                    <a class="button button-quiet" href="/orders">
                        "My orders"
                    </a>
                </li>
            </ul>
        </section>
    }
    .into_any()
}
