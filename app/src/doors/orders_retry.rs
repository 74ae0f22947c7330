//! `POST /api/orders/retry`

use super::DoorError;
use leptos::prelude::*;
use model::Outcome;

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
