//! What staff ask of a store: to compare its catalogue now, or to take it anew.

use crate::storage::EntMine;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// What a store is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// To compare its catalogue with EntMine's now, and to repair what differs.
    Compare,
    /// To take the whole catalogue anew, whatever it has.
    Repair,
}

/// What was asked and not sent yet, by the store's name.
#[derive(Default)]
pub(crate) struct Asked {
    waiting: Mutex<HashMap<String, Ask>>,
    news: watch::Sender<()>,
    /// How much of what each store was asked came to an end.
    answered: watch::Sender<HashMap<String, u64>>,
}

impl Asked {
    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<String, Ask>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what a store is asked.
    pub(super) fn take(&self, name: &str) -> Option<Ask> {
        self.waiting().remove(name)
    }

    /// A message could not carry this; the next one may. What was asked meanwhile goes before it.
    pub(super) fn put_back(&self, name: &str, ask: Ask) {
        self.waiting().entry(name.to_owned()).or_insert(ask);
        self.news.send_modify(|()| {});
    }

    /// A store did what it was asked, or did not; the book says which.
    pub(super) fn answered(&self, name: &str) {
        self.answered.send_modify(|answered| {
            *answered.entry(name.to_owned()).or_default() += 1;
        });
    }

    /// Waits until a store is asked something.
    pub(super) async fn until(&self, name: &str) {
        let mut news = self.news.subscribe();
        let asked = news.wait_for(|()| self.waiting().contains_key(name));
        // The sender lives as long as this does.
        let _ = asked.await;
    }
}

impl EntMine {
    /// Has the sender of a store ask it something with its next message, which goes at once, and
    /// waits for at most `patience` until something came of it, which is in [`EntMine::stores`]. A
    /// store that no sender of this process sends to never hears it.
    pub async fn ask_store(&self, name: &str, ask: Ask, patience: Duration) {
        let asked = self.asked();
        let mut answered = asked.answered.subscribe();
        let ends = |answered: &HashMap<String, u64>| answered.get(name).copied().unwrap_or(0);
        let before = ends(&answered.borrow());
        asked.waiting().insert(name.to_owned(), ask);
        asked.news.send_modify(|()| {});
        let ended = answered.wait_for(|answered| ends(answered) > before);
        // Whether it answered or not, the book says.
        let _ = tokio::time::timeout(patience, ended).await;
    }
}
