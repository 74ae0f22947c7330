//! The browser's files, and the headers of every response: what browsers may do with it, and how
//! long they may keep it.

use super::pages;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use leptos::prelude::LeptosOptions;
use leptos_axum::render_app_async_with_context;
use tower_http::services::ServeDir;

/// The files of the site's folder; for every other address the shop's page that says so.
///
/// Not `leptos_axum`'s own handler: that one may find a page's context on its thread while it
/// serves a picture, and carries the page's headers off.
pub fn or_missing(options: &LeptosOptions) -> ServeDir<Router> {
    let shell = options.clone();
    let page = render_app_async_with_context(pages::context, move || app::shell(shell.clone()));
    let missing = move |request: Request| {
        let page = page(request);
        async move {
            let mut response = page.await;
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    };
    ServeDir::new(&*options.site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .call_fallback_on_method_not_allowed(true)
        .fallback(Router::new().fallback(missing))
}

/// For responses that set none of their own (pages have a stricter one, with a nonce).
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// Adds the security headers and the caching that fits the path.
pub async fn headers(request: Request, next: Next) -> Response {
    let caching = caching(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut default = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    default(header::CACHE_CONTROL, caching);
    default(header::CONTENT_SECURITY_POLICY, POLICY);
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not no-referrer: a form post without JavaScript finds its way back by it.
    default(header::REFERRER_POLICY, "same-origin");
    response
}

/// Pictures may be a day old. Code is asked for each time, and answered "not modified" by its
/// date: an old page never runs with new code. Pages belong to one browser; those about a cart or
/// an order are never kept, or the back button would show what is not true any more.
fn caching(path: &str) -> &'static str {
    if path.starts_with("/products/") || path == "/favicon.svg" {
        "public, max-age=86400"
    } else if path.starts_with("/pkg/") {
        "no-cache"
    } else if path == "/cart" || path == "/checkout" || path.starts_with("/orders") {
        "private, no-store"
    } else {
        "private, no-cache"
    }
}
