//! Places: how many pushes are under way at once, and who goes first.

use crate::Knobs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// The places of one process.
#[derive(Clone)]
pub(crate) struct Places {
    all: Arc<Semaphore>,
    background: Arc<Semaphore>,
    live: Arc<Live>,
}

#[derive(Default)]
struct Live {
    rounds: AtomicUsize,
    none: Notify,
}

/// A place, until it is dropped.
pub(crate) struct Place {
    _all: OwnedSemaphorePermit,
    _background: Option<OwnedSemaphorePermit>,
}

/// A customer waits, until it is dropped.
pub(crate) struct Waiting(Arc<Live>);

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.0.rounds.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.none.notify_waiters();
        }
    }
}

impl Places {
    pub(crate) fn new(knobs: &Knobs) -> Self {
        Self {
            all: Arc::new(Semaphore::new(knobs.places)),
            background: Arc::new(Semaphore::new(knobs.background_places)),
            live: Arc::default(),
        }
    }

    /// Says that a customer waits: the background holds back.
    pub(crate) fn customer_waits(&self) -> Waiting {
        self.live.rounds.fetch_add(1, Ordering::SeqCst);
        Waiting(self.live.clone())
    }

    /// A place for a customer's push, if there is one soon.
    pub(crate) async fn for_customer(&self, knobs: &Knobs) -> Option<Place> {
        let place = tokio::time::timeout(knobs.place_wait, self.all.clone().acquire_owned());
        Some(Place {
            _all: place.await.ok()?.ok()?,
            _background: None,
        })
    }

    /// A place for a push that nobody waits for. It lets customers go first, for a while.
    pub(crate) async fn for_background(&self, knobs: &Knobs) -> Option<Place> {
        let _ = tokio::time::timeout(knobs.background_yield, self.no_customer()).await;
        Some(Place {
            _background: Some(self.background.clone().acquire_owned().await.ok()?),
            _all: self.all.clone().acquire_owned().await.ok()?,
        })
    }

    async fn no_customer(&self) {
        loop {
            let none = self.live.none.notified();
            if self.live.rounds.load(Ordering::SeqCst) == 0 {
                return;
            }
            none.await;
        }
    }
}
