//! Changing many prices: a preview, then exactly what it showed.

use super::frame::{Desk, page};
use super::parts::{alarm, choice, field, table};
use super::words::{code_class, counted};
use entmine::{FieldError, PricePlan};
use leptos::prelude::*;
use model::format_minor;

/// Prices that are shown one by one; the rest is counted.
const SHOWN: usize = 200;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct PriceForm {
    /// Empty for all.
    pub category: String,
    pub percent: String,
    pub errors: Vec<FieldError>,
    pub problem: Option<String>,
}

/// The form, and the preview where there is one.
pub fn prices_page(
    desk: &Desk,
    form: &PriceForm,
    categories: &[String],
    plan: Option<&PricePlan>,
) -> String {
    let mut all = vec![(String::new(), "All products".to_owned())];
    all.extend(categories.iter().map(|name| (name.clone(), name.clone())));
    let content = view! {
        {alarm(form.problem.as_deref())}
        <p class="hint">
            "Raises or lowers all prices, or those of one category, by some percent. You see each new \
             price before anything is changed."
        </p>
        <form class="filter" method="get" action="/entmine/prices">
            {choice("category", "Category", all, &form.category, &[])}
            {field("percent", "Percent", &form.percent, "Such as 7.5 or -10", &form.errors)}
            <button type="submit">"Preview"</button>
        </form>
        {plan.map(|plan| preview(form, plan))}
    };
    page(desk, "/entmine/prices", "Bulk price change", content)
}

fn preview(form: &PriceForm, plan: &PricePlan) -> AnyView {
    let count = plan.prices.len();
    if count == 0 {
        return view! { <p class="empty">"No price would change."</p> }.into_any();
    }
    if let Some(price) = plan.too_high() {
        let words = format!("{} would cost more than EntMine can ask for.", price.sku);
        return alarm(Some(&words)).into_any();
    }
    let rows = plan
        .prices
        .iter()
        .take(SHOWN)
        .map(|price| {
            view! {
                <tr>
                    <td class=code_class(&price.sku)>{price.sku.clone()}</td>
                    <td class="words">{price.name.clone()}</td>
                    <td class="number">{price.price_version}</td>
                    <td class="number">{format_minor(price.before_minor, &price.currency)}</td>
                    <td class="number">
                        <strong>{format_minor(price.after_minor, &price.currency)}</strong>
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let more = (count > SHOWN).then(|| {
        let words = format!("… and {} more in the same way.", count - SHOWN);
        view! { <p class="hint">{words}</p> }
    });
    let prices = counted(count, "price", "prices");
    view! {
        <h2>{format!("{prices} would change")}</h2>
        {table("Preview", vec!["SKU", "Product", ">Version", ">Now", ">Then"], rows)}
        {more}
        <form class="actions" method="post" action="/entmine/prices">
            <input type="hidden" name="category" value=form.category.clone() />
            <input type="hidden" name="percent" value=form.percent.clone() />
            <input type="hidden" name="mark" value=plan.mark() />
            <button type="submit" class="grave">{format!("Change {prices} as shown")}</button>
            <a href="/entmine/prices">"Back"</a>
        </form>
        <p class="hint">
            "Orders that were placed at the old prices keep them. Changing back is one more change."
        </p>
    }
    .into_any()
}
