//! The country of an address.

use crate::text::reasons::{field_error, field_label};
use crate::widgets::LiveText;
use leptos::prelude::*;
use model::{COUNTRIES, Postcode, Reason, postcode_of};

/// Where the shop is, and most of its customers.
const HOME: &str = "GB";

/// Whether the form, as it is served, may leave the postcode out. Asked on the server only: the table of
/// all countries is no load for browsers.
pub fn is_postcode_optional(country: &str) -> bool {
    let chosen = if country.is_empty() { HOME } else { country };
    postcode_of(chosen) != Postcode::Required
}

/// A select with every country, the shop's own first.
#[component]
pub fn CountryField(value: String, reasons: Signal<Vec<Reason>>) -> impl IntoView {
    let chosen = if value.is_empty() { HOME } else { &value };
    // The likeliest first, then all in the order in which people look them up.
    let is_home = |country: &&(&str, &str)| country.0 == HOME;
    let options = COUNTRIES
        .iter()
        .filter(is_home)
        .chain(COUNTRIES.iter().filter(|country| !is_home(country)))
        .map(|(code, name)| {
            view! {
                <option value=*code selected=*code == chosen>
                    {*name}
                </option>
            }
        })
        .collect_view();
    let error = Memo::new(move |_| reasons.with(|reasons| field_error(reasons, "country")));
    view! {
        <div class="field">
            <label for="country">{field_label("country")}</label>
            <select
                id="country"
                name="country"
                autocomplete="country"
                required
                aria-invalid=move || error.with(|error| error.as_ref().map(|_| "true"))
                aria-describedby=move || {
                    error.with(|error| error.as_ref().map(|_| "country-error"))
                }
            >
                {options}
            </select>
            <p class="field-error" id="country-error">
                <LiveText text=Signal::derive(move || error.get().unwrap_or_default()) />
            </p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::is_postcode_optional;

    #[test]
    fn a_postcode_is_optional_as_the_chosen_country_has_it() {
        assert!(!is_postcode_optional(""), "the shop's own country");
        assert!(!is_postcode_optional("NO"));
        assert!(is_postcode_optional("HK"));
    }
}
