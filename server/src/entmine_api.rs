//! EntMine's HTTP API, on its own or beside the shop.

use crate::net::counted;
use crate::net::{self, ClientAddr, Proxies};
use crate::secrets::{self, BadSecret};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use entmine::EntMine;
use entmine::http::{Client, Tokens};
use std::net::{IpAddr, SocketAddr};
use tower_http::catch_panic::CatchPanicLayer;

/// Below this a secret is guessed by hand.
const LEAST_SECRET: usize = 6;
/// A secret as `openssl rand -hex 16` makes it: nobody guesses it.
const STRONG_SECRET: usize = 32;

/// Who may call EntMine, read before anything is opened.
pub struct Callers(Tokens);

impl Callers {
    /// Those whom [`secrets::ENTMINE_TOKENS`] names; none where it is not set. Where other machines can
    /// call, at `addr`, a secret has to be long; where only this one can, a short one is warned of.
    ///
    /// # Errors
    /// [`BadSecret`] where the names cannot be read, or a secret is too short.
    pub fn read(addr: SocketAddr) -> Result<Option<Self>, BadSecret> {
        let Some(text) = secrets::entmine_tokens()? else {
            return Ok(None);
        };
        let tokens = Tokens::parse(&text)?;
        look_at_length(&tokens, addr.ip())?;
        Ok(Some(Self(tokens)))
    }
}

fn look_at_length(tokens: &Tokens, listens_on: IpAddr) -> Result<(), BadSecret> {
    let Some((store, length)) = tokens.shortest_secret() else {
        return Ok(());
    };
    let least = match listens_on.is_loopback() {
        true => LEAST_SECRET,
        false => STRONG_SECRET,
    };
    if length < least {
        return Err(BadSecret::ShortSecret {
            store: store.to_owned(),
            length,
            least,
        });
    }
    if length < STRONG_SECRET {
        tracing::warn!(
            store,
            "the secret in ENTMINE_TOKENS could be guessed: it has {length} characters, and should \
             have {STRONG_SECRET} or more; openssl rand -hex 32 makes one"
        );
    }
    Ok(())
}

/// The API. Its answers are not compressed: a store takes an answer only as EntMine wrote it.
pub fn router(entmine: &EntMine, callers: Callers, proxies: Proxies) -> Router {
    entmine::http::router(entmine.clone(), callers.0)
        .layer(middleware::from_fn(name_client))
        .layer(middleware::from_fn_with_state(proxies, net::identify))
        .layer(CatchPanicLayer::new())
}

/// Tells the API whose wrong tokens to count together.
async fn name_client(mut request: Request, next: Next) -> Response {
    let client = request.extensions().get::<ClientAddr>().copied();
    if let Some(ClientAddr(address)) = client {
        let client = Client(counted(address).unwrap_or(address));
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_good_enough_on_the_machine_itself_is_not_where_others_can_call() {
        let long = "0123456789abcdef0123456789abcdef";
        let end = |secret: &str, listens_on: &str| {
            let text = format!("north:orders:{long},south:admin:{secret}");
            let looked =
                look_at_length(&Tokens::parse(&text).unwrap(), listens_on.parse().unwrap());
            looked.map_err(|error| error.to_string())
        };
        for here in ["127.0.0.1", "::1"] {
            assert_eq!(end("s3cret", here), Ok(()));
            assert!(
                end("short", here)
                    .unwrap_err()
                    .contains("'south' is too short")
            );
        }
        for anywhere in ["0.0.0.0", "::", "10.0.0.5"] {
            assert_eq!(end(&long.replace('0', "9"), anywhere), Ok(()));
            let refused = end("s3cret", anywhere).unwrap_err();
            assert!(
                refused.contains("6 characters, where 32 are needed"),
                "{refused}"
            );
        }
    }
}
