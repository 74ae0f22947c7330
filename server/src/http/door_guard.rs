//! What every door refuses before it looks at a field: bodies that are no form, too large, or
//! oddly made. What comes through is a clean form, so that a server function cannot stumble.

use super::MAX_BODY;
use super::limits::{Limits, TooOften};
use crate::net::ClientAddr;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use percent_encoding::percent_decode;
use std::collections::HashSet;

/// Beyond this a sender is cut off.
const MOST_FORGOTTEN: usize = 8 * 1024 * 1024;

/// Checks the body of a door's request, and how often one order is submitted, retried or cancelled.
pub async fn guard(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") || request.method() != Method::POST {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let is_form = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    if !is_form {
        return refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send a form: application/x-www-form-urlencoded.",
        );
    }
    let bytes = match read_body(body).await {
        Ok(bytes) => bytes,
        Err(refusal) => return refusal,
    };
    let fields = match read_form(&bytes) {
        Ok(fields) => fields,
        Err(fault) => return refuse(StatusCode::BAD_REQUEST, fault),
    };
    let path = parts.uri.path();
    if [
        "/api/orders/submit",
        "/api/orders/retry",
        "/api/orders/cancel",
    ]
    .contains(&path)
    {
        let receipt = fields.iter().find(|(name, _)| name == "receipt");
        let receipt = receipt.map_or("", |(_, value)| value.as_str());
        let from = parts.extensions.get::<ClientAddr>().map(|from| from.0);
        if let Err(too_often) = limits.check(receipt, from) {
            let mut response = refuse(
                StatusCode::TOO_MANY_REQUESTS,
                match too_often {
                    TooOften::Order => "This order was tried very often; wait a moment.",
                    TooOften::Address => "Very many orders came from here; wait a moment.",
                },
            );
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            return response;
        }
    }
    let clean = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(clean.len()));
    parts.headers.remove(header::TRANSFER_ENCODING);
    next.run(Request::from_parts(parts, Body::from(clean)))
        .await
}

/// Reads a body of at most 64 KiB. A longer one is read on and forgotten, within bounds: a client
/// that is still sending would take an early answer for a broken connection.
pub async fn read_body(body: Body) -> Result<Vec<u8>, Response> {
    let mut bytes = Vec::new();
    let mut size = 0;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|_| refuse(StatusCode::BAD_REQUEST, "The form came incomplete."))?;
        size += chunk.len();
        if size <= MAX_BODY {
            bytes.extend_from_slice(&chunk);
        } else if size > MOST_FORGOTTEN {
            break;
        }
    }
    if size > MAX_BODY {
        return Err(refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The form is larger than 64 KiB.",
        ));
    }
    Ok(bytes)
}

fn refuse(status: StatusCode, why: &'static str) -> Response {
    (status, why).into_response()
}

/// The fields of a form: names of plain letters, each once, values in UTF-8.
pub fn read_form(bytes: &[u8]) -> Result<Vec<(String, String)>, &'static str> {
    let mut fields = Vec::new();
    let mut seen = HashSet::new();
    for pair in bytes
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
    {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(halves.next().unwrap_or_default())?;
        let value = decode(halves.next().unwrap_or_default())?;
        if !name.bytes().all(is_in_a_name) {
            return Err("A field's name has characters that no field of ours has.");
        }
        if !seen.insert(name.clone()) {
            return Err("A field is there twice.");
        }
        fields.push((name, value));
    }
    Ok(fields)
}

/// What of a form can be read, also where it is refused, so that nobody types it again: bytes that are
/// no text are replaced by U+FFFD, a field counts the first time, and names that no field has are left
/// out.
pub fn read_what_is_there(bytes: &[u8]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut seen = HashSet::new();
    for pair in bytes.split(|byte| *byte == b'&') {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let Ok(name) = decode(halves.next().unwrap_or_default()) else {
            continue;
        };
        let value = plain(halves.next().unwrap_or_default());
        let is_ours = !name.is_empty() && name.bytes().all(is_in_a_name);
        if is_ours && seen.insert(name.clone()) {
            fields.push((name, String::from_utf8_lossy(&value).into_owned()));
        }
    }
    fields
}

fn is_in_a_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'
}

/// The bytes behind `+` and `%`.
fn plain(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced).collect()
}

fn decode(text: &[u8]) -> Result<String, &'static str> {
    String::from_utf8(plain(text)).map_err(|_| "A field is not UTF-8.")
}

#[cfg(test)]
mod tests {
    use super::{read_form, read_what_is_there};

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let fields = read_form(b"name=Ada+F%C3%A9&note=a%26b&phone=").expect("a good form");
        assert_eq!(fields[0], ("name".into(), "Ada Fé".into()));
        assert_eq!(fields[1].1, "a&b");
        assert_eq!(fields[2].1, "");
        assert!(read_form(b"").expect("empty").is_empty());
    }

    #[test]
    fn what_can_be_read_of_a_refused_form_is_read() {
        let body = b"name=Ada%ff&city=York&city=Hull&Foo-Bar=1&line1=1+Owl+Lane&&=x&note";
        let read = [
            ("name", "Ada\u{fffd}"),
            ("city", "York"),
            ("line1", "1 Owl Lane"),
            ("note", ""),
        ];
        let read = read.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(read_what_is_there(body), read);
    }

    #[test]
    fn what_could_confuse_a_door_is_refused() {
        for bad in [&b"sku=a&sku=b"[..], b"sku[x]=1", b"name=%ff", b"a%00b=1"] {
            assert!(read_form(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
    }
}
