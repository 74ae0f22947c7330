//! Data that are on their way.

use super::Trouble;
use crate::page::{Answer, Page, PageData};
use leptos::prelude::*;

/// Shows a page's data once they are there, or that they cannot be had. `show` gives none for data
/// of another page, which no door gives.
///
/// Resources and suspense boundaries are made here and in pages, never inside `show`: their
/// numbers must be given out in the same order on the server and in the browser.
pub fn loaded(data: PageData, show: impl Fn(Page) -> Option<AnyView> + Send + 'static) -> AnyView {
    shown(data, show, false)
}

/// The same below a heading that the page has in any case: a page has one.
pub fn loaded_below(
    data: PageData,
    show: impl Fn(Page) -> Option<AnyView> + Send + 'static,
) -> AnyView {
    shown(data, show, true)
}

fn shown(
    data: PageData,
    show: impl Fn(Page) -> Option<AnyView> + Send + 'static,
    below: bool,
) -> AnyView {
    let show = move |answer: Answer| match answer {
        Ok(page) => show(page),
        Err(error) => Some(view! { <Trouble error below /> }.into_any()),
    };
    boundary(
        || view! { <Loading /> }.into_any(),
        move || data.get().and_then(&show),
    )
}

/// A part of a page that reads data of others, such as the shop's frame: nothing until they are
/// there.
pub fn framed(part: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    boundary(|| ().into_any(), part)
}

/// A suspense boundary. All are of one type, so that the browser has the code once.
pub fn boundary(
    meanwhile: impl FnOnce() -> AnyView + Send + 'static,
    part: impl Fn() -> Option<AnyView> + Send + 'static,
) -> AnyView {
    let meanwhile: Box<dyn FnOnce() -> AnyView + Send> = Box::new(meanwhile);
    let part: Box<dyn Fn() -> Option<AnyView> + Send> = Box::new(part);
    view! { <Transition fallback=meanwhile>{part}</Transition> }.into_any()
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
