//! Joining the pages and doors of `app` to the request at hand.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use wizastore::{Store, Visit};

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
        && let Ok(policy) = HeaderValue::from_str(&policy(&nonce))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Allows a page the pictures that products link to. They are asked for after the page was made, so that all that it
/// shows are among them.
pub async fn allow_pictures(store: &Store, headers: &mut HeaderMap) {
    let policy = headers.get(header::CONTENT_SECURITY_POLICY);
    let Some(policy) = policy.and_then(|policy| policy.to_str().ok()) else {
        return;
    };
    let policy = policy.to_owned();
    // A page without its linked pictures is better than none.
    let origins = store.picture_origins().await.unwrap_or_default();
    let own = "img-src 'self'";
    if let Ok(policy) = HeaderValue::from_str(&policy.replace(own, &format!("{own} {origins}"))) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

fn policy(nonce: &str) -> String {
    // While `cargo leptos watch` runs, pages listen for reloads on a port of its own.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() {
        " ws:"
    } else {
        ""
    };
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; img-src 'self'; connect-src 'self'{reload}; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}
