//! One product: its form, its stock, its prices and what happened to it.

use super::frame::{Desk, page};
use super::parts::{alarm, choice, field, table, text_area};
use super::stock::movements_table;
use super::words::{address, encoded, plain_money, time};
use entmine::{
    AuditEntry, FieldError, Movement, PastPrice, ProductEntry, ProductFields, ProductStatus,
    StockedProduct,
};
use leptos::prelude::*;
use model::format_minor;

/// Everything that a product's page shows.
#[derive(Clone, Debug)]
pub struct ProductView {
    pub product: StockedProduct,
    /// What stands in the form, and under which mark it is saved.
    pub entry: ProductEntry,
    pub edition: String,
    pub errors: Vec<FieldError>,
    pub stock: StockForm,
    pub prices: Vec<PastPrice>,
    /// The newest movements.
    pub movements: Vec<Movement>,
    /// The newest first.
    pub history: Vec<AuditEntry>,
}

/// What was typed into the forms of receipt and count, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct StockForm {
    pub pieces: String,
    /// The name of the receipt that this form is for, so that sending it twice adds the goods once.
    pub receipt_request: String,
    pub receipt_reason: String,
    pub counted: String,
    pub count_reason: String,
    pub errors: Vec<FieldError>,
    pub problem: Option<String>,
}

impl ProductView {
    /// What the form of a product shows at first.
    pub fn entry_of(product: &StockedProduct) -> ProductEntry {
        entry_of(&product.product.sku, &ProductFields::of(product))
    }
}

/// Fields as they stand in a form.
pub(super) fn entry_of(sku: &str, fields: &ProductFields) -> ProductEntry {
    ProductEntry {
        sku: sku.to_owned(),
        name: fields.name.clone(),
        category: fields.category.clone(),
        description: fields.description.clone(),
        image: fields.image.clone(),
        price: plain_money(fields.price_minor),
        status: fields.status,
        untracked: !fields.tracked,
    }
}

/// The product's page: managers edit it, clerks keep its stock.
pub fn product_page(desk: &Desk, view: &ProductView) -> String {
    let product = &view.product.product;
    let form = if desk.manages() {
        let action = format!("/entmine/products/{}", encoded(&product.sku));
        let hidden = view! { <input type="hidden" name="edition" value=view.edition.clone() /> };
        entry_form(
            &action,
            &view.entry,
            &view.errors,
            hidden.into_any(),
            "Save",
        )
    } else {
        facts(&view.product)
    };
    let picture = (!product.image.is_empty())
        .then(|| view! { <img class="picture" src=product.image.clone() alt="" width="120" /> });
    let stock_address = address("/entmine/stock", &[("sku", &*product.sku)]);
    let content = view! {
        <p class="code">{product.sku.clone()} {format!(" · /p/{}", product.slug)}</p>
        <div class="columns">
            <section>
                <h2>"Product"</h2>
                {picture}
                {form}
            </section>
            <section>
                <h2>"Stock"</h2>
                {stock_forms(view)}
            </section>
        </div>
        <h2>"Movements of stock"</h2>
        {movements_table(&view.movements, false)}
        <p><a href=stock_address>"All of its movements"</a></p>
        <h2>"Prices"</h2>
        {price_table(&view.prices, &product.currency)}
        <h2>"History"</h2>
        {history_table(&view.history)}
    };
    page(desk, "/entmine/products", &product.name, content)
}

/// The form of a new product.
pub fn new_product_page(desk: &Desk, entry: &ProductEntry, errors: &[FieldError]) -> String {
    let sku = field(
        "sku",
        "SKU",
        &entry.sku,
        "Never changes. Any characters that can be printed, at most 255",
        errors,
    );
    let content = view! {
        <p class="hint">"A new product has no stock; enter a receipt on its page."</p>
        {entry_form("/entmine/new-product", entry, errors, sku, "Create")}
    };
    page(desk, "/entmine/products", "New product", content)
}

fn entry_form(
    action: &str,
    entry: &ProductEntry,
    errors: &[FieldError],
    first: AnyView,
    save: &'static str,
) -> AnyView {
    let summary = (!errors.is_empty()).then(|| alarm(Some("Nothing was saved: see below.")));
    view! {
        {summary}
        <form class="stack" method="post" action=action.to_owned()>
            {first}
            {field("name", "Name", &entry.name, "", errors)}
            {field("category", "Category", &entry.category, "", errors)}
            {field("price", "Price", &entry.price, "Tax included, such as 12.99", errors)}
            {text_area("description", "Text", &entry.description, errors)}
            {field("image", "Picture", &entry.image, "A path or address; may be empty", errors)}
            {choice("status", "Status", statuses(), entry.status.as_str())}
            <label class="check">
                <input type="checkbox" name="untracked" value="yes" checked=entry.untracked />
                "Not counted: it can always be bought"
            </label>
            <button type="submit">{save}</button>
        </form>
    }
    .into_any()
}

/// What a status means for customers.
pub(super) fn status_words(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Active => "Active: shown and sold",
        ProductStatus::Unlisted => "Unlisted: sold by its address, in no list",
        ProductStatus::Draft => "Draft: neither shown nor sold",
        ProductStatus::Archived => "Archived: a draft that is hidden here too",
    }
}

fn statuses() -> Vec<(String, String)> {
    ProductStatus::ALL
        .map(|status| (status.as_str().to_owned(), status_words(status).to_owned()))
        .to_vec()
}

fn facts(stocked: &StockedProduct) -> AnyView {
    let product = &stocked.product;
    view! {
        <dl class="facts">
            <dt>"Category"</dt><dd>{product.category.clone()}</dd>
            <dt>"Price"</dt><dd>{format_minor(product.price_minor, &product.currency)}</dd>
            <dt>"Status"</dt><dd>{status_words(stocked.status)}</dd>
        </dl>
        <p class="text">{product.description.clone()}</p>
    }
    .into_any()
}

fn stock_forms(view: &ProductView) -> AnyView {
    let stocked = &view.product;
    let form = &view.stock;
    let base = format!("/entmine/products/{}", encoded(&stocked.product.sku));
    let wrong = !form.errors.is_empty() || form.problem.is_some();
    let uncounted = (!stocked.product.tracked).then(|| {
        view! { <p class="hint">"Its stock is not counted: it can always be bought."</p> }
    });
    let receipt_label = "Reason (optional), such as the delivery note";
    view! {
        {wrong.then(|| alarm(Some(form.problem.as_deref().unwrap_or("The stock stays as it was."))))}
        {uncounted}
        <dl class="facts">
            <dt>"On hand"</dt><dd>{stocked.on_hand}</dd>
            <dt>"Reserved"</dt><dd>{stocked.reserved}</dd>
            <dt>"Available"</dt><dd><strong>{stocked.product.available}</strong></dd>
        </dl>
        <form class="stack" method="post" action=format!("{base}/receive")>
            <h3>"Receive goods"</h3>
            <input type="hidden" name="request" value=form.receipt_request.clone() />
            {field("pieces", "Pieces", &form.pieces, "", &form.errors)}
            {field("receipt_reason", receipt_label, &form.receipt_reason, "", &form.errors)}
            <button type="submit">"Add to stock"</button>
        </form>
        <form class="stack" method="post" action=format!("{base}/count")>
            <h3>"Stock count"</h3>
            <input type="hidden" name="seen" value=stocked.on_hand />
            {field("counted", "Counted", &form.counted, "Reserved pieces among them", &form.errors)}
            {field("count_reason", "Reason", &form.count_reason, "", &form.errors)}
            <button type="submit">"Correct the stock"</button>
        </form>
    }
    .into_any()
}

fn price_table(prices: &[PastPrice], currency: &str) -> AnyView {
    let rows = prices
        .iter()
        .map(|price| {
            let until = match price.valid_to_ms {
                Some(ms) => time(ms),
                None => "now".into_any(),
            };
            view! {
                <tr>
                    <td class="number">{price.price_version}</td>
                    <td class="number">{format_minor(price.price_minor, currency)}</td>
                    <td>{time(price.valid_from_ms)}</td>
                    <td>{until}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    table(
        "Prices",
        vec![">Version", ">Price", "From (UTC)", "Until (UTC)"],
        rows,
    )
}

pub(super) fn history_table(history: &[AuditEntry]) -> AnyView {
    if history.is_empty() {
        return view! { <p class="empty">"No change is recorded."</p> }.into_any();
    }
    let rows = history
        .iter()
        .map(|entry| {
            view! {
                <tr>
                    <td>{time(entry.at_ms)}</td>
                    <td>{entry.actor.clone()}</td>
                    <td>{entry.event.clone()}</td>
                    <td class="words">{entry.detail.clone()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    table("History", vec!["When (UTC)", "Who", "What", "Detail"], rows)
}

#[cfg(test)]
mod tests {
    use super::super::parts::error_of;
    use super::*;

    #[test]
    fn an_error_stands_beside_its_field_and_what_was_typed_is_kept() {
        let entry = ProductEntry {
            price: "12,99".into(),
            description: "One\n</textarea><b> & two".into(),
            ..ProductEntry::default()
        };
        let errors = entry.fields().unwrap_err();
        assert!(error_of(&errors, "price").is_some());
        let form = entry_form("/x", &entry, &errors, ().into_any(), "Save").to_html();
        assert!(
            form.contains("Price is not a price such as 12.99."),
            "{form}"
        );
        assert!(form.contains("value=\"12,99\""), "{form}");
        assert!(
            form.contains(">\nOne\n&lt;/textarea&gt;&lt;b&gt; &amp; two</textarea>"),
            "{form}"
        );
    }
}
