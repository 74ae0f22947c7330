//! Copies of e-mails that are to go: their customers were erased, or they are old.

use super::Mailer;
use crate::store::Store;
use database::DatabaseError;

/// Copies that one pass has removed.
const MOST: i64 = 20;

impl Store {
    /// Has the mailer remove what it kept of e-mails that nobody is to have any more; gives how many.
    /// One that cannot be removed now is tried again with the next pass.
    ///
    /// # Errors
    /// [`DatabaseError`] where the outbox cannot be read or written.
    pub async fn forget_mails(&self, mailer: &dyn Mailer) -> Result<usize, DatabaseError> {
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT id FROM mails WHERE forget = 1 ORDER BY id LIMIT $1")
                .bind(MOST)
                .fetch_all(self.db.reader())
                .await?;
        let mut forgotten = 0;
        for id in ids {
            if let Err(error) = mailer.forget(&id).await {
                tracing::error!(%error, "a copy of an e-mail could not be erased");
                continue;
            }
            let done = self.db.write("store.mail", move |tx| {
                Box::pin(async move {
                    sqlx::query("UPDATE mails SET forget = 0, result = 'erased' WHERE id = $1")
                        .bind(&id)
                        .execute(tx)
                        .await?;
                    Ok::<_, DatabaseError>(())
                })
            });
            done.await?;
            forgotten += 1;
        }
        Ok(forgotten)
    }
}
