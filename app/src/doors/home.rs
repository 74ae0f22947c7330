//! `POST /api/pages/home`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// The home page.
#[server(prefix = "/api", endpoint = "pages/home")]
pub async fn home() -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .home()
        .await
        .map(Page::Home)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
