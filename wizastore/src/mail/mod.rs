//! What the store tells its customers by e-mail: the ends of their orders, which they may not have
//! waited for, and what became of them afterwards.
//!
//! Owed in the transaction of what it is about (`journal/owed_mail.rs`), sent later by whoever runs [`Store::send_mails`]
//! (`outbox`), in words that are made then (`words`).
//!
//! [`Store::send_mails`]: crate::Store::send_mails

mod forget;
mod outbox;
mod words;

use async_trait::async_trait;

/// An e-mail to a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// A UUID: the same for each try to send it.
    pub id: String,
    /// The customer's address, as it was typed.
    pub to: String,
    /// The shop's name.
    pub from_name: String,
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// What sends e-mails.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Sends one.
    ///
    /// # Errors
    /// [`MailError`] where it was not sent, as far as is known.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;

    /// Removes whatever copy it kept of the e-mail of this id. Most keep none.
    ///
    /// # Errors
    /// [`MailError`] where a copy is still there.
    async fn forget(&self, _id: &str) -> Result<(), MailError> {
        Ok(())
    }
}

/// Why an e-mail was not sent. The texts hold no address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It can be tried again.
    #[error("{0}")]
    Later(String),
    /// It will never be possible.
    #[error("{0}")]
    Never(String),
}
