//! `POST /api/pages/goods`

use super::DoorError;
use leptos::prelude::*;

/// Whether an order's goods went back into this visitor's cart. Less than the order's page, because
/// every type that the browser can read makes its half larger.
#[server(prefix = "/api", endpoint = "pages/goods")]
pub async fn goods(#[server(default)] receipt: String) -> Result<bool, DoorError> {
    use model::ReceiptPage;
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    match visit.receipt_page(&receipt).await {
        Ok(ReceiptPage::Order(order)) => Ok(order.back_in_cart),
        Ok(ReceiptPage::NotReceived | ReceiptPage::Unknown) => Ok(false),
        Err(_) => Err(DoorError::Unavailable),
    }
}
