//! EntMine's HTTP API, on its own or beside the shop.

use crate::secrets::{self, BadSecret};
use axum::Router;
use entmine::EntMine;
use tower_http::catch_panic::CatchPanicLayer;

/// Who may call EntMine, read before anything is opened.
pub struct Callers(String);

impl Callers {
    /// Those whom [`secrets::ENTMINE_TOKENS`] names; none where it is not set.
    ///
    /// # Errors
    /// [`BadSecret`] where the names cannot be read.
    pub fn read() -> Result<Option<Self>, BadSecret> {
        // MERGE: entmine::http::Tokens::parse
        Ok(secrets::entmine_tokens()?.map(Self))
    }
}

/// The API. Its answers are not compressed: a store takes an answer only as EntMine wrote it.
pub fn router(entmine: &EntMine, callers: Callers) -> Router {
    // MERGE: entmine::http::router(entmine.clone(), callers.0)
    let _ = (entmine, callers.0);
    Router::new().layer(CatchPanicLayer::new())
}
