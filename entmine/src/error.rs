//! What can go wrong while EntMine works.

use database::DatabaseError;

/// Why EntMine's database did not do what it was asked to.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    #[error("EntMine: {0}")]
    Database(#[from] DatabaseError),
    /// A row is not as EntMine writes it. Nothing was written.
    #[error("EntMine's database holds something unreadable, and nothing was written: {0}")]
    Unreadable(String),
    /// Too little time was left to answer. Nothing was written.
    #[error("EntMine: too little time was left")]
    Overdue,
}

impl StorageError {
    /// Whether the work may have been written although this error came back. A push that gets one
    /// of these has to ask by key before it says anything about the order.
    pub fn may_be_written(&self) -> bool {
        match self {
            Self::Unreadable(_) | Self::Overdue => false,
            Self::Database(error) => error.may_be_written(),
        }
    }

    /// Nothing was written, because of what was to be written, not because of the database's own trouble.
    pub(crate) fn is_of_the_work(&self) -> bool {
        match self {
            Self::Unreadable(_) | Self::Overdue => true,
            Self::Database(error) => error.is_of_the_work(),
        }
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}
