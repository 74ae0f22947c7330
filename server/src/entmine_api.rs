//! EntMine's HTTP API, on its own or beside the shop.

use crate::secrets::{self, BadSecret};
use axum::Router;
use entmine::EntMine;

/// The API for whoever [`secrets::ENTMINE_TOKENS`] names.
///
/// # Errors
/// [`BadSecret`] where nobody is named, or the names cannot be read.
pub fn router(entmine: &EntMine) -> Result<Router, BadSecret> {
    let tokens = secrets::entmine_tokens()?.ok_or(BadSecret::NoTokens)?;
    mount(entmine, &tokens)
}

/// The API beside the shop: only where somebody is named.
///
/// # Errors
/// [`BadSecret`] where the names cannot be read.
pub fn beside_the_shop(entmine: Option<&EntMine>) -> Result<Option<Router>, BadSecret> {
    match (entmine, secrets::entmine_tokens()?) {
        (Some(entmine), Some(tokens)) => Ok(Some(mount(entmine, &tokens)?)),
        (Some(_), None) | (None, _) => Ok(None),
    }
}

fn mount(entmine: &EntMine, tokens: &str) -> Result<Router, BadSecret> {
    // MERGE:
    // let tokens = entmine::http::Tokens::parse(tokens)
    //     .map_err(|error| BadSecret::BadTokens(error.to_string()))?;
    // Ok(entmine::http::router(entmine.clone(), tokens))
    let _ = (entmine, tokens);
    Ok(Router::new())
}
