//! Stock: the ledger, goods that came in, counts.

use super::Office;
use super::desk::Clerk;
use super::failure::Failure;
use super::orders::reason;
use super::products::{look, to_product};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use backoffice::office::{Desk, ProductView, StockForm, product_page, stock_page};
use entmine::{Count, FieldError, MovementKind, MovementQuery, Receipt, StockRefused};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Listed {
    sku: String,
    kind: String,
    before: String,
}

/// The ledger.
pub(super) async fn ledger(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Query(listed): Query<Listed>,
) -> Result<Html<String>, Failure> {
    let query = MovementQuery {
        sku: Some(listed.sku.trim().to_owned()).filter(|sku| !sku.is_empty()),
        kind: MovementKind::parse(&listed.kind),
        before: listed.before.parse().ok(),
    };
    let found = office.entmine.movements(query.clone()).await?;
    Ok(Html(stock_page(&desk, &query, &found)))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Received {
    pieces: String,
    receipt_reason: String,
    request: String,
}

/// Goods came in.
pub(super) async fn receive(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Path(sku): Path<String>,
    Form(received): Form<Received>,
) -> Result<Response, Failure> {
    let pieces = received.pieces.trim().parse::<i64>();
    // Every form has a name of its own, so that sending it twice adds the goods once.
    let request = match received.request.as_str() {
        "" => None,
        text => Some(
            Uuid::try_parse(text)
                .map_err(|_| Failure::BadForm)?
                .to_string(),
        ),
    };
    let mut form = StockForm {
        receipt_request: request.clone().unwrap_or_default(),
        pieces: received.pieces,
        receipt_reason: received.receipt_reason,
        ..StockForm::default()
    };
    let Ok(pieces) = pieces else {
        form.errors = not_a_number("pieces");
        return refused(&office, &desk, &sku, form).await;
    };
    let receipt = Receipt {
        sku: sku.clone(),
        pieces,
        reason: reason(&form.receipt_reason),
        actor: desk.session.actor(),
        request,
    };
    match office.entmine.receive_stock(receipt).await? {
        Ok(_level) => Ok(to_product(&sku, "received")),
        Err(why) => refused_because(&office, &desk, &sku, form, "pieces", &why).await,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Counted {
    seen: String,
    counted: String,
    count_reason: String,
}

/// Somebody counted.
pub(super) async fn count(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Path(sku): Path<String>,
    Form(given): Form<Counted>,
) -> Result<Response, Failure> {
    // Every form says what it was filled in for.
    let seen = given.seen.parse().map_err(|_| Failure::BadForm)?;
    let counted = given.counted.trim().parse::<i64>();
    let mut form = StockForm {
        counted: given.counted,
        count_reason: given.count_reason,
        ..StockForm::default()
    };
    let Ok(counted) = counted else {
        form.errors = not_a_number("counted");
        return refused(&office, &desk, &sku, form).await;
    };
    let count = Count {
        sku: sku.clone(),
        seen,
        counted,
        reason: reason(&form.count_reason),
        actor: desk.session.actor(),
        // What was seen is as good as a name: a second count finds another stock, or the counted one.
        request: None,
    };
    match office.entmine.count_stock(count).await? {
        Ok(_level) => Ok(to_product(&sku, "counted")),
        Err(why) => refused_because(&office, &desk, &sku, form, "counted", &why).await,
    }
}

/// The name of the next receipt's form.
pub(super) fn new_request() -> String {
    Uuid::now_v7().to_string()
}

fn not_a_number(field: &'static str) -> Vec<FieldError> {
    let reason = "is not a whole number".to_owned();
    vec![FieldError { field, reason }]
}

async fn refused_because(
    office: &Office,
    desk: &Desk,
    sku: &str,
    mut form: StockForm,
    field: &'static str,
    why: &StockRefused,
) -> Result<Response, Failure> {
    let error = |field, reason: &str| FieldError {
        field,
        reason: reason.to_owned(),
    };
    match why {
        StockRefused::UnknownProduct => return Err(Failure::Missing),
        StockRefused::RequestReused => {
            // What was typed is another receipt, under a name of its own.
            form.receipt_request = new_request();
            form.problem = Some(format!(
                "The stock stays as it was: {why}. If more goods came in, please send this form again."
            ));
        }
        StockRefused::Moved { .. } => {
            form.problem = Some(format!("The stock stays as it was: {why}."));
        }
        StockRefused::OutOfRange => form.errors = vec![error(field, "is out of range")],
        StockRefused::NoReason => form.errors = vec![error("count_reason", "is empty")],
    }
    refused(office, desk, sku, form).await
}

async fn refused(
    office: &Office,
    desk: &Desk,
    sku: &str,
    mut form: StockForm,
) -> Result<Response, Failure> {
    if form.receipt_request.is_empty() {
        form.receipt_request = new_request();
    }
    let view = ProductView {
        stock: form,
        ..look(office, sku).await?
    };
    let page = product_page(desk, &view);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}
