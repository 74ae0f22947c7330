//! `POST /api/session/forget`

use super::DoorError;
use leptos::prelude::*;

/// Makes this browser forget its cart and its orders, which go on all the same.
#[server(prefix = "/api", endpoint = "session/forget")]
pub async fn forget() -> Result<(), DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .forget()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
