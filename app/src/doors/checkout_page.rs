//! `POST /api/pages/checkout`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// The checkout's page.
#[server(prefix = "/api", endpoint = "pages/checkout")]
pub async fn checkout_page() -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .checkout_page()
        .await
        .map(Page::Checkout)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
