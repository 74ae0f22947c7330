//! Forms that work without JavaScript, and better with it.

use leptos::{ev::SubmitEvent, prelude::event_target};
use web_sys::{FormData, HtmlFormElement};

/// Keeps the browser from sending a form, and gives a reader of its fields by name.
pub fn take_over(event: &SubmitEvent) -> impl Fn(&str) -> String + use<> {
    event.prevent_default();
    let form: HtmlFormElement = event_target(event);
    let data = FormData::new_with_form(&form).ok();
    move |name| {
        data.as_ref()
            .and_then(|data| data.get(name).as_string())
            .unwrap_or_default()
    }
}
