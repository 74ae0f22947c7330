//! Effects, in the browser only.

use leptos::prelude::Effect;

/// Runs once the page is awake, and again whenever a signal that it read changes. Behind a box, so
/// that the browser has the machinery of an effect once and not for each.
pub fn effect(run: impl FnMut() + 'static) {
    boxed(Box::new(run));
}

fn boxed(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}
