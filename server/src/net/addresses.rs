//! Addresses that are almost those of the shop.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// A page has one address: with a slash at its end, or with `.` and `..` in it, it is asked for without,
/// for good.
pub async fn layer(request: Request, next: Next) -> Response {
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    match clean(request.uri().path()) {
        Some(path) if reads => moved(request.uri(), path),
        Some(_) | None => next.run(request).await,
    }
}

/// The page that an address asks for is at another path, for good.
pub(crate) fn moved(asked: &Uri, path: String) -> Response {
    let target = match asked.query() {
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

/// The one address of the page, where the path is another.
fn clean(path: &str) -> Option<String> {
    match without_dots(path) {
        Some(path) => Some(without_slash(&path).unwrap_or(path)),
        None => without_slash(path),
    }
}

/// The path without `.` and `..`, written out or as `%2e`, where there are any (RFC 3986, section 5.2.4).
/// It stays on this server too.
fn without_dots(path: &str) -> Option<String> {
    let parts: Vec<_> = path
        .split(['/', '\\'])
        .map(|part| (part, part.replace("%2e", ".").replace("%2E", ".")))
        .collect();
    let is_dots = |plain: &str| plain == "." || plain == "..";
    if !parts.iter().any(|(_, plain)| is_dots(plain)) {
        return None;
    }
    let mut kept = Vec::new();
    for (part, plain) in parts {
        match plain.as_str() {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(part),
        }
    }
    Some(format!("/{}", kept.join("/")))
}

/// The path without slashes at its end, where there are any. It stays on this server: `//host/` would
/// be an address on another.
pub(crate) fn without_slash(path: &str) -> Option<String> {
    let short = path.trim_end_matches('/');
    if short.is_empty() || short.len() == path.len() {
        return None;
    }
    let inner = short.trim_start_matches(['/', '\\']);
    Some(format!("/{inner}"))
}

#[cfg(test)]
mod tests {
    use super::{clean, without_slash};

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

    #[test]
    fn dots_lead_where_they_say_and_never_elsewhere() {
        for (path, target) in [
            ("/p/%2e%2e", Some("/")),
            ("/p/%2E.", Some("/")),
            ("/c/../cart", Some("/cart")),
            ("/./cart", Some("/cart")),
            ("/cart/.", Some("/cart")),
            ("/../../cart/", Some("/cart")),
            ("/..//elsewhere.example", Some("/elsewhere.example")),
            ("/.\\\\elsewhere.example", Some("/elsewhere.example")),
            ("/p/..x", None),
            ("/.well-known/security.txt", None),
            ("/cart", None),
        ] {
            assert_eq!(clean(path).as_deref(), target, "{path}");
        }
    }
}
