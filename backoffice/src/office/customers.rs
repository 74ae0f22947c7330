//! A customer's data: hand them out, erase them.

use super::frame::{Desk, page};
use super::parts::alarm;
use super::words::counted;
use leptos::prelude::*;

/// Whose data are looked for, and what was found.
#[derive(Clone, Debug, Default)]
pub struct CustomerSearch {
    pub number: String,
    pub email: String,
    /// The orders that have data; none before the first search.
    pub found: Option<Vec<String>>,
    /// Orders that were not erased, because they are open.
    pub open: Vec<String>,
    /// How many were erased while those stayed.
    pub erased: usize,
    pub problem: Option<String>,
}

/// The search by number or e-mail, and what can be done with what it finds.
pub fn customers_page(desk: &Desk, search: &CustomerSearch) -> String {
    let open = (!search.open.is_empty()).then(|| {
        let words = format!(
            "Erased: {}. Not erased, because they are neither shipped nor cancelled: {}.",
            counted(search.erased, "order", "orders"),
            search.open.join(", ")
        );
        alarm(Some(&words))
    });
    let content = view! {
        {alarm(search.problem.as_deref())}
        {open}
        <form class="filter" method="post" action="/entmine/customers">
            <div class="field">
                <label for="field-number">"Order number"</label>
                <input id="field-number" name="number" type="search" value=search.number.clone() />
            </div>
            <div class="field">
                <label for="field-email">"or e-mail address"</label>
                <input id="field-email" name="email" type="search" value=search.email.clone()
                    autocomplete="off" />
            </div>
            <button type="submit">"Find"</button>
        </form>
        {search.found.as_ref().map(|found| results(search, found))}
    };
    page(desk, "/entmine/customers", "Customers' data", content)
}

fn results(search: &CustomerSearch, found: &[String]) -> AnyView {
    if found.is_empty() {
        return view! { <p class="empty">"No order has data of this customer."</p> }.into_any();
    }
    let links = found
        .iter()
        .map(|number| {
            let href = format!("/entmine/orders/{number}");
            view! { <li><a href=href>{number.clone()}</a></li> }
        })
        .collect_view();
    let whose = || {
        view! {
            <input type="hidden" name="number" value=search.number.clone() />
            <input type="hidden" name="email" value=search.email.clone() />
        }
    };
    view! {
        <h2>{counted(found.len(), "order", "orders")}</h2>
        <ul class="numbers">{links}</ul>
        <div class="columns">
            <form class="stack" method="post" action="/entmine/customers/export">
                {whose()}
                <h3>"Hand out"</h3>
                <p>"A file with everything that EntMine holds of this customer. The audit notes it."</p>
                <button type="submit">"Download as JSON"</button>
            </form>
            <form class="stack" method="post" action="/entmine/customers/erase">
                {whose()}
                <h3>"Erase"</h3>
                <p>
                    "Name, addresses, wishes and the order as it was sent go, from orders that are "
                    "shipped or cancelled. Number, lines, total and fingerprint stay. This cannot be "
                    "undone."
                </p>
                <label class="check">
                    <input type="checkbox" name="sure" value="yes" required />
                    "Yes, erase them for good"
                </label>
                <button type="submit" class="grave">"Erase"</button>
            </form>
        </div>
    }
    .into_any()
}
