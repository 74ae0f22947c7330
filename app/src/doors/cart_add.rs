//! `POST /api/cart/add`

use super::DoorError;
use leptos::prelude::*;
use model::CartAnswer;

/// Adds a product to the cart; the first one makes the cart.
#[server(prefix = "/api", endpoint = "cart/add")]
pub async fn cart_add(
    #[server(default)] sku: String,
    #[server(default)] quantity: String,
) -> Result<CartAnswer, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .cart_add(&sku, &quantity)
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
