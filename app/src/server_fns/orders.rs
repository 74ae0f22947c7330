//! The checkout, and orders.

#![allow(clippy::too_many_arguments)] // orders_submit has one for each field of the form

use super::DoorError;
use leptos::prelude::*;
use model::Outcome;

/// The checkout's page.
#[server(prefix = "/api", endpoint = "pages/checkout")]
pub async fn checkout_page() -> Result<model::CheckoutPage, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .checkout_page()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// Places the order of a cart: journal first, then EntMine, then the outcome. The same key may be
/// sent any number of times; it stays one order.
#[server(prefix = "/api", endpoint = "orders/submit")]
pub async fn orders_submit(
    #[server(default)] order_key: String,
    #[server(default)] receipt: String,
    #[server(default)] cart_revision: String,
    #[server(default)] shown_total_minor: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] line1: String,
    #[server(default)] line2: String,
    #[server(default)] city: String,
    #[server(default)] region: String,
    #[server(default)] postcode: String,
    #[server(default)] country: String,
    #[server(default)] note: String,
) -> Result<Outcome, DoorError> {
    use wizastore::{SubmitFields, Visit};
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    let form = model::OrderForm {
        name,
        email,
        phone,
        line1,
        line2,
        city,
        region,
        postcode,
        country,
        note,
    };
    let fields = SubmitFields {
        order_key,
        receipt,
        cart_revision,
        shown_total_minor,
        form,
    };
    visit
        .submit(fields)
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// What is known of an order; starts nothing.
#[server(prefix = "/api", endpoint = "orders/status")]
pub async fn orders_status(#[server(default)] receipt: String) -> Result<Outcome, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .status(&receipt)
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// Makes an open order due now, and answers what is known of it.
#[server(prefix = "/api", endpoint = "orders/retry")]
pub async fn orders_retry(#[server(default)] receipt: String) -> Result<Outcome, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .retry(&receipt)
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// Asks that an open order be cancelled, and answers what came of it so far. An order that EntMine
/// has accepted stands.
#[server(prefix = "/api", endpoint = "orders/cancel")]
pub async fn orders_cancel(#[server(default)] receipt: String) -> Result<Outcome, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .cancel(&receipt)
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// The orders of this browser's session, newest first.
#[server(prefix = "/api", endpoint = "pages/orders")]
pub async fn orders_page(#[server(default)] page: String) -> Result<model::OrdersPage, DoorError> {
    use crate::state::paging::page_number;
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .orders_page(page_number(&page))
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// An order's page. The receipt is the permission to read it.
#[server(prefix = "/api", endpoint = "pages/receipt")]
pub async fn receipt_page(
    #[server(default)] receipt: String,
) -> Result<model::ReceiptPage, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .receipt_page(&receipt)
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// Whether an order's goods went back into this visitor's cart. Less than the order's page, because
/// every type that the browser can read makes its half larger.
#[server(prefix = "/api", endpoint = "pages/goods")]
pub async fn goods(#[server(default)] receipt: String) -> Result<bool, DoorError> {
    use model::ReceiptPage;
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    match visit.receipt_page(&receipt).await {
        Ok(ReceiptPage::Order(order)) => Ok(order.back_in_cart),
        Ok(ReceiptPage::NotReceived | ReceiptPage::Unknown) => Ok(false),
        Err(_) => Err(DoorError::Unavailable),
    }
}

/// Makes this browser forget its cart and its orders, which go on all the same.
#[server(prefix = "/api", endpoint = "session/forget")]
pub async fn forget() -> Result<(), DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .forget()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
