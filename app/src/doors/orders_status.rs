//! `POST /api/orders/status`

use super::DoorError;
use leptos::prelude::*;
use model::Outcome;

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
