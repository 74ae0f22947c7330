//! The catalogue of an EntMine elsewhere, over HTTP.

use super::source::{CatalogueSource, SourceError};
use async_trait::async_trait;
use entmine::pictures::{MAX_PICTURE, PICTURES};
use model::{CatalogueDigest, Changes, Snapshot, StockChanges};
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Response, Url, redirect, retry};
use serde::de::DeserializeOwned;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use wizastore::erp::from_json;

/// To connect.
const CONNECT: Duration = Duration::from_secs(2);
/// One answer in all. 50,000 products are some 50 MB, which a slow line brings within a minute.
const ANSWER: Duration = Duration::from_secs(60);
/// The longest answer that is read: five times the largest catalogue that a store is made for.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// An EntMine at an address.
pub struct HttpCatalogue {
    base: Url,
    bearer: HeaderValue,
    client: Client,
    /// The EntMine that answered last.
    instance: Mutex<Option<String>>,
}

impl HttpCatalogue {
    /// The catalogue behind an address and token that [`wizastore::erp::HttpEntMine`] took.
    ///
    /// # Errors
    /// One sentence where no request can be made from them.
    pub fn new(base: &str, token: &str) -> Result<Self, String> {
        let base = Url::parse(base).map_err(|_| "EntMine's address is not a URL".to_owned())?;
        let mut bearer = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| "the token for EntMine cannot be sent".to_owned())?;
        bearer.set_sensitive(true);
        let mut client = Client::builder()
            .user_agent(concat!("wizastore/", env!("CARGO_PKG_VERSION")))
            // Who does not say so takes any encoding (RFC 9110 §12.5.3), and nothing here unpacks one.
            .default_headers(HeaderMap::from_iter([(
                ACCEPT_ENCODING,
                HeaderValue::from_static("identity"),
            )]))
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            // Over HTTP/2 a time limit would leave a dead connection in use.
            .http1_only()
            .no_proxy();
        if base.scheme() == "http" {
            // Or a machine without CA certificates could not even talk plain HTTP.
            client = client.tls_certs_only([]);
        }
        let client = client
            .build()
            .map_err(|error| format!("no HTTP client for EntMine: {error}"))?;
        Ok(Self {
            base,
            bearer,
            client,
            instance: Mutex::default(),
        })
    }

    async fn get<T: DeserializeOwned>(
        &self,
        door: &str,
        query: &[(&str, i64)],
    ) -> Result<T, SourceError> {
        let mut url = self.base.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}/entmine/v1/{door}"));
        if !query.is_empty() {
            let pairs = query.iter().map(|(name, value)| (name, value.to_string()));
            url.query_pairs_mut().extend_pairs(pairs);
        }
        let request = self.client.get(url).header(AUTHORIZATION, &self.bearer);
        let response = request.send().await.map_err(told)?;
        // A UUID says the same in capitals.
        let instance = response
            .headers()
            .get("entmine-instance")
            .and_then(|value| value.to_str().ok())
            .map(str::to_ascii_lowercase);
        let bytes = read(response).await?;
        self.recognise(instance)?;
        from_json(&bytes)
            .map_err(|error| SourceError::Http(format!("the answer cannot be read: {error}")))
    }
}

impl HttpCatalogue {
    /// A copy of a product's picture by its name; none where EntMine has none of this name.
    ///
    /// # Errors
    /// [`SourceError`] where EntMine does not answer.
    pub async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let mut url = self.base.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}{PICTURES}{name}"));
        let response = self.client.get(url).send().await.map_err(told)?;
        match response.status().as_u16() {
            200 => Ok(Some(body(response, MAX_PICTURE).await?)),
            404 => Ok(None),
            status => Err(SourceError::Http(format!("an answer {status}"))),
        }
    }

    /// Says once that another EntMine answers, and goes on with that one.
    fn recognise(&self, instance: Option<String>) -> Result<(), SourceError> {
        let mut known = self.instance.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.replace(instance.ok_or_else(|| {
            SourceError::Http("an answer that does not say which EntMine it is from".to_owned())
        })?);
        match (&before, &*known) {
            (Some(before), Some(now)) if before != now => Err(SourceError::Another),
            (Some(_) | None, _) => Ok(()),
        }
    }
}

async fn read(response: Response) -> Result<Vec<u8>, SourceError> {
    let status = response.status().as_u16();
    let type_of = response.headers().get(CONTENT_TYPE);
    let is_json = type_of.is_some_and(is_json);
    match status {
        200 if is_json => {}
        401 | 403 => {
            return Err(SourceError::Http(format!(
                "EntMine answers {status}: the token in ENTMINE_TOKEN needs the scope catalog"
            )));
        }
        _ => {
            return Err(SourceError::Http(format!(
                "an answer {status} that holds no catalogue"
            )));
        }
    }
    body(response, MAX_BYTES).await
}

async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(told)? {
        if bytes.len() + chunk.len() > most {
            return Err(SourceError::Http("the answer is too long".to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Whether a media type is JSON, in any case and with whatever parameters.
fn is_json(value: &HeaderValue) -> bool {
    let name = value.as_bytes().split(|byte| *byte == b';').next();
    name.is_some_and(|name| name.trim_ascii().eq_ignore_ascii_case(b"application/json"))
}

/// The error and its last cause, which says most.
fn told(error: reqwest::Error) -> SourceError {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        cause = inner.source();
        if cause.is_none() {
            text = format!("{text}: {inner}");
        }
    }
    SourceError::Http(text)
}

#[async_trait]
impl CatalogueSource for HttpCatalogue {
    async fn snapshot(&self) -> Result<Snapshot, SourceError> {
        self.get("catalog", &[]).await
    }

    async fn changes_after(&self, seq: i64, limit: i64) -> Result<Changes, SourceError> {
        let query = [("after", seq), ("limit", limit)];
        self.get("catalog/changes", &query).await
    }

    async fn stock_changes_after(&self, seq: i64, limit: i64) -> Result<StockChanges, SourceError> {
        let query = [("after", seq), ("limit", limit)];
        self.get("stock/changes", &query).await
    }

    async fn digest(&self) -> Result<CatalogueDigest, SourceError> {
        self.get("catalog/digest", &[]).await
    }

    fn instance(&self) -> Option<String> {
        let known = self.instance.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_json_in_any_case_and_with_parameters() {
        for (value, json) in [
            ("application/json", true),
            ("Application/JSON;charset=utf-8", true),
            ("application/json ; profile=\"a\"", true),
            ("application/jsonp", false),
            ("application/json-seq", false),
            ("text/html", false),
            ("", false),
        ] {
            let value = HeaderValue::from_static(value);
            assert_eq!(is_json(&value), json, "{value:?}");
        }
    }
}
