//! Any other address.

use super::refused::RefusedPage;
use crate::shop::Shop;
use crate::state::refused::Refused;
use crate::{
    components::{Missing, Trouble, loaded},
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
    let shop = Shop::here();
    let told = ask_first(|| Ask::NotFound);
    // A shop that cannot look up its own frame says that, and the status is the same.
    loaded(told, move |_| match shop.trouble() {
        Some(error) => Some(view! { <Trouble error /> }.into_any()),
        None => {
            let page = view! {
                <Missing
                    heading="There is no such page"
                    text="The address may have a slip of the pen in it, or the page has moved."
                />
            };
            Some(page.into_any())
        }
    })
}
