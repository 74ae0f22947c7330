//! Joining the pages and doors of `app` to the request at hand.

use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use std::sync::Arc;
use wizastore::Visit;

/// What pages and doors find in their context: the request's visit. Pages also get their content
/// security policy, whose nonce is made anew for each.
pub fn context() {
    if let Some(visit) =
        use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visit>().cloned())
    {
        provide_context(visit.shop());
        provide_context(visit);
    }
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&policy(&nonce, &picture_origins()))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Whose servers the request's page may load pictures from, besides the shop's.
#[derive(Clone)]
pub struct PictureOrigins(pub Arc<str>);

fn picture_origins() -> Arc<str> {
    let parts = use_context::<Parts>();
    let origins = parts.and_then(|parts| parts.extensions.get::<PictureOrigins>().cloned());
    origins.map_or_else(|| "".into(), |origins| origins.0)
}

fn policy(nonce: &str, picture_origins: &str) -> String {
    // While `cargo leptos watch` runs, pages listen for reloads on a port of its own.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() {
        " ws:"
    } else {
        ""
    };
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self' {picture_origins}; connect-src 'self'{reload}; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}
