//! `POST /api/cart/set`

use super::DoorError;
use leptos::prelude::*;
use model::CartAnswer;

/// Sets the quantity of a product in the cart; 0 removes it.
#[server(prefix = "/api", endpoint = "cart/set")]
pub async fn cart_set(
    #[server(default)] sku: String,
    #[server(default)] quantity: String,
) -> Result<CartAnswer, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .cart_set(&sku, &quantity)
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
