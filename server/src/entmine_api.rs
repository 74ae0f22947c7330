//! EntMine's HTTP API, on its own or beside the shop.

use crate::secrets::{self, BadSecret};
use axum::Router;
use entmine::EntMine;
use entmine::http::Tokens;
use tower_http::catch_panic::CatchPanicLayer;

/// Who may call EntMine, read before anything is opened.
pub struct Callers(Tokens);

impl Callers {
    /// Those whom [`secrets::ENTMINE_TOKENS`] names; none where it is not set.
    ///
    /// # Errors
    /// [`BadSecret`] where the names cannot be read.
    pub fn read() -> Result<Option<Self>, BadSecret> {
        let Some(text) = secrets::entmine_tokens()? else {
            return Ok(None);
        };
        Ok(Some(Self(Tokens::parse(&text)?)))
    }
}

/// The API. Its answers are not compressed: a store takes an answer only as EntMine wrote it.
pub fn router(entmine: &EntMine, callers: Callers) -> Router {
    entmine::http::router(entmine.clone(), callers.0).layer(CatchPanicLayer::new())
}
