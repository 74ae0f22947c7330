//! The visit of a request: the session cookie on the way in; cookie, redirect and status on the
//! way out.

use super::Shop;
use super::pages::allow_pictures;
use super::refusals::COME_AGAIN;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use wizastore::Reply;

const COOKIE: &str = "wizastore_session";
/// What a browser drops that is to forget the shop, beside the cookie: drafts and orders that it kept.
const CLEAR: &str = "\"storage\"";

/// Gives the request its visit, and carries out what the visit left in its reply.
pub async fn layer(State(shop): State<Shop>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let token = session_token(headers);
    let came_from = came_from(headers);
    let wants_page = wants_html(headers);
    let is_door = request.uri().path().starts_with("/api/") && request.method() == Method::POST;
    let mut visit = shop.store.visit(token, came_from);
    if let Some(switch) = &shop.switch {
        visit = visit.with_rehearsal(switch.now().mode);
    }
    let reply = visit.reply().clone();
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    if !is_door && !reply.unavailable() {
        allow_pictures(&shop.store, response.headers_mut()).await;
    }
    if is_door {
        answer_door(&mut response, &reply, wants_page);
    } else if reply.unavailable() {
        // Before all others: what is missing may be there all the same.
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static(COME_AGAIN));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    } else if reply.not_found() && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    let secure = shop
        .public_url
        .as_ref()
        .is_some_and(|url| url.starts_with("https:"));
    let headers = response.headers_mut();
    if reply.forgotten() {
        set_cookie(headers, "", 0, secure);
        headers.insert(
            HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static(CLEAR),
        );
    } else if let Some(token) = reply.session_token() {
        let seconds = shop.store.cookie_kept().as_secs();
        set_cookie(headers, &token, seconds, secure);
    }
    response
}

fn set_cookie(headers: &mut HeaderMap, token: &str, seconds: u64, secure: bool) {
    if let Ok(cookie) = HeaderValue::from_str(&cookie(token, seconds, secure)) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

/// A browser without JavaScript is sent on to the page that shows what came of its form; everyone
/// else gets the answer itself.
fn answer_door(response: &mut Response, reply: &Reply, wants_page: bool) {
    let status = response.status();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Only the doors' own answers are redirected, not what was refused.
    if !wants_page || status.is_client_error() || status.is_server_error() {
        headers.remove(header::LOCATION);
        return;
    }
    let target = reply.redirect().unwrap_or_else(|| "/".to_owned());
    if let Ok(target) = HeaderValue::from_str(&target) {
        headers.insert(header::LOCATION, target);
        *response.status_mut() = StatusCode::SEE_OTHER;
    }
}

fn cookie(token: &str, seconds: u64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

/// The token of the visitor's session, where the request has one.
pub(super) fn session_token(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| token.to_owned())
}

fn came_from(headers: &HeaderMap) -> Option<String> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    Some(referer.parse::<Uri>().ok()?.path().to_owned())
}

/// Whether it is a browser that shows the answer as a page.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
