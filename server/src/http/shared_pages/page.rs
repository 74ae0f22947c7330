//! One page that is shared: what of it is the same for all, and how it is answered with.

use crate::http::compressed::Content;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, response};
use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine};
use model::ShopInfo;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::time::Instant;

/// What a page was made of, as it was before the page was rendered.
#[derive(Clone)]
pub(super) struct MadeOf {
    pub catalogue: u64,
    pub shop: Arc<ShopInfo>,
}

impl PartialEq for MadeOf {
    fn eq(&self, other: &Self) -> bool {
        self.catalogue == other.catalogue && Arc::ptr_eq(&self.shop, &other.shop)
    }
}

/// A rendered page.
pub(super) struct Page {
    /// When it was begun: what it says is of then, however slowly its first reader took it.
    pub begun: Instant,
    pub made_of: MadeOf,
    status: StatusCode,
    headers: HeaderMap,
    /// What stands before and after the way to the cart.
    around_cart: (String, String),
    /// Of all this.
    hash: String,
}

impl Page {
    /// None where the response is not a page that others may have. One that says that no page could be made is.
    pub fn of(
        (made_of, begun): (MadeOf, Instant),
        head: &response::Parts,
        body: &[u8],
    ) -> Option<Self> {
        let mut headers = head.headers.clone();
        let is_usable = head.status == StatusCode::OK || head.status.is_server_error();
        if !is_usable || headers.contains_key(header::SET_COOKIE) {
            return None;
        }
        let policy = headers.remove(header::CONTENT_SECURITY_POLICY)?;
        let policy = policy.to_str().ok()?;
        let (_, nonce) = policy.split_once("'nonce-")?;
        let (nonce, _) = nonce.split_once('\'')?;
        let body = std::str::from_utf8(body).ok()?;
        let nonces = format!(" nonce=\"{nonce}\"");
        let policy = policy.replace(&format!("'nonce-{nonce}'"), &hashes(body, &nonces)?);
        // Leptos also makes it the `crossorigin` of what is loaded early, where one value is as good as another.
        let body = body
            .replace(&nonces, "")
            .replace(&format!("\"{nonce}\""), "\"\"");
        let link = app::cart_link(Some(0));
        let (before, after) = body.split_once(&link)?;
        if policy.contains(nonce) || body.contains(nonce) || after.contains(&link) {
            return None;
        }
        let hash = Sha256::digest(format!("{policy}\n{before}\n{after}"));
        let policy = HeaderValue::try_from(policy).ok()?;
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        Some(Self {
            begun,
            made_of,
            status: head.status,
            headers,
            around_cart: (before.to_owned(), after.to_owned()),
            hash: format!("{hash:x}")[..32].to_owned(),
        })
    }

    pub fn length(&self) -> usize {
        self.around_cart.0.len() + self.around_cart.1.len()
    }

    /// Whether it says that no page could be made.
    pub fn is_trouble(&self) -> bool {
        self.status.is_server_error()
    }

    /// The page for somebody with so many pieces in the cart, none where nobody can say how many; or a 304 where the
    /// browser has it.
    pub fn response(&self, pieces: Option<i64>, asked: &HeaderMap) -> Response {
        let (before, after) = &self.around_cart;
        let body = || Body::from([before, app::cart_link(pieces).as_str(), after].concat());
        if self.is_trouble() {
            return (self.status, self.headers.clone(), body()).into_response();
        }
        let number = pieces.map_or_else(String::new, |pieces| pieces.to_string());
        let content = format!("{}-{number}", self.hash);
        let tag = format!("\"{content}\"");
        let mut headers = self.headers.clone();
        // Weak: it is the same page, however it is compressed.
        if let Ok(tag) = HeaderValue::try_from(format!("W/{tag}")) {
            headers.insert(header::ETAG, tag);
        }
        if has(asked, &tag) {
            headers.remove(header::CONTENT_TYPE);
            let vary = HeaderValue::from_static("accept-encoding");
            headers.insert(header::VARY, vary);
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let mut response = (headers, body()).into_response();
        response.extensions_mut().insert(Content(content.into()));
        response
    }
}

/// Whether the browser that asks has what the tag names.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).into_iter();
    lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// What lets a browser run the scripts in a page that have its nonce, and no others, when the nonce is gone: their
/// hashes, as a content security policy has them.
fn hashes(page: &str, nonces: &str) -> Option<String> {
    let mut hashes = BTreeSet::new();
    for script in page.split("<script").skip(1) {
        let (attributes, code) = script.split_once('>')?;
        let (code, _) = code.split_once("</script>")?;
        if attributes.contains(nonces) {
            let hash = BASE64_STANDARD.encode(Sha256::digest(code));
            hashes.insert(format!("'sha256-{hash}'"));
        }
    }
    Some(hashes.into_iter().collect::<Vec<_>>().join(" "))
}
