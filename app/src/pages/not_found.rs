//! Any other address.

use crate::{
    components::{Missing, loaded},
    page::{Ask, ask_first},
};
use leptos::prelude::*;

/// Says that there is no such page, with the right status.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let told = ask_first(|| Ask::NotFound);
    loaded(told, |_| {
        let page = view! {
            <Missing
                heading="There is no such page"
                text="The address may have a slip of the pen in it, or the page has moved."
            />
        };
        Some(page.into_any())
    })
}
