//! The cart.

use super::DoorError;
use leptos::prelude::*;
use model::CartAnswer;

/// The cart's page.
#[server(prefix = "/api", endpoint = "pages/cart")]
pub async fn cart_page() -> Result<model::CartPage, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .cart_page()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

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

/// The pieces in this visitor's cart, for the badge.
#[server(prefix = "/api", endpoint = "pages/pieces")]
pub async fn pieces() -> Result<i64, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .cart_pieces()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
