//! `POST /api/pages/category`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// One page of a category; none where there is no such category.
#[server(prefix = "/api", endpoint = "pages/category")]
pub async fn category(
    #[server(default)] slug: String,
    #[server(default)] page: String,
) -> Result<Page, DoorError> {
    use crate::state::paging::page_number;
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .category(&slug, page_number(&page))
        .await
        .map(Page::Products)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
