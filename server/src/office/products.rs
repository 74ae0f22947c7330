//! Products: the list, one of them, editing, creating.

use super::Office;
use super::desk::{Clerk, Manager};
use super::failure::Failure;
use super::stock::new_request;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{
    Conflict, ProductView, StockForm, conflict_page, encoded, new_product_page, product_page,
    products_page,
};
use entmine::{
    EditRefused, Edited, FIELDS, FieldError, FieldMarks, MovementQuery, ProductEntry,
    ProductFields, ProductQuery, Shelf, SkuTaken,
};
use serde::Deserialize;
use std::collections::HashMap;

/// What EntMine sells in; the same as of an import.
const CURRENCY: &str = "GBP";
/// Movements and entries of the history on a product's page.
const SHOWN: usize = 20;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Listed {
    q: String,
    category: String,
    published: String,
    short: String,
    page: String,
}

/// The list.
pub(super) async fn list(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Query(listed): Query<Listed>,
) -> Result<Html<String>, Failure> {
    let query = ProductQuery {
        text: listed.q,
        category: Some(listed.category).filter(|category| !category.is_empty()),
        shelf: Shelf::parse(&listed.published),
        short: listed.short == "yes",
        page: listed.page.parse().unwrap_or(1),
    };
    let found = office.entmine.products(query.clone()).await?;
    let categories = office.entmine.categories().await?;
    Ok(Html(products_page(&desk, &query, &found, &categories)))
}

/// One product.
pub(super) async fn show(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Path(sku): Path<String>,
) -> Result<Html<String>, Failure> {
    let view = look(&office, &sku).await?;
    Ok(Html(product_page(&desk, &view)))
}

/// A product's page as it is without anybody's typing.
pub(super) async fn look(office: &Office, sku: &str) -> Result<ProductView, Failure> {
    let entmine = &office.entmine;
    let product = entmine.product(sku).await?.ok_or(Failure::Missing)?;
    let query = MovementQuery {
        sku: Some(sku.to_owned()),
        ..MovementQuery::default()
    };
    let mut movements = entmine.movements(query).await?.movements;
    movements.truncate(SHOWN);
    let mut history = entmine.product_audit(sku).await?;
    history.truncate(SHOWN);
    Ok(ProductView {
        entry: ProductEntry::of(sku, &ProductFields::of(&product)),
        edition: product.edition(),
        errors: Vec::new(),
        stock: StockForm {
            receipt_request: new_request(),
            ..StockForm::default()
        },
        prices: entmine.price_history(sku).await?,
        movements,
        history,
        product,
    })
}

/// What a form sent, field by field.
type Sent = Vec<(String, String)>;

/// The fields by name. A product's form has all of them, each once: one that is missing is not emptied.
fn by_name(sent: Sent) -> Result<HashMap<String, String>, Failure> {
    let count = sent.len();
    let fields: HashMap<_, _> = sent.into_iter().collect();
    let are_all = FIELDS.iter().all(|field| fields.contains_key(field.name));
    if fields.len() < count || !are_all {
        return Err(Failure::BadForm);
    }
    Ok(fields)
}

fn entry(fields: &HashMap<String, String>) -> ProductEntry {
    ProductEntry::sent(|name| fields.get(name).cloned())
}

/// Saves what was edited, unless somebody else did meanwhile.
pub(super) async fn edit(
    Manager(desk): Manager,
    State(office): State<Office>,
    Path(sku): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    let sent = by_name(sent)?;
    let edition = sent.get("edition").cloned().unwrap_or_default();
    let entry = entry(&sent);
    let seen = FieldMarks::parse(&edition);
    let fields = match entry.fields_since(&seen) {
        Ok(fields) => fields,
        Err(errors) => {
            let view = ProductView {
                entry,
                edition,
                errors,
                ..look(&office, &sku).await?
            };
            let page = product_page(&desk, &view);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
        }
    };
    let actor = desk.session.actor();
    let edited = office
        .entmine
        .edit_product(&sku, &edition, fields.clone(), &actor);
    match edited.await?.map(|saved| saved.edited) {
        Ok(Edited::Saved) => Ok(to_product(&sku, "saved")),
        Ok(Edited::Unchanged) => Ok(to_product(&sku, "unchanged")),
        Err(EditRefused::UnknownProduct) => Err(Failure::Missing),
        Err(EditRefused::Conflict { current }) => {
            let conflict = Conflict {
                history: office.entmine.product_audit(&sku).await?,
                merged: seen.merge(&fields, &current),
                current: *current,
                yours: fields,
            };
            let page = conflict_page(&desk, &conflict);
            Ok((StatusCode::CONFLICT, Html(page)).into_response())
        }
    }
}

/// The form of a new product.
pub(super) async fn new_form(Manager(desk): Manager) -> Html<String> {
    Html(new_product_page(&desk, &ProductEntry::default(), &[]))
}

/// Creates a product.
pub(super) async fn create(
    Manager(desk): Manager,
    State(office): State<Office>,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    let entry = entry(&by_name(sent)?);
    let refused = |errors: &[FieldError]| {
        let page = new_product_page(&desk, &entry, errors);
        (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
    };
    let (sku, fields) = match entry.new_product() {
        Ok(new) => new,
        Err(errors) => return Ok(refused(&errors)),
    };
    let actor = desk.session.actor();
    let created = office
        .entmine
        .create_product(&sku, fields, CURRENCY, &actor);
    match created.await? {
        Ok(_product) => Ok(to_product(&sku, "created")),
        Err(SkuTaken) => {
            let reason = "is already another product's".to_owned();
            Ok(refused(&[FieldError {
                field: "sku",
                reason,
            }]))
        }
    }
}

/// To the product's page, where what was done is told.
pub(super) fn to_product(sku: &str, done: &str) -> Response {
    Redirect::to(&format!("/entmine/products/{}?done={done}", encoded(sku))).into_response()
}
