//! `POST /api/pages/frame`

use super::DoorError;
use crate::page::Page;
use leptos::prelude::*;

/// What stands around every page.
#[server(prefix = "/api", endpoint = "pages/frame")]
pub async fn frame() -> Result<Page, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .frame()
        .await
        .map(Page::Frame)
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
