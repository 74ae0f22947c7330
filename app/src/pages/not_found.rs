//! Any other address.

use super::refused::RefusedPage;
use crate::state::refused::Refused;
use crate::{
    components::{Missing, loaded},
    page::{Ask, ask_first},
};
use leptos::prelude::*;

/// Says that there is no such page, with the right status; or what became of a form that was refused,
/// which the server renders here.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    if let Some(refused) = use_context::<Refused>() {
        return view! { <RefusedPage refused /> }.into_any();
    }
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
