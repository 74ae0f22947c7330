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
    /// Those of them that are neither shipped nor cancelled: they cannot be erased yet.
    pub still_open: Vec<String>,
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
        <p class="hint">
            "For somebody who asks what the shop holds of them, or wants to be forgotten: find \
             their orders, then hand out or erase the data in them."
        </p>
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
                {kept(&search.still_open)}
                {(search.still_open.len() < found.len()).then(erase_for_good)}
            </form>
        </div>
    }
    .into_any()
}

/// The orders that stay as they are, and what to do about it first.
fn kept(still_open: &[String]) -> Option<AnyView> {
    (!still_open.is_empty()).then(|| {
        let words = format!(
            "Not yet erased, because they are neither shipped nor cancelled: {}. Ship or cancel \
             them first.",
            still_open.join(", ")
        );
        view! { <p class="hold">{words}</p> }.into_any()
    })
}

fn erase_for_good() -> AnyView {
    view! {
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
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erasing_is_offered_only_where_something_can_be_erased() {
        let found = vec!["SO-1".to_owned(), "SO-2".to_owned()];
        let page = |open: &[&str]| {
            let search = CustomerSearch {
                still_open: open.iter().map(|number| (*number).to_owned()).collect(),
                ..CustomerSearch::default()
            };
            results(&search, &found).to_html()
        };
        let button = "class=\"grave\"";
        let none = page(&[]);
        assert!(
            none.contains(button) && !none.contains("Not yet erased"),
            "{none}"
        );
        let one = page(&["SO-2"]);
        assert!(
            one.contains(button) && one.contains("cancelled: SO-2."),
            "{one}"
        );
        let all = page(&["SO-1", "SO-2"]);
        assert!(
            !all.contains(button) && all.contains("SO-1, SO-2."),
            "{all}"
        );
    }
}
