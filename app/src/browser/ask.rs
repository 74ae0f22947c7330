//! What islands ask of the store, beside orders and changes of the cart.

use super::post::post_fields;
use crate::{
    server_fns::{Goods, OrdersCancel, OrdersRetry, OrdersStatus, Pieces},
    state::post_error::PostError,
};
use leptos::server_fn::ServerFn;
use model::Outcome;

type Answer<T> = Result<T, PostError>;

/// Where an order stands; starts nothing.
pub async fn order_status(receipt: &str) -> Answer<Outcome> {
    about(OrdersStatus::PATH, receipt).await
}

/// *Try now*.
pub async fn retry(receipt: &str) -> Answer<Outcome> {
    about(OrdersRetry::PATH, receipt).await
}

/// *Cancel order*.
pub async fn cancel(receipt: &str) -> Answer<Outcome> {
    about(OrdersCancel::PATH, receipt).await
}

async fn about(path: &str, receipt: &str) -> Answer<Outcome> {
    post_fields(path, &[("receipt", receipt)]).await
}

/// Whether an order's goods are in this visitor's cart again.
pub async fn goods_are_back(receipt: &str) -> Answer<bool> {
    post_fields(Goods::PATH, &[("receipt", receipt)]).await
}

/// Pieces in this visitor's cart.
pub async fn pieces_in_cart() -> Answer<i64> {
    post_fields(Pieces::PATH, &[]).await
}
