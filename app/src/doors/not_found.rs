//! `POST /api/pages/not-found`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// Says that an address is unknown, so that the response's status becomes 404.
#[server(prefix = "/api", endpoint = "pages/not-found")]
pub async fn not_found() -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .not_found()
        .await
        .map(|()| Page::NotFound)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
