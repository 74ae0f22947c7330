//! Pieces of pages: fields with their errors, choices, pages of lists.

use super::words::time;
use entmine::{FieldError, Paging};
use leptos::prelude::*;

/// What is wrong with a field, if anything.
pub(super) fn error_of(errors: &[FieldError], name: &str) -> Option<String> {
    let errors = errors.iter();
    errors
        .into_iter()
        .find(|error| error.field == name)
        .map(|error| error.reason.clone())
}

/// A labelled field of one line, with its error beside it.
pub(super) fn field(
    name: &'static str,
    label: &'static str,
    value: &str,
    hint: &'static str,
    errors: &[FieldError],
) -> AnyView {
    let error = error_of(errors, name);
    let (id, error_id) = (format!("field-{name}"), format!("error-{name}"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {(!hint.is_empty()).then(|| view! { <small>{hint}</small> })}
            <input
                id=id
                name=name
                type="text"
                value=value.to_owned()
                autocomplete="off"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=error.is_some().then(|| error_id.clone())
            />
            {problem(error_id, label, error)}
        </div>
    }
    .into_any()
}

/// A labelled text of several lines.
pub(super) fn text_area(
    name: &'static str,
    label: &'static str,
    value: &str,
    errors: &[FieldError],
) -> AnyView {
    let error = error_of(errors, name);
    let (id, error_id) = (format!("field-{name}"), format!("error-{name}"));
    // The first line end of a text area is not its text.
    let escaped = format!("\n{}", escaped(value));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                name=name
                rows="8"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=error.is_some().then(|| error_id.clone())
                inner_html=escaped
            ></textarea>
            {problem(error_id, label, error)}
        </div>
    }
    .into_any()
}

/// Text as it stands in an element whose content is text alone, such as a title or a text area. As
/// children of those Leptos writes markers for its own use, or text without escapes (tachys 0.2,
/// html/element/elements.rs).
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn problem(id: String, label: &'static str, error: Option<String>) -> Option<impl IntoView> {
    error.map(|reason| view! { <p class="error" id=id>{format!("{label} {reason}.")}</p> })
}

/// A sentence about what went wrong with the whole form.
pub(super) fn alarm(problem: Option<&str>) -> Option<impl IntoView + use<>> {
    problem
        .map(str::to_owned)
        .map(|problem| view! { <p class="alarm" role="alert">{problem}</p> })
}

/// A labelled choice; options are values with what they are called. Where none of them is chosen, none is shown as if
/// it were.
pub(super) fn choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
    errors: &[FieldError],
) -> AnyView {
    let error = error_of(errors, name);
    let (id, error_id) = (format!("field-{name}"), format!("error-{name}"));
    let is_chosen = options.iter().any(|(value, _)| value == chosen);
    let none = (!is_chosen).then(|| view! { <option value="" selected></option> });
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected inner_html=escaped(&words)></option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                id=id
                name=name
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=error.is_some().then(|| error_id.clone())
            >
                {none}
                {options}
            </select>
            {problem(error_id, label, error)}
        </div>
    }
    .into_any()
}

/// A table that scrolls by itself where the screen is narrow.
pub(super) fn table(label: &'static str, head: Vec<&'static str>, rows: Vec<AnyView>) -> AnyView {
    let head = head
        .into_iter()
        .map(|name| match name.strip_prefix('>') {
            Some(name) => view! { <th scope="col" class="number">{name}</th> }.into_any(),
            None => view! { <th scope="col">{name}</th> }.into_any(),
        })
        .collect_view();
    view! {
        <div class="scroll" role="region" aria-label=label tabindex="0">
            <table>
                <thead><tr>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// How many there are, and the pages before and after. `address` gives a page's.
pub(super) fn pager(
    paging: Paging,
    what: (&str, &str),
    address: impl Fn(i64) -> String,
) -> AnyView {
    let Paging {
        page, pages, total, ..
    } = paging;
    let words = if total == 1 { what.0 } else { what.1 };
    let before =
        (page > 1).then(|| view! { <a href=address(page - 1) rel="prev">"← Previous"</a> });
    let after = (page < pages).then(|| view! { <a href=address(page + 1) rel="next">"Next →"</a> });
    view! {
        <nav class="pager" aria-label="Pages">
            <span>{format!("{total} {words}, page {page} of {pages}")}</span>
            {before}
            {after}
        </nav>
    }
    .into_any()
}

/// A search that did not look at everything says how far it looked.
pub(super) fn searched_to(to_ms: Option<i64>) -> Option<impl IntoView + use<>> {
    to_ms.map(|to_ms| {
        view! {
            <p class="hint" role="status">
                "Searched back to " {time(to_ms)} " (UTC). What is older is on the next page."
            </p>
        }
    })
}

/// The way to older rows of a list that only grows.
pub(super) fn older(address: Option<String>) -> AnyView {
    address
        .map(|address| {
            view! {
                <nav class="pager" aria-label="Pages"><a href=address rel="next">"Older →"</a></nav>
            }
        })
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_and_texts_hold_what_they_are_given_and_nothing_else() {
        let options = vec![("a".to_owned(), "R&D <b>".to_owned())];
        let choice = choice("x", "X", options, "a", &[]).to_html();
        assert!(choice.contains(">R&amp;D &lt;b&gt;</option>"), "{choice}");
        let area = text_area("t", "T", "\nOne <b> & two", &[]).to_html();
        assert!(
            area.contains(">\n\nOne &lt;b&gt; &amp; two</textarea>"),
            "{area}"
        );
    }
}
