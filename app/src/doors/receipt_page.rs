//! `POST /api/pages/receipt`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// An order's page. The receipt is the permission to read it.
#[server(prefix = "/api", endpoint = "pages/receipt")]
pub async fn receipt_page(#[server(default)] receipt: String) -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .receipt_page(&receipt)
        .await
        .map(Page::from)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
