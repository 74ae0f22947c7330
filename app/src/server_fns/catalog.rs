//! What the shop shows: the frame around pages, categories, products and their stock.

use super::DoorError;
use leptos::prelude::*;
use model::{ProductList, ProductPage, StockWord};

/// What stands around every page.
#[server(prefix = "/api", endpoint = "pages/frame")]
pub async fn frame() -> Result<model::Frame, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .frame()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// The home page.
#[server(prefix = "/api", endpoint = "pages/home")]
pub async fn home() -> Result<model::HomePage, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .home()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// All categories.
#[server(prefix = "/api", endpoint = "pages/categories")]
pub async fn categories() -> Result<Vec<model::Category>, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .categories()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// One page of a category; none where there is no such category.
#[server(prefix = "/api", endpoint = "pages/category")]
pub async fn category(
    #[server(default)] slug: String,
    #[server(default)] page: String,
) -> Result<Option<ProductList>, DoorError> {
    use crate::state::paging::page_number;
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .category(&slug, page_number(&page))
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// One page of the products found.
#[server(prefix = "/api", endpoint = "pages/search")]
pub async fn search(
    #[server(default)] words: String,
    #[server(default)] page: String,
) -> Result<ProductList, DoorError> {
    use crate::state::paging::page_number;
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .search(&words, page_number(&page))
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// A product without its stock; none where there is no such product.
#[server(prefix = "/api", endpoint = "pages/product")]
pub async fn product(#[server(default)] slug: String) -> Result<Option<ProductPage>, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .product(&slug)
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}

/// A product's stock, pulled from EntMine with a short deadline. Where it fails the page does not.
#[server(prefix = "/api", endpoint = "pages/stock")]
pub async fn stock(#[server(default)] sku: String) -> Result<StockWord, DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit.stock(&sku).await.map_err(|_| DoorError::Unavailable)
}

/// Says that an address is unknown, so that the response's status becomes 404.
#[server(prefix = "/api", endpoint = "pages/not-found")]
pub async fn not_found() -> Result<(), DoorError> {
    use wizastore::Visit;
    let visit = use_context::<Visit>().ok_or(DoorError::Unavailable)?;
    visit
        .not_found()
        .await
        .map_err(|_| visit.failed(DoorError::Unavailable))
}
