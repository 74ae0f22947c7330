//! A field of the order form.

use crate::text::reasons::{field_error, field_label};
use crate::widgets::LiveText;
use leptos::prelude::*;
use model::{OrderField, Reason};

/// A labelled text field with its error. What is typed stays the browser's: the value is only where
/// it starts from.
#[component]
pub fn Field(
    /// Its name on the wire is the element's id too.
    field: OrderField,
    value: String,
    reasons: Signal<Vec<Reason>>,
    /// What browsers may fill in (HTML's autofill names).
    autocomplete: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] optional: bool,
    /// Browsers insist on it. Not so where it depends on something else, which the store looks at.
    #[prop(default = true)]
    required: bool,
) -> impl IntoView {
    let name = field.name();
    // Not `type="email"`: browsers refuse such a field in words of their own, before the store can say
    // what was probably meant, and rewrite domains that are not in ASCII.
    let is_email = field == OrderField::Email;
    let error = Memo::new(move |_| reasons.with(|reasons| field_error(reasons, name)));
    let wrong = move || error.with(|error| error.as_ref().map(|_| "true"));
    let error_id = format!("{name}-error");
    let described_by = {
        let id = error_id.clone();
        move || error.with(|error| error.as_ref().map(|_| id.clone()))
    };
    view! {
        <div class="field">
            <label for=name>
                {field_label(name)} {optional.then(|| view! { <span class="hint">" (optional)"</span> })}
            </label>
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                inputmode=is_email.then_some("email")
                autocapitalize=is_email.then_some("none")
                spellcheck=is_email.then_some("false")
                maxlength=field.max_chars()
                required=required && !optional
                aria-invalid=wrong
                aria-describedby=described_by
            />
            <p class="field-error" id=error_id>
                <LiveText text=Signal::derive(move || error.get().unwrap_or_default()) />
            </p>
        </div>
    }
    .into_any()
}
