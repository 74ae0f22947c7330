//! A product file into EntMine.

use super::frame::{Desk, page};
use super::parts::{alarm, table};
use entmine::RowError;
use leptos::prelude::*;

/// The form, with what was wrong with the file.
pub fn import_page(desk: &Desk, errors: &[RowError], problem: Option<&str>) -> String {
    let wrong = (!errors.is_empty()).then(|| {
        let rows = errors
            .iter()
            .map(|error| {
                view! {
                    <tr>
                        <td class="number">{error.line}</td>
                        <td>{error.column.clone()}</td>
                        <td>{error.reason.clone()}</td>
                    </tr>
                }
                .into_any()
            })
            .collect();
        view! {
            {alarm(Some("Nothing of the file was imported."))}
            {table("What is wrong", vec![">Line", "Column", "Problem"], rows)}
        }
    });
    let content = view! {
        {alarm(problem)}
        {wrong}
        <p>
            "CSV in UTF-8 with the columns of an export from here, or of a Shopify product export. "
            "Products are found by SKU: new ones are added, changed ones updated, others left alone. "
            "The stock on hand becomes the file's."
        </p>
        <form class="stack narrow" method="post" action="/entmine/import"
            enctype="multipart/form-data">
            <div class="field">
                <label for="field-file">"File"</label>
                <input id="field-file" name="file" type="file" accept=".csv,text/csv" required />
            </div>
            <button type="submit">"Import"</button>
        </form>
    };
    page(desk, "/entmine/products", "Import products", content)
}
