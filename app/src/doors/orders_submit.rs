//! `POST /api/orders/submit`

#![allow(clippy::too_many_arguments)] // one for each field of the form

use super::DoorError;
use leptos::prelude::*;
use model::Outcome;

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
