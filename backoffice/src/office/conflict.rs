//! Two people edited one product: the second sees what the first changed, before anything is saved.

use super::frame::{Desk, page};
use super::parts::table;
use super::product::{ProductView, entry_of, history_table, status_words};
use super::words::encoded;
use entmine::{AuditEntry, ProductEntry, ProductFields, StockedProduct};
use leptos::prelude::*;

/// What both of them have.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// The product as it is now.
    pub current: StockedProduct,
    /// What the second one wanted to save.
    pub entry: ProductEntry,
    /// What is saved if they say so: their own changes, the rest as it is now.
    pub merged: ProductFields,
    /// What happened to it, the newest first.
    pub history: Vec<AuditEntry>,
}

/// Shows both side by side. Saving again is under the mark of what is shown here, and changes only
/// what the second one had changed.
pub fn conflict_page(desk: &Desk, conflict: &Conflict) -> String {
    let now = ProductView::entry_of(&conflict.current);
    let yours = &conflict.entry;
    let merged = entry_of(&conflict.current.product.sku, &conflict.merged);
    let counted = |entry: &ProductEntry| if entry.untracked { "No" } else { "Yes" }.to_owned();
    let status = |entry: &ProductEntry| status_words(entry.status).to_owned();
    let text = |entry: &ProductEntry| entry.description.replace("\r\n", "\n");
    let rows = [
        (
            "Name",
            now.name.clone(),
            yours.name.clone(),
            merged.name.clone(),
        ),
        (
            "Category",
            now.category.clone(),
            yours.category.clone(),
            merged.category.clone(),
        ),
        (
            "Price",
            now.price.clone(),
            yours.price.clone(),
            merged.price.clone(),
        ),
        ("Text", text(&now), text(yours), text(&merged)),
        (
            "Picture",
            now.image.clone(),
            yours.image.clone(),
            merged.image.clone(),
        ),
        ("Status", status(&now), status(yours), status(&merged)),
        (
            "Stock is counted",
            counted(&now),
            counted(yours),
            counted(&merged),
        ),
    ]
    .into_iter()
    .map(|(name, now, yours, merged)| {
        let class = (now != yours).then_some("differs");
        view! {
            <tr class=class>
                <th scope="row">{name}</th>
                <td class="text">{now}</td>
                <td class="text">{yours}</td>
                <td class="text">{merged}</td>
            </tr>
        }
        .into_any()
    })
    .collect();
    let here = format!(
        "/entmine/products/{}",
        encoded(&conflict.current.product.sku)
    );
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
            <input type="hidden" name="name" value=merged.name.clone() />
            <input type="hidden" name="category" value=merged.category.clone() />
            <input type="hidden" name="price" value=merged.price.clone() />
            <input type="hidden" name="description" value=merged.description.clone() />
            <input type="hidden" name="image" value=merged.image.clone() />
            <input type="hidden" name="status" value=merged.status.as_str() />
            <input type="hidden" name="untracked" value={if merged.untracked { "yes" } else { "" }} />
            <button type="submit" class="grave">"Save mine all the same"</button>
            <a href=back>"Leave it as it is now"</a>
        </form>
    };
    let title = format!("{}: two changes at once", conflict.current.product.name);
    page(desk, "/entmine/products", &title, content)
}
