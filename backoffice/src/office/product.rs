//! One product: its form, its stock, its prices and what happened to it.

use super::frame::{Desk, page};
use super::parts::{alarm, choice, field, table, text_area};
use super::stock::movements_table;
use super::words::{address, encoded, time};
use entmine::{
    AuditEntry, FIELDS, Field, FieldError, FieldKind, Movement, PastPrice, ProductEntry,
    ProductFields, StockedProduct,
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
    let fields = entry
        .typed()
        .map(|(field, typed)| input(field, typed, errors));
    let fields = fields.collect_view();
    let summary = (!errors.is_empty()).then(|| alarm(Some("Nothing was saved: see below.")));
    view! {
        {summary}
        <form class="stack" method="post" action=action.to_owned()>
            {first}
            {fields}
            <button type="submit">{save}</button>
        </form>
    }
    .into_any()
}

fn input(about: &'static Field, typed: &str, errors: &[FieldError]) -> AnyView {
    let (name, label) = (about.name, about.label);
    match about.kind {
        FieldKind::Line(hint) | FieldKind::Address(hint) | FieldKind::Price(hint, _) => {
            field(name, label, typed, hint, errors)
        }
        FieldKind::Text => text_area(name, label, typed, errors),
        FieldKind::Choice(choices) => {
            let choices = choices.iter();
            let choices = choices.map(|(word, meaning)| (word.to_string(), meaning.to_string()));
            choice(name, label, choices.collect(), typed, errors)
        }
    }
}

/// What those read who may not edit; the name is the page's title.
fn facts(stocked: &StockedProduct) -> AnyView {
    let (fields, currency) = (ProductFields::of(stocked), &stocked.product.currency);
    let fact = |field: &Field| {
        let shown = field.shown(&fields, currency);
        view! { <dt>{field.label}</dt><dd class="text">{shown}</dd> }
    };
    let facts = FIELDS.iter().filter(|field| field.name != "name").map(fact);
    view! { <dl class="facts">{facts.collect_view()}</dl> }.into_any()
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
        // It does not say whether stock is counted, as a form that was opened before there was a choice.
        let entry = ProductEntry::sent(|name| match name {
            "status" => Some("draft".into()),
            "price" => Some("12,99".into()),
            "description" => Some("One\n</textarea><b> & two".into()),
            _other => None,
        });
        let errors = entry.fields().unwrap_err();
        assert!(error_of(&errors, "price").is_some());
        let form = entry_form("/x", &entry, &errors, ().into_any(), "Save").to_html();
        assert!(
            form.contains("Price is not a price such as 12.99."),
            "{form}"
        );
        assert!(form.contains("value=\"12,99\""), "{form}");
        assert!(
            form.contains("Stock is counted is neither yes nor no."),
            "{form}"
        );
        assert_eq!(form.matches(" selected").count(), 2, "{form}");
        assert!(form.contains("value=\"\" selected"), "{form}");
        assert!(
            form.contains(">\nOne\n&lt;/textarea&gt;&lt;b&gt; &amp; two</textarea>"),
            "{form}"
        );
    }
}
