//! Orders of all stores, and the steps that staff take with them.

use super::{named, read, time};
use crate::clock::rfc3339;
use crate::http::Api;
use crate::http::caller::{Admin, Caller};
use crate::http::refusal::Refusal;
use crate::http::request::{Parameters, malformed};
use crate::{
    OrderDetail, OrderQuery, OrderRow, OrderStep, OrderText, OrderedLine, StatusRefused,
    TimelineEntry,
};
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use model::{Customer, OrderStatus, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An order in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminOrder {
    number: String,
    /// The store that it came from.
    store: String,
    /// RFC 3339 UTC.
    accepted_at: String,
    status: OrderStatus,
    total_minor: i64,
    currency: String,
    /// Pieces of all lines.
    pieces: i64,
    /// The customer's data were erased.
    erased: bool,
}

impl From<OrderRow> for AdminOrder {
    fn from(row: OrderRow) -> Self {
        Self {
            number: row.number,
            store: row.store,
            accepted_at: rfc3339(row.accepted_at_ms),
            status: row.status,
            total_minor: row.total_minor,
            currency: row.currency,
            pieces: row.pieces,
            erased: row.erased,
        }
    }
}

/// A page of orders, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminOrders {
    orders: Vec<AdminOrder>,
    /// `before` of the next page; null at the end.
    next: Option<i64>,
}

/// A line of an order.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminLine {
    sku: String,
    /// The product's name of today; null where EntMine does not know the product.
    name: Option<String>,
    quantity: i64,
    /// Pieces that are promised to this order; fewer than the quantity while it is on hold for more
    /// than there is.
    reserved: i64,
    unit_price_minor: i64,
    price_version: i64,
}

impl From<OrderedLine> for AdminLine {
    fn from(line: OrderedLine) -> Self {
        Self {
            sku: line.sku,
            name: line.name,
            quantity: line.quantity,
            reserved: line.reserved,
            unit_price_minor: line.unit_price_minor,
            price_version: line.price_version,
        }
    }
}

/// Something that happened to an order.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminEvent {
    /// RFC 3339 UTC.
    at: String,
    actor: String,
    /// For example `order.accepted`.
    event: String,
    detail: String,
    reason: String,
}

impl From<TimelineEntry> for AdminEvent {
    fn from(entry: TimelineEntry) -> Self {
        Self {
            at: rfc3339(entry.at_ms),
            actor: entry.actor,
            event: entry.event,
            detail: entry.detail,
            reason: entry.reason,
        }
    }
}

/// One order with everything that happened to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminOrderDetail {
    number: String,
    /// The order key.
    key: String,
    store: String,
    /// `sha256:<hex>` of the body as it was received; stays where the body was erased.
    fingerprint: String,
    placed_at: String,
    accepted_at: String,
    currency: String,
    total_minor: i64,
    status: OrderStatus,
    /// Why it is on hold; null where it is not.
    held_because: Option<String>,
    /// Null where erased.
    customer: Option<Customer>,
    note: Option<String>,
    erased_at: Option<String>,
    lines: Vec<AdminLine>,
    /// Oldest first.
    timeline: Vec<AdminEvent>,
}

impl From<OrderDetail> for AdminOrderDetail {
    fn from(order: OrderDetail) -> Self {
        Self {
            held_because: order.held_because().map(str::to_owned),
            number: order.number,
            key: order.key,
            store: order.store,
            fingerprint: order.fingerprint,
            placed_at: rfc3339(order.placed_at_ms),
            accepted_at: rfc3339(order.accepted_at_ms),
            currency: order.currency,
            total_minor: order.total_minor,
            status: order.status,
            customer: order.customer,
            note: order.note,
            erased_at: time(order.erased_at_ms),
            lines: order.lines.into_iter().map(AdminLine::from).collect(),
            timeline: order.timeline.into_iter().map(AdminEvent::from).collect(),
        }
    }
}

/// A step to take with an order.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepBody {
    to: OrderStatus,
    /// The status that the caller saw; where it is another by now, nothing is done.
    seen: Option<OrderStatus>,
    /// Kept for ever, so nothing personal. Holding and cancelling need one.
    #[serde(default)]
    reason: String,
}

/// Orders of all stores, newest first.
#[utoipa::path(
    get, path = "/entmine/v1/admin/orders", tag = "admin", operation_id = "admin_list_orders",
    params(
        ("status" = Option<OrderStatus>, Query),
        ("reference" = Option<String>, Query, description = "The number or the digits at its end; or the key or its beginning, eight characters at least"),
        ("store" = Option<String>, Query, description = "The store that they came from"),
        ("before" = Option<i64>, Query, description = "`next` of the page before; 50 orders each"),
    ),
    responses(
        (status = 200, body = AdminOrders),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller<Admin>,
    uri: Uri,
) -> Result<Json<AdminOrders>, Refusal> {
    let parameters = Parameters::of(&uri)?;
    if parameters.one("page")?.is_some() {
        // Whoever counts pages up would read the newest orders for ever.
        return Err(malformed(
            "orders have no pages: go on with before, which is next of the answer before",
        ));
    }
    let status = match parameters.one("status")? {
        Some(word) => {
            let status = OrderStatus::parse(word);
            Some(status.ok_or_else(|| malformed("status is none that an order can have"))?)
        }
        None => None,
    };
    let query = OrderQuery {
        status,
        older_than_ms: 0,
        store: parameters.one("store")?.map(str::to_owned),
        text: match parameters.one("reference")? {
            Some(text) => OrderText::Reference(text.to_owned()),
            None => OrderText::Anything,
        },
        before: parameters.before()?,
    };
    let _place = api.begin(&caller.store)?;
    let found = api.entmine().orders(query).await;
    let found = found.map_err(|error| Refusal::reading(&error))?;
    Ok(Json(AdminOrders {
        orders: found.orders.into_iter().map(AdminOrder::from).collect(),
        next: found.next,
    }))
}

/// One order.
#[utoipa::path(
    get, path = "/entmine/v1/admin/orders/{number}", tag = "admin", operation_id = "admin_show_order",
    params(("number" = String, Path)),
    responses(
        (status = 200, body = AdminOrderDetail),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(api): State<Api>,
    caller: Caller<Admin>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<AdminOrderDetail>, Refusal> {
    let number = named(path)?;
    let _place = api.begin(&caller.store)?;
    let order = api.entmine().order(&number).await;
    let order = order.map_err(|error| Refusal::reading(&error))?;
    Ok(Json(order.ok_or(Refusal::UnknownOrder)?.into()))
}

/// Holds, releases, picks, ships or cancels an order; gives the order afterwards.
#[utoipa::path(
    post, path = "/entmine/v1/admin/orders/{number}/steps", tag = "admin", operation_id = "admin_take_step",
    params(("number" = String, Path)),
    request_body = StepBody,
    responses(
        (status = 200, body = AdminOrderDetail),
        (status = 409, description = "changed-meanwhile: not a step that the order can take", body = Problem, content_type = "application/problem+json"),
        (status = "default", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn step(
    State(api): State<Api>,
    caller: Caller<Admin>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Json<AdminOrderDetail>, Refusal> {
    let number = named(path)?;
    let body: StepBody = read(request).await?;
    let _place = api.begin(&caller.store)?;
    let step = OrderStep {
        to: body.to,
        seen: body.seen,
        reason: body.reason,
        actor: caller.actor(),
    };
    let taken = api.entmine().take_step(&number, step).await;
    match taken.map_err(|error| Refusal::writing(&error))? {
        Ok(stepped) => Ok(Json(stepped.order.into())),
        Err(StatusRefused::UnknownOrder) => Err(Refusal::UnknownOrder),
        Err(StatusRefused::NoReason) => Err(Refusal::Invalid("this step needs a reason".into())),
        Err(refused @ (StatusRefused::NotAllowed { .. } | StatusRefused::Changed { .. })) => {
            Err(Refusal::Changed(refused.to_string()))
        }
    }
}
