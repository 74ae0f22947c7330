//! Data that are on their way.

use crate::parts::Trouble;
use crate::server_fns::Answer;
use leptos::prelude::*;

/// Shows a page's data once they are there, or that they cannot be had.
///
/// Resources and suspense boundaries are made here and in pages, never inside `show`: their
/// numbers must be given out in the same order on the server and in the browser.
pub fn loaded<T: Clone + Send + Sync + 'static>(
    data: Resource<Answer<T>>,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    shown(data, show, false)
}

/// The same below a heading that the page has in any case: a page has one.
pub fn loaded_below<T: Clone + Send + Sync + 'static>(
    data: Resource<Answer<T>>,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    shown(data, show, true)
}

fn shown<T: Clone + Send + Sync + 'static>(
    data: Resource<Answer<T>>,
    show: impl Fn(T) -> AnyView + Send + 'static,
    below: bool,
) -> AnyView {
    let part = move || match data.get()? {
        Ok(data) => Some(show(data)),
        Err(error) => Some(view! { <Trouble error below /> }.into_any()),
    };
    view! { <Transition fallback=|| view! { <Loading /> }>{part}</Transition> }.into_any()
}

/// Stands in for a page whose data are on their way; the stylesheet shows it only after a moment.
#[component]
pub fn Loading() -> impl IntoView {
    view! {
        <div class="wrap loading" aria-busy="true">
            <p>"One moment…"</p>
        </div>
    }
    .into_any()
}
