//! What is ordered, as a table.

use leptos::prelude::*;
use model::{CartLine, format_minor};

/// The lines of a cart or an order and their total.
#[component]
pub fn OrderLines(lines: Vec<CartLine>, total_minor: i64, currency: String) -> impl IntoView {
    let rows = lines
        .into_iter()
        .map(|line| {
            let sum = format_minor(line.unit_price_minor * line.quantity, &currency);
            let each = format_minor(line.unit_price_minor, &currency);
            view! {
                <tr>
                    <td>
                        {line.name} <span class="hint">{format!("{} × {each}", line.quantity)}</span>
                    </td>
                    <td class="money">{sum}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="order-lines">
            <caption class="unseen">"Products and prices"</caption>
            <thead class="unseen">
                <tr>
                    <th scope="col">"Product"</th>
                    <th scope="col">"Price"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">"Delivery"</th>
                    <td class="money">"free"</td>
                </tr>
                <tr class="total">
                    <th scope="row">"Total incl. tax"</th>
                    <td class="money">{format_minor(total_minor, &currency)}</td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}
