//! Forms that work without JavaScript, and better with it.

use super::{draft::body_of, page_notice::is_broken};
use crate::state::submission::Submission;
use leptos::{ev::SubmitEvent, prelude::event_target};
use web_sys::{FormData, HtmlFormElement};

/// Keeps the browser from sending a form, and gives a reader of its fields by name. None where the
/// page does not work any more: the browser sends the form itself then.
pub fn take_over(event: &SubmitEvent) -> Option<impl Fn(&str) -> String + use<>> {
    if is_broken() {
        return None;
    }
    event.prevent_default();
    let form: HtmlFormElement = event_target(event);
    let data = FormData::new_with_form(&form).ok();
    Some(move |name: &str| {
        data.as_ref()
            .and_then(|data| data.get(name).as_string())
            .unwrap_or_default()
    })
}

/// The same for the order form, as a whole.
pub fn take_over_order(event: &SubmitEvent) -> Option<Submission> {
    let body = body_of(&event_target::<HtmlFormElement>(event))?;
    let field = take_over(event)?;
    Some(Submission {
        order_key: field("order_key"),
        receipt: field("receipt"),
        body,
    })
}
