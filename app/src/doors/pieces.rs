//! `POST /api/pages/pieces`

use super::DoorError;
use leptos::prelude::*;

/// The pieces in this visitor's cart, for the badge.
#[server(prefix = "/api", endpoint = "pages/pieces")]
pub async fn pieces() -> Result<i64, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .cart_pieces()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
