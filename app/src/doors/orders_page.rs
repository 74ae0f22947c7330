//! `POST /api/pages/orders`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// The orders of this browser's session, newest first.
#[server(prefix = "/api", endpoint = "pages/orders")]
pub async fn orders_page(#[server(default)] page: String) -> Result<Page, DoorError> {
    use crate::state::paging::page_number;
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .orders_page(page_number(&page))
        .await
        .map(Page::Orders)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
