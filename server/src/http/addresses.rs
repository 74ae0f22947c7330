//! Addresses that are almost those of the shop.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// A page has one address: with a slash at its end it is asked for without, for good.
pub async fn layer(request: Request, next: Next) -> Response {
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    match without_slash(request.uri().path()) {
        Some(path) if reads => {
            let target = match request.uri().query() {
                Some(query) => format!("{path}?{query}"),
                None => path,
            };
            match HeaderValue::from_str(&target) {
                Ok(target) => {
                    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response()
                }
                Err(_) => StatusCode::NOT_FOUND.into_response(),
            }
        }
        Some(_) | None => next.run(request).await,
    }
}

/// The path without slashes at its end, where there are any. It stays on this server: `//host/` would
/// be an address on another.
fn without_slash(path: &str) -> Option<String> {
    let short = path.trim_end_matches('/');
    if short.is_empty() || short.len() == path.len() {
        return None;
    }
    let inner = short.trim_start_matches(['/', '\\']);
    Some(format!("/{inner}"))
}

#[cfg(test)]
mod tests {
    use super::without_slash;

    #[test]
    fn a_slash_at_the_end_goes_and_the_address_stays_here() {
        for (path, target) in [
            ("/cart/", Some("/cart")),
            ("/p/x//", Some("/p/x")),
            ("//elsewhere.example/", Some("/elsewhere.example")),
            ("/\\elsewhere.example/", Some("/elsewhere.example")),
            ("/", None),
            ("//", None),
            ("/cart", None),
        ] {
            assert_eq!(without_slash(path).as_deref(), target, "{path}");
        }
    }
}
