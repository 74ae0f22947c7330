//! What the process knows of the catalogue cache beyond its rows.

use model::CatalogueDigest;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Of the time, at most one part in so many goes into comparing while messages come in one after
/// the other; a heartbeat is compared in any case.
const COMPARING_SHARE: u32 = 20;

/// A digest and when it was worked out.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub at_ms: i64,
    pub digest: CatalogueDigest,
}

/// What the process knows of the cache beyond its rows.
#[derive(Default)]
pub(crate) struct Cache {
    pub known: Mutex<Option<Known>>,
    pub compared: Mutex<Option<(Instant, Duration)>>,
    /// Something is amiss, and EntMine has to be asked.
    pub call: Notify,
    /// And the two are to be compared.
    pub compare: AtomicBool,
    /// Another one after each change that this process made to the rows.
    pub edition: AtomicU64,
    /// EntMine's staff want the whole catalogue to be taken anew.
    pub repair: AtomicBool,
    /// Why the cache did not follow EntMine the last time that it was looked after.
    pub not_following: Mutex<Option<String>>,
    /// EntMine was seen to have gone back: its catalogue is taken once the orders are reconciled.
    pub went_back: AtomicBool,
}

impl Cache {
    pub fn known(&self) -> Option<Known> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn know(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }

    /// The rows were written anew.
    pub fn forget(&self) {
        self.moved();
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Some rows are others now, or may be.
    pub fn moved(&self) {
        self.edition.fetch_add(1, Ordering::SeqCst);
    }

    pub fn may_compare(&self) -> bool {
        let compared = *self.compared.lock().unwrap_or_else(PoisonError::into_inner);
        compared.is_none_or(|(at, took)| at.elapsed() >= took * COMPARING_SHARE)
    }

    pub fn compared(&self, began: Instant) {
        *self.compared.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((began, began.elapsed()));
    }
}
