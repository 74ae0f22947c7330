//! Which stores this process sends to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The names of the stores that have a sender here, and how many. Clones are one.
#[derive(Clone, Default)]
pub(crate) struct Senders(Arc<Mutex<HashMap<String, usize>>>);

/// A sender's entry; it is gone when this is dropped.
pub(super) struct Entry {
    senders: Senders,
    name: String,
}

impl Senders {
    fn names(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn enter(&self, name: &str) -> Entry {
        *self.names().entry(name.to_owned()).or_default() += 1;
        Entry {
            senders: self.clone(),
            name: name.to_owned(),
        }
    }

    /// Whether somebody here sends to the store of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names().contains_key(name)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut names = self.senders.names();
        if let Some(count) = names.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                names.remove(&self.name);
            }
        }
    }
}
