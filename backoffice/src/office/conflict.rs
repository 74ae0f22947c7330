//! Two people edited one product: the second sees what the first changed, before anything is saved.

use super::frame::{Desk, page};
use super::parts::table;
use super::product::history_table;
use super::words::encoded;
use entmine::{AuditEntry, FIELDS, ProductEntry, ProductFields, StockedProduct};
use leptos::prelude::*;

/// What both of them have.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The product as it is now.
    pub current: StockedProduct,
    /// What the second one wanted to save.
    pub yours: ProductFields,
    /// What is saved if they say so: their own changes, the rest as it is now.
    pub merged: ProductFields,
    /// What happened to it, the newest first.
    pub history: Vec<AuditEntry>,
}

/// Shows both side by side. Saving again is under the mark of what is shown here, and changes only
/// what the second one had changed.
pub fn conflict_page(desk: &Desk, conflict: &Conflict) -> String {
    let now = ProductFields::of(&conflict.current);
    let product = &conflict.current.product;
    let rows = FIELDS.iter().map(|field| {
        let shown = |fields: &ProductFields| field.shown(fields, &product.currency);
        let (now, yours, merged) = (shown(&now), shown(&conflict.yours), shown(&conflict.merged));
        let class = (now != yours).then_some("differs");
        view! {
            <tr class=class>
                <th scope="row">{field.label}</th>
                <td class="text">{now}</td>
                <td class="text">{yours}</td>
                <td class="text">{merged}</td>
            </tr>
        }
        .into_any()
    });
    let rows = rows.collect();
    let merged = ProductEntry::of(&product.sku, &conflict.merged);
    let merged = merged.typed().map(|(field, typed)| {
        view! { <input type="hidden" name=field.name value=typed.to_owned() /> }
    });
    let merged = merged.collect_view();
    let here = format!("/entmine/products/{}", encoded(&product.sku));
    let back = here.clone();
    let newest: Vec<_> = conflict.history.iter().take(5).cloned().collect();
    let head = vec!["", "Now in EntMine", "Yours", "After Save mine"];
    let content = view! {
        <p class="alarm" role="alert">
            "Somebody else changed this product while you had it open. Nothing of yours was saved."
        </p>
        {table("What differs", head, rows)}
        <p class="hint">
            "Save mine changes only the fields that you changed; the others stay as they are now."
        </p>
        <h2>"Who changed what"</h2>
        {history_table(&newest)}
        <form class="actions" method="post" action=here>
            <input type="hidden" name="edition" value=conflict.current.edition() />
            {merged}
            <button type="submit" class="grave">"Save mine all the same"</button>
            <a href=back>"Leave it as it is now"</a>
        </form>
    };
    let title = format!("{}: two changes at once", product.name);
    page(desk, "/entmine/products", &title, content)
}
