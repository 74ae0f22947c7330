//! Reading a body: all of it, not too much of it, and not for too long.

use super::refusal::Refusal;
use crate::MAX_BODY_BYTES;
use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures::StreamExt;
use std::time::Duration;

/// As long as a store's whole attempt: who sends more slowly has stopped waiting.
const BODY_TIME: Duration = Duration::from_secs(3);

/// Of a body that is too large so much is read and thrown away, because a sender that still sends
/// while the connection closes may never see the answer.
const MOST_DISCARDED: usize = 1024 * 1024;

/// Reads a body of `application/json`.
///
/// # Errors
/// Too large, too slow, broken off, or of another type. Nothing was done then.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Refusal> {
    let bytes = tokio::time::timeout(BODY_TIME, collect(body)).await;
    let bytes = bytes.map_err(|_| Refusal::Unavailable("the body did not come in time"))??;
    if is_json(headers) {
        Ok(bytes)
    } else {
        Err(Refusal::UnsupportedMediaType)
    }
}

async fn collect(body: Body) -> Result<Vec<u8>, Refusal> {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Refusal::Unavailable("the body broke off"))?;
        length += chunk.len();
        if length > MOST_DISCARDED {
            break;
        }
        if length <= MAX_BODY_BYTES {
            bytes.extend_from_slice(&chunk);
        }
    }
    if length > MAX_BODY_BYTES {
        return Err(Refusal::TooLarge);
    }
    Ok(bytes)
}

/// JSON in UTF-8, as it is: a compressed body would have another fingerprint.
fn is_json(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let Some(kind) = text(header::CONTENT_TYPE) else {
        return false;
    };
    let (kind, parameters) = kind.split_once(';').unwrap_or((kind, ""));
    let is_utf8 = unquoted_split(parameters).all(|parameter| {
        let parameter = parameter.trim().to_ascii_lowercase();
        let charset = parameter.strip_prefix("charset=");
        // ASCII is UTF-8, and "utf8" is what many write for it.
        charset.is_none_or(|charset| {
            matches!(charset.trim_matches('"'), "utf-8" | "utf8" | "us-ascii")
        })
    });
    let is_plain = text(header::CONTENT_ENCODING)
        .is_none_or(|encoding| encoding.trim().eq_ignore_ascii_case("identity"));
    kind.trim().eq_ignore_ascii_case("application/json") && is_utf8 && is_plain
}

/// The parameters of a media type; a semicolon between quotation marks is text.
fn unquoted_split(parameters: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    parameters.split(move |c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn of(name: header::HeaderName, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn only_plain_json_in_utf_8_is_json() {
        for (kind, is) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/json;charset=\"UTF-8\"", true),
            ("application/json; charset=latin1", false),
            (
                "application/json; a=\"x;charset=latin1\"; charset=utf8",
                true,
            ),
            ("application/json; a=\"x\"; charset=latin1", false),
            ("application/problem+json", false),
            ("text/plain", false),
            ("", false),
        ] {
            assert_eq!(is_json(&of(header::CONTENT_TYPE, kind)), is, "{kind}");
        }
        assert!(!is_json(&HeaderMap::new()));
        let mut packed = of(header::CONTENT_TYPE, "application/json");
        packed.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        assert!(!is_json(&packed));
    }
}
