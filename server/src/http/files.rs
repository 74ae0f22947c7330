//! The browser's files, and the headers of every response: what browsers may do with it, and how
//! long they may keep it.

use super::pages;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::prelude::LeptosOptions;
use leptos_axum::render_app_async_with_context;
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// No file of the site has a longer path, in bytes. The operating system has limits of its own (255 for a
/// name on Linux), and what is beyond them would be an error in place of a file that is not there.
const LONGEST_PATH: usize = 200;

/// The files of the site's folder; for every other address the shop's page that says so.
///
/// Not `leptos_axum`'s own handler: that one may find a page's context on its thread while it
/// serves a picture, and carries the page's headers off.
pub fn or_missing(options: &LeptosOptions) -> Router {
    let shell = options.clone();
    let page = render_app_async_with_context(pages::context, move || app::shell(shell.clone()));
    let missing = move |request: Request| {
        let page = (!names_a_file(request.uri().path())).then(|| page(request));
        async move {
            let Some(page) = page else {
                return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
            };
            let mut response = page.await;
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    };
    let missing: Router = Router::new().fallback(missing);
    let files = ServeDir::new(&*options.site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .call_fallback_on_method_not_allowed(true)
        .fallback(missing.clone());
    Router::new().fallback(move |request: Request| {
        let (files, missing) = (files.clone(), missing.clone());
        async move {
            match request.uri().path().len() > LONGEST_PATH {
                true => missing.oneshot(request).await.into_response(),
                false => files.oneshot(request).await.into_response(),
            }
        }
    })
}

/// Whether a program asks for this rather than a person: then the page that helps would be a waste, and
/// somebody's cart would be in it.
fn names_a_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ["/products/", "/pictures/", "/pkg/", "/.well-known/"]
        .iter()
        .any(|folder| path.starts_with(folder))
        || ending.is_some_and(|ending| FILES.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// Endings of what pages load and programs look for.
const FILES: [&str; 21] = [
    "avif",
    "bmp",
    "br",
    "css",
    "gif",
    "gz",
    "ico",
    "jpeg",
    "jpg",
    "js",
    "json",
    "map",
    "mjs",
    "png",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "webp",
    "woff2",
    "xml",
];

/// For responses that set none of their own (pages have a stricter one, with a nonce).
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

/// What no page of the shop asks a browser for, and no page may be made to ask.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// A year: browsers come back by https only, once they came by it.
const HSTS: &str = "max-age=31536000";

/// Adds the security headers and the caching that fits the path. `secure`: customers reach the shop by
/// https.
pub async fn headers(State(secure): State<bool>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let caching = caching(path);
    let is_private = is_private(path);
    let mut response = next.run(request).await;
    // What is missing or away now may be there the next moment.
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let caching = if failed { "no-store" } else { caching };
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
    default(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    default(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    if secure {
        default(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if is_private {
        default(HeaderName::from_static("x-robots-tag"), "noindex, nofollow");
    }
    response
}

/// What belongs to one customer. An order's address is its only lock, so no search engine may show it.
fn is_private(path: &str) -> bool {
    path == "/cart" || path == "/checkout" || path.starts_with("/orders")
}

/// Pictures may be a day old. Code that is asked for by its content's address is kept for good
/// ([`super::code`]); else it is asked for each time. (An old page that meets new code says that it is out
/// of date: `app/src/browser/page_notice.rs`.) Pages belong to one browser; those about a cart or
/// an order are never kept, or the back button would show what is not true any more.
fn caching(path: &str) -> &'static str {
    if path.starts_with("/products/") || path == "/favicon.svg" || path == "/shop.svg" {
        "public, max-age=86400"
    } else if path.starts_with("/pkg/") {
        "no-cache"
    } else if is_private(path) {
        "private, no-store"
    } else {
        "private, no-cache"
    }
}
