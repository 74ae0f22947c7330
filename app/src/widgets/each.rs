//! Parts of a page that come and go by their keys.

use leptos::prelude::*;
use std::sync::Arc;

type Keys = Box<dyn Fn() -> Vec<String> + Send>;
type Part = Arc<dyn Fn(String) -> AnyView + Send + Sync>;

/// A part of the page for each key, made anew only where its key is new. Behind boxes, so that the
/// browser has the code once.
pub fn each(
    keys: impl Fn() -> Vec<String> + Send + 'static,
    part: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    boxed(Box::new(keys), Arc::new(part))
}

fn boxed(keys: Keys, part: Part) -> AnyView {
    view! { <For each=keys key=Clone::clone children=move |key| part(key) /> }.into_any()
}

/// One part of the page, made anew whenever its key is another; none where there is no key.
pub fn keyed(
    key: impl Fn() -> Option<String> + Send + 'static,
    part: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    each(move || key().into_iter().collect(), part)
}
