//! Copies of e-mails that are to go: their customers were erased, or they are old.

use super::Mailer;
use crate::keys::first_of;
use crate::store::Store;
use database::DatabaseError;
use database::rows::listed;

/// E-mails that are looked at, and written down, in one go.
const SOME: i64 = 20;
/// So many times in one pass: e-mails that are due wait for it.
const TIMES: usize = 25;

/// Whose copies go.
#[derive(Clone, Copy)]
enum Kind {
    /// Those of customers who were erased.
    Erased,
    /// Those of e-mails that ended long ago, and these with them.
    Old,
}

impl Store {
    /// Has the mailer remove what it kept of e-mails to customers who were erased, and of those that ended longer ago
    /// than history is kept, of which then nothing is known any more. Some of each kind, erased customers' first, the
    /// newest of them first; gives how many. One that cannot be removed now is tried again with a later pass.
    ///
    /// # Errors
    /// [`DatabaseError`] where the outbox cannot be read or written.
    pub async fn forget_mails(&self, mailer: &dyn Mailer) -> Result<usize, DatabaseError> {
        let until_ms = self.clock.now_ms() - self.knobs.history_kept.as_millis() as i64;
        let mut forgotten = 0;
        // Ids are UUIDs of version 7: their order is that of time. None has a g.
        for (kind, mut before) in [
            (Kind::Erased, "g".to_owned()),
            (Kind::Old, first_of(until_ms)),
        ] {
            for _ in 0..TIMES {
                let ids = match kind {
                    Kind::Erased => sqlx::query_scalar(
                        "SELECT id FROM mails WHERE forget = 1 AND id < $1 ORDER BY id DESC LIMIT $2",
                    )
                    .bind(&before)
                    .bind(SOME),
                    Kind::Old => sqlx::query_scalar(
                        "SELECT id FROM mails WHERE forget = 0 AND id < $1 AND ended_at < $3
                         ORDER BY id DESC LIMIT $2",
                    )
                    .bind(&before)
                    .bind(SOME)
                    .bind(until_ms),
                };
                let ids: Vec<String> = ids.fetch_all(self.db.reader()).await?;
                let Some(last) = ids.last() else {
                    break;
                };
                before.clone_from(last);
                forgotten += self.forget_some(mailer, ids, kind).await?;
            }
        }
        Ok(forgotten)
    }

    /// Has the mailer remove some copies, and writes down that they are gone.
    async fn forget_some(
        &self,
        mailer: &dyn Mailer,
        ids: Vec<String>,
        kind: Kind,
    ) -> Result<usize, DatabaseError> {
        let mut removed = Vec::with_capacity(ids.len());
        for id in ids {
            match mailer.forget(&id).await {
                Ok(()) => removed.push(id),
                Err(error) => tracing::error!(%error, "a copy of an e-mail could not be erased"),
            }
        }
        let done = match kind {
            Kind::Erased => "UPDATE mails SET forget = 0, result = 'erased' WHERE id IN",
            Kind::Old => "DELETE FROM mails WHERE id IN",
        };
        let count = removed.len();
        if count > 0 {
            let work = self.db.write("store.mail", move |tx| {
                Box::pin(async move {
                    let change = sqlx::query(listed(done, count, ""));
                    let change = removed.iter().fold(change, |change, id| change.bind(id));
                    change.execute(tx).await?;
                    Ok::<_, DatabaseError>(())
                })
            });
            work.await?;
        }
        Ok(count)
    }
}
