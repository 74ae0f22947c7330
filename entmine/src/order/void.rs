//! Voiding a key.

use super::Voided;
use crate::error::StorageError;
use crate::storage::EntMine;
use uuid::Uuid;

impl EntMine {
    /// Promises that nothing will be ordered under a key, also one never seen.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the key may have been voided.
    pub async fn void(&self, _store: &str, _key: Uuid) -> Result<Voided, StorageError> {
        Err(StorageError::Unreadable("void".into()))
    }
}
