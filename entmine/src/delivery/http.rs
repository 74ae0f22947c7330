//! A store elsewhere: the catalogue's hook over HTTP, signed (docs/contract.md).

use super::{Delivered, StoreLink};
use async_trait::async_trait;
use database::Clock;
use model::HookMessage;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, Url, redirect, retry};
use serde::Deserialize;
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Where a store takes the catalogue.
const HOOK: &str = "hooks/entmine/catalog";
/// The store says here whether its catalogue is EntMine's, where it compared.
const MATCHES: &str = "catalog-matches";
/// To connect.
const CONNECT: Duration = Duration::from_secs(1);
/// One delivery in all. A store that writes 200 products needs a hundredth of it.
const ANSWER: Duration = Duration::from_secs(10);
/// An answer is a number or a problem.
const MAX_ANSWER: usize = 64 * 1024;
/// The scheme asks for at least 24 bytes.
const LEAST_SECRET_BYTES: usize = 24;

/// A secret that messages are signed with: `whsec_` and 24 bytes or more in base64.
pub struct HookSecret(Webhook);

/// Why a store cannot be sent anything. No secret is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadStore {
    #[error("a hook secret has to be whsec_ and at least {LEAST_SECRET_BYTES} bytes in base64")]
    Secret,
    #[error("'{0}' is not an address such as http://127.0.0.1:3000")]
    Address(String),
    #[error("no HTTP client: {0}")]
    Client(String),
}

impl HookSecret {
    /// Reads a secret.
    ///
    /// # Errors
    /// [`BadStore::Secret`].
    pub fn parse(text: &str) -> Result<Self, BadStore> {
        let encoded = text.strip_prefix("whsec_").ok_or(BadStore::Secret)?;
        // Four characters of base64 are three bytes.
        if encoded.trim_end_matches('=').len() < LEAST_SECRET_BYTES.div_ceil(3) * 4 {
            return Err(BadStore::Secret);
        }
        Webhook::new(encoded)
            .map(Self)
            .map_err(|_| BadStore::Secret)
    }
}

/// A store at an address.
pub struct HttpStore {
    hook: Url,
    secret: HookSecret,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl HttpStore {
    /// The store at `address`, which customers may reach by another one.
    ///
    /// # Errors
    /// [`BadStore`].
    pub fn new(address: &str, secret: HookSecret, clock: Arc<dyn Clock>) -> Result<Self, BadStore> {
        let bad = || BadStore::Address(address.to_owned());
        let mut hook = Url::parse(address).map_err(|_| bad())?;
        let plain = hook.query().is_none() && hook.fragment().is_none();
        if !matches!(hook.scheme(), "http" | "https") || !hook.has_host() || !plain {
            return Err(bad());
        }
        let path = format!("{}/{HOOK}", hook.path().trim_end_matches('/'));
        hook.set_path(&path);
        let mut client = Client::builder()
            .user_agent(concat!("entmine/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            // Over HTTP/2 a time limit would leave a dead connection in use.
            .http1_only()
            .no_proxy();
        if hook.scheme() == "http" {
            // Or a machine without CA certificates could not even talk plain HTTP.
            client = client.tls_certs_only([]);
        }
        let client = client
            .build()
            .map_err(|error| BadStore::Client(error.to_string()))?;
        Ok(Self {
            hook,
            secret,
            client,
            clock,
        })
    }

    async fn post(&self, message: &HookMessage) -> Result<Delivered, String> {
        let body = serde_json::to_vec(message).map_err(|error| error.to_string())?;
        let id = format!("msg_{}", Uuid::now_v7());
        let timestamp = self.clock.now_ms() / 1_000;
        let signature = self
            .secret
            .0
            .sign(&id, timestamp, &body)
            .map_err(|error| error.to_string())?;
        let request = self
            .client
            .post(self.hook.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(HEADER_WEBHOOK_ID, id)
            .header(HEADER_WEBHOOK_TIMESTAMP, timestamp)
            .header(HEADER_WEBHOOK_SIGNATURE, signature)
            .body(body);
        let response = request.send().await.map_err(told)?;
        answer(response).await
    }
}

#[async_trait]
impl StoreLink for HttpStore {
    async fn deliver(&self, message: &HookMessage) -> Delivered {
        self.post(message).await.unwrap_or_else(Delivered::Failed)
    }
}

/// The body of a 409.
#[derive(Deserialize)]
struct Gap {
    applied: i64,
}

async fn answer(response: Response) -> Result<Delivered, String> {
    let status = response.status().as_u16();
    match status {
        // The contract says 204; a store that answers 200, as Standard Webhooks lets it, means the same.
        200 | 204 => {
            let matches = response.headers().get(MATCHES);
            let word = matches.and_then(|matches| matches.to_str().ok());
            let word = word.map(|word| word.trim().to_ascii_lowercase());
            Ok(Delivered::Applied {
                matches: match word.as_deref() {
                    Some("true") => Some(true),
                    Some("false") => Some(false),
                    Some(_) | None => None,
                },
            })
        }
        409 => {
            let gap: Gap = serde_json::from_slice(&read(response).await?)
                .map_err(|_| "it answers 409 without saying what it has applied".to_owned())?;
            Ok(Delivered::Gap {
                applied: gap.applied,
            })
        }
        401 => Err(
            "it refuses the signature: ENTMINE_HOOK_SECRETS is another there, or its clock differs \
             by more than five minutes"
                .to_owned(),
        ),
        404 => Err("it takes no catalogue: ENTMINE_HOOK_SECRETS is not set there".to_owned()),
        _ => Err(format!("it answers {status}")),
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(told)? {
        if bytes.len() + chunk.len() > MAX_ANSWER {
            return Err("its answer is too long".to_owned());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The error and its last cause, which says most.
fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    format!("{error}: {cause}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_secret_is_none() {
        for text in ["", "whsec_", "hunter2", "whsec_aHVudGVyMg==", "whsec_!!!"] {
            assert!(HookSecret::parse(text).is_err(), "{text}");
        }
        assert!(HookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_ok());
    }
}
