//! `POST /api/pages/product`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// A product without its stock; none where there is no such product.
#[server(prefix = "/api", endpoint = "pages/product")]
pub async fn product(#[server(default)] slug: String) -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .product(&slug)
        .await
        .map(Page::Product)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
