//! Any other address.

use super::refused::RefusedPage;
use crate::shop::Shop;
use crate::state::refused::Refused;
use crate::{
    parts::{Missing, Trouble, loaded},
    server_fns,
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
    let told = Resource::new_blocking(|| (), |()| server_fns::not_found());
    // A shop that cannot look up its own frame says that, and the status is the same.
    loaded(told, move |()| match shop.trouble() {
        Some(error) => view! { <Trouble error /> }.into_any(),
        None => view! {
            <Missing
                heading="There is no such page"
                text="The address may have a slip of the pen in it, or the page has moved."
            />
        }
        .into_any(),
    })
}
