//! `POST /api/pages/search`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// One page of the products found.
#[server(prefix = "/api", endpoint = "pages/search")]
pub async fn search(
    #[server(default)] words: String,
    #[server(default)] page: String,
) -> Result<Page, DoorError> {
    use crate::state::paging::page_number;
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .search(&words, page_number(&page))
        .await
        .map(|list| Page::Products(Some(list)))
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
