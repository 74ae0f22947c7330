//! `POST /api/pages/stock`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// A product's stock, pulled from EntMine with a short deadline.
#[server(prefix = "/api", endpoint = "pages/stock")]
pub async fn stock(#[server(default)] sku: String) -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .stock(&sku)
        .await
        .map(Page::Stock)
        .map_err(|_| DoorError::Unavailable)
}
