//! `POST /api/orders/cancel`

use super::DoorError;
use leptos::prelude::*;
use model::Outcome;

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
