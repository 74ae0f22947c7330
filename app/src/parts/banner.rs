//! The rehearsal's banner.

use crate::shop::Shop;
use leptos::prelude::*;

/// Says on every page that EntMine is being made to fail on purpose, and how.
#[component]
pub fn Banner() -> impl IntoView {
    let shop = Shop::here();
    let banner = move || {
        let mode = shop.frame()?.rehearsal?;
        let banner = view! {
            <aside class="banner" aria-label="Rehearsal">
                <p class="wrap">
                    <strong>"Rehearsal: " {mode.as_str().replace('_', " ")} "."</strong> " "
                    {mode.describe_to_customers()} " " <a href="/rehearsal" rel="external">
                        "Change"
                    </a>
                </p>
            </aside>
        };
        Some(banner)
    };
    view! { <Transition>{banner}</Transition> }.into_any()
}
