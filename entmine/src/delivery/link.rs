//! A store as EntMine's sender sees it.

use async_trait::async_trait;
use model::HookMessage;

/// A way to one store: into the same process, or over HTTP.
#[async_trait]
pub trait StoreLink: Send + Sync + 'static {
    /// Hands a message over and waits for the store's answer.
    async fn deliver(&self, message: &HookMessage) -> Delivered;
}

/// What a store made of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It is in the store's cache, or was before. `matches` says whether the store's catalogue and stock
    /// are then EntMine's, where the store compared.
    Applied { matches: Option<bool> },
    /// It does not follow on what the store has, which is everything of its stream up to `applied`.
    Gap { applied: i64 },
    /// It did not get there, or the store could not take it; for people.
    Failed(String),
}
