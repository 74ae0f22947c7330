//! `POST /api/pages/categories`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// All categories.
#[server(prefix = "/api", endpoint = "pages/categories")]
pub async fn categories() -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .categories()
        .await
        .map(Page::Categories)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
