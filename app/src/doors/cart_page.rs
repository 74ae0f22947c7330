//! `POST /api/pages/cart`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// The cart's page.
#[server(prefix = "/api", endpoint = "pages/cart")]
pub async fn cart_page() -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .cart_page()
        .await
        .map(Page::Cart)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
