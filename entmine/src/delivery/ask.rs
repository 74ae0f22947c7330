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
    /// Something new is in a store's book.
    booked: watch::Sender<()>,
}

impl Asked {
    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<String, Ask>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what a store is asked.
    pub(super) fn take(&self, name: &str) -> Option<Ask> {
        self.waiting().remove(name)
    }

    /// A store answered, or did not.
    pub(super) fn booked(&self) {
        self.booked.send_modify(|()| {});
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
        let mut booked = asked.booked.subscribe();
        asked.waiting().insert(name.to_owned(), ask);
        asked.news.send_modify(|()| {});
        // Whether it answered or not, the book says.
        let _ = tokio::time::timeout(patience, booked.changed()).await;
    }
}
