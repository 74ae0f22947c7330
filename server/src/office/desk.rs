//! Who asks. A handler that takes one of these runs only for somebody who may.

use super::failure::Failure;
use super::{Office, is_page};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{Desk, message_page};
use entmine::Role;

/// The session's cookie.
pub const COOKIE: &str = "entmine_staff";

/// Somebody who may do what a clerk may.
pub struct Clerk(pub Desk);

/// Somebody who may do what a manager may.
pub struct Manager(pub Desk);

impl FromRequestParts<Office> for Clerk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, office: &Office) -> Result<Self, Response> {
        Ok(Self(admit(parts, office, Role::Clerk).await?))
    }
}

impl FromRequestParts<Office> for Manager {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, office: &Office) -> Result<Self, Response> {
        Ok(Self(admit(parts, office, Role::Manager).await?))
    }
}

/// Lets somebody in, sends them to sign in, or says that it is not for them.
async fn admit(parts: &Parts, office: &Office, needed: Role) -> Result<Desk, Response> {
    let session = match token(&parts.headers) {
        Some(token) => office
            .entmine
            .session(&token)
            .await
            .map_err(|error| Failure::from(error).into_response())?,
        None => None,
    };
    let Some(session) = session else {
        return Err(Redirect::to(&sign_in_address(parts)).into_response());
    };
    let desk = Desk {
        session,
        done: done(parts.uri.query().unwrap_or_default()),
    };
    if desk.session.role.may(needed) {
        return Ok(desk);
    }
    let text = "This is for managers. Ask one of them, or sign in as somebody else.";
    let page = message_page(Some(&desk), "Not for clerks", text);
    Err((StatusCode::FORBIDDEN, Html(page)).into_response())
}

/// Back to the page afterwards. A form that was sent is lost, which is said; then back to its page.
fn sign_in_address(parts: &Parts) -> String {
    let path = parts.uri.path();
    let is_form = parts.method == Method::POST && path != "/entmine/sign-out";
    let wanted = match parts.uri.path_and_query() {
        Some(wanted) if parts.method == Method::GET && path != "/entmine" => wanted.as_str(),
        _ if is_form => page_of_form(&parts.headers, path),
        _ => "",
    };
    let mut fields = form_urlencoded::Serializer::new(String::new());
    if is_form {
        fields.append_pair("done", "ended");
    }
    if !wanted.is_empty() {
        fields.append_pair("next", wanted);
    }
    match fields.finish() {
        fields if fields.is_empty() => "/entmine/sign-in".to_owned(),
        fields => format!("/entmine/sign-in?{fields}"),
    }
}

/// The page that a form was on, as the browser says; else the page at the form's own address. Nothing
/// where neither is a page of the back office.
fn page_of_form<'a>(headers: &'a HeaderMap, path: &'a str) -> &'a str {
    let referer = headers.get(header::REFERER);
    let from = referer.and_then(|value| value.to_str().ok());
    let from = from.and_then(|address| address.split_once("://"));
    let from = from.and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    let from = from.unwrap_or_default();
    let (page, query) = from.split_once('?').unwrap_or((from, ""));
    if is_page(page) {
        // What an earlier step did is not said again.
        if query.contains("done=") { page } else { from }
    } else if is_page(path) {
        path
    } else {
        ""
    }
}

/// The token of the session's cookie.
pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, COOKIE)
}

/// The value of a cookie.
pub(super) fn cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value.to_owned())
}

/// What the last step did, from the word that its redirect carries. Only these sentences are ever
/// shown, whatever an address says.
fn done(query: &str) -> Option<String> {
    let field = |wanted: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
    };
    let number = |name: &str| field(name).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    let sentence = match field("done")?.as_str() {
        "saved" => "Saved.",
        "unchanged" => "Nothing was different, so nothing was saved.",
        "created" => "The product was created. It has no stock yet.",
        "received" => "The goods were added to the stock.",
        "counted" => "The stock is what was counted.",
        "compared" => "The store was asked to compare its catalogue.",
        "repairing" => "The store was asked to take the whole catalogue anew.",
        "hold" => "The order is on hold.",
        "release" => "The order is released: it waits to be picked.",
        "pick" => "The order is picked.",
        "ship" => "The order is shipped.",
        "cancel" => "The order is cancelled.",
        "prices" => return Some(format!("Prices changed: {}.", number("n"))),
        "erased" => return Some(format!("Orders erased: {}.", number("n"))),
        "imported" => {
            let many = if number("new") == 1 { "" } else { "s" };
            return Some(format!(
                "Imported: {} new product{many}, {} changed, {} as they were.",
                number("new"),
                number("changed"),
                number("same")
            ));
        }
        _other => return None,
    };
    Some(sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_one_is_at_the_page_of_a_form_and_never_elsewhere() {
        let product = "/entmine/products/A%2F1";
        let receive = "/entmine/products/A%2F1/receive";
        for (referer, path, page) in [
            ("https://a.example/entmine/products/A%2F1", receive, product),
            (
                "http://a/entmine/products/A%2F1?done=saved",
                product,
                product,
            ),
            (
                "http://a/entmine/prices?percent=10",
                "/entmine/prices",
                "/entmine/prices?percent=10",
            ),
            // Where the browser says nothing, or nothing of use.
            ("", product, product),
            ("", receive, ""),
            ("https://evil.example/p/x", receive, ""),
            ("https://evil.example//entmine/orders", receive, ""),
            (
                "http://a/entmine/orders/search",
                "/entmine/orders/search",
                "",
            ),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, referer.parse().unwrap());
            assert_eq!(page_of_form(&headers, path), page, "{referer} {path}");
        }
    }

    #[test]
    fn an_address_cannot_make_the_page_say_anything_else() {
        assert_eq!(done("done=prices&n=12").unwrap(), "Prices changed: 12.");
        assert_eq!(done("done=prices&n=<b>").unwrap(), "Prices changed: 0.");
        assert_eq!(
            done("done=imported&new=1&same=2").unwrap(),
            "Imported: 1 new product, 0 changed, 2 as they were."
        );
        assert_eq!(done("done=You+won"), None);
        assert_eq!(done("q=done"), None);
    }
}
