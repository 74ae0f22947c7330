//! One request's view of the store: what the doors and the pages call.
//!
//! A [`Visit`] knows the browser's session. What the response needs beyond its body (a cookie, a
//! redirect, a 404) is left in its [`Reply`], which the server's middleware carries out.

mod doors;
mod follow;
mod outcome;
mod pages;
mod reply;

pub use reply::Reply;

use crate::{Store, session};
use database::DatabaseError;
use model::{RehearsalMode, ShopInfo};
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Something on the store's side failed; it has been logged.
#[derive(Debug, thiserror::Error)]
#[error("the store cannot answer just now")]
pub struct Trouble;

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

impl From<DatabaseError> for Trouble {
    fn from(error: DatabaseError) -> Self {
        tracing::error!(%error, "the store's database failed");
        Self
    }
}

/// One request's view of the store. Cheap to clone; clones share the reply.
#[derive(Clone)]
pub struct Visit {
    pub(crate) store: Store,
    token: Option<String>,
    session: Arc<OnceCell<Option<String>>>,
    pub(crate) came_from: Option<String>,
    pub(crate) reply: Reply,
    rehearsal: Option<RehearsalMode>,
}

impl Store {
    /// One request's view of the store. `token` is the session cookie's value, `came_from` the
    /// path of the page that the request came from.
    pub fn visit(&self, token: Option<String>, came_from: Option<String>) -> Visit {
        Visit::new(self.clone(), token, came_from, Reply::default())
    }
}

impl Visit {
    pub(crate) fn new(
        store: Store,
        token: Option<String>,
        came_from: Option<String>,
        reply: Reply,
    ) -> Self {
        Self {
            store,
            token,
            session: Arc::default(),
            came_from,
            reply,
            rehearsal: None,
        }
    }

    /// The same visit under a rehearsal, which every page shows.
    pub fn with_rehearsal(mut self, mode: RehearsalMode) -> Self {
        self.rehearsal = Some(mode);
        self
    }

    /// What the merchant says of the shop.
    pub fn shop(&self) -> Arc<ShopInfo> {
        self.store.shop()
    }

    /// Notes that the database failed, so that the response's status says so; gives `error` back.
    pub fn failed<E>(&self, error: E) -> E {
        self.reply.set_unavailable();
        error
    }

    /// What the response needs beyond its body.
    pub fn reply(&self) -> &Reply {
        &self.reply
    }

    /// Writes down, at most once a day, that the browser still asks for its orders, and gives it its
    /// cookie anew: both last for a year from then. Only a convenience, so a failure is only logged.
    pub(crate) async fn seen(&self) -> Result<(), DatabaseError> {
        let Some(session_id) = self.session_id().await? else {
            return Ok(());
        };
        let now_ms = self.store.clock.now_ms();
        if !session::is_seen_anew(self.store.db.reader(), &session_id, now_ms).await? {
            return Ok(());
        }
        let (db, scope) = (&self.store.db, session_id.clone());
        let written = db.write_beside("store.seen", Some(&scope), move |tx| {
            Box::pin(async move {
                Ok::<_, DatabaseError>(session::seen(tx, &session_id, now_ms).await?)
            })
        });
        match (written.await, &self.token) {
            (Ok(()), Some(token)) => self.reply.set_session_token(token.clone()),
            (Ok(()), None) => {}
            (Err(error), _) => tracing::warn!(%error, "a visit was not written down"),
        }
        Ok(())
    }

    /// The browser's session, looked up once.
    pub(crate) async fn session_id(&self) -> Result<Option<String>, DatabaseError> {
        let Some(token) = &self.token else {
            return Ok(None);
        };
        self.session
            .get_or_try_init(|| async { Ok(session::find(self.store.db.reader(), token).await?) })
            .await
            .cloned()
    }
}
