//! The outbox.

use super::{Mail, MailError, Mailer, words};
use crate::journal::{self, State};
use crate::store::Store;
use database::DatabaseError;
use sqlx::AnyConnection;
use uuid::Uuid;

/// E-mails that one pass takes up.
const MOST: i64 = 20;
/// Whoever tries to send one has it for so long: longer than any mail server is waited for.
const LEASE_MS: i64 = 2 * 60 * 1_000;
/// A customer who saw that an order was not placed mostly places it again at once: then nobody needs
/// the e-mail any more.
const REJECTED_LATER_MS: i64 = 10 * 60 * 1_000;

/// An e-mail is owed about an order from now on, once.
pub(crate) async fn owe(
    tx: &mut AnyConnection,
    key: &str,
    about: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    owe_at(tx, key, about, now_ms, now_ms).await
}

/// An order has come to an end, if it has.
pub(crate) async fn owe_end(
    tx: &mut AnyConnection,
    key: &str,
    state: State,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let due_at = match state {
        State::Confirmed | State::Cancelled => now_ms,
        State::Rejected => now_ms + REJECTED_LATER_MS,
        // Whoever settles an order by hand tells its customer.
        State::Settled
        | State::Journalled
        | State::Sending
        | State::RetryWait
        | State::Unknown
        | State::Voiding
        | State::Quarantined => return Ok(()),
    };
    owe_at(tx, key, state.as_str(), due_at, now_ms).await
}

async fn owe_at(
    tx: &mut AnyConnection,
    key: &str,
    about: &str,
    due_at: i64,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO mails (id, order_key, about, created_at, due_at, tries)
         VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (order_key, about) DO NOTHING",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(key)
    .bind(about)
    .bind(now_ms)
    .bind(due_at)
    .execute(tx)
    .await
    .map(|_| ())
}

/// A row that is due.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Due {
    id: String,
    order_key: String,
    about: String,
    due_at: i64,
    tries: i64,
}

impl Store {
    /// One pass over what is due; gives how many e-mails were sent. `shop` is the shop's public
    /// address, for links to the orders' pages; without one there are no links.
    ///
    /// Each is sent once: a process that dies between sending and writing that down leaves one that
    /// is sent again under the same Message-ID, by which mail programs know it.
    ///
    /// # Errors
    /// [`DatabaseError`] where the outbox cannot be read or written.
    pub async fn send_mails(
        &self,
        mailer: &dyn Mailer,
        shop: Option<&str>,
    ) -> Result<usize, DatabaseError> {
        let due: Vec<Due> = sqlx::query_as(
            "SELECT id, order_key, about, due_at, tries FROM mails
             WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2",
        )
        .bind(self.clock.now_ms())
        .bind(MOST)
        .fetch_all(self.db.reader())
        .await?;
        let mut sent = 0;
        for one in due {
            sent += usize::from(self.send_one(mailer, shop, one).await?);
        }
        Ok(sent)
    }

    async fn send_one(
        &self,
        mailer: &dyn Mailer,
        shop: Option<&str>,
        due: Due,
    ) -> Result<bool, DatabaseError> {
        let (now_ms, claimed) = (self.clock.now_ms(), due.clone());
        let mine = self.db.write("store.mail", move |tx| {
            Box::pin(async move { Ok::<_, DatabaseError>(claim(tx, &claimed, now_ms).await?) })
        });
        if !mine.await? {
            return Ok(false);
        }
        let Some(mail) = self.compose(&due, shop).await? else {
            self.end_mail(&due.id, "not needed".to_owned()).await?;
            return Ok(false);
        };
        match mailer.send(&mail).await {
            Ok(()) => {
                self.end_mail(&due.id, "sent".to_owned()).await?;
                Ok(true)
            }
            Err(MailError::Never(why)) => {
                tracing::error!(key = due.order_key, why, "an e-mail cannot be sent");
                self.end_mail(&due.id, why).await?;
                Ok(false)
            }
            Err(MailError::Later(why)) => {
                let wait = self.knobs.background_wait(due.tries + 1, 0.5);
                tracing::warn!(key = due.order_key, why, "an e-mail was not sent yet");
                let due_at = self.clock.now_ms() + wait.as_millis() as i64;
                self.db
                    .write("store.mail", move |tx| {
                        Box::pin(async move {
                            sqlx::query("UPDATE mails SET due_at = $2 WHERE id = $1")
                                .bind(&due.id)
                                .bind(due_at)
                                .execute(tx)
                                .await?;
                            Ok::<_, DatabaseError>(false)
                        })
                    })
                    .await
            }
        }
    }

    /// None where nobody needs it any more.
    async fn compose(&self, due: &Due, shop: Option<&str>) -> Result<Option<Mail>, DatabaseError> {
        let mut db = self.db.reader().acquire().await?;
        let Some(order) = journal::by_key(&mut db, &due.order_key).await? else {
            return Ok(None);
        };
        if due.about == State::Rejected.as_str() {
            let placed_again: i64 =
                sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE follows = $1")
                    .bind(&due.order_key)
                    .fetch_one(&mut *db)
                    .await?;
            if placed_again > 0 {
                return Ok(None);
            }
        }
        let info = self.shop();
        Ok(words::mail(&due.id, &due.about, &order, &info, shop))
    }

    async fn end_mail(&self, id: &str, result: String) -> Result<(), DatabaseError> {
        let (id, now_ms) = (id.to_owned(), self.clock.now_ms());
        self.db
            .write("store.mail", move |tx| {
                Box::pin(async move {
                    sqlx::query(
                        "UPDATE mails SET due_at = NULL, ended_at = $2, result = $3 WHERE id = $1",
                    )
                    .bind(&id)
                    .bind(now_ms)
                    .bind(&result)
                    .execute(tx)
                    .await?;
                    Ok::<_, DatabaseError>(())
                })
            })
            .await
    }
}

/// Takes an e-mail up, unless another process did.
async fn claim(tx: &mut AnyConnection, due: &Due, now_ms: i64) -> Result<bool, sqlx::Error> {
    let claimed = sqlx::query(
        "UPDATE mails SET due_at = $3, tries = tries + 1 WHERE id = $1 AND due_at = $2",
    )
    .bind(&due.id)
    .bind(due.due_at)
    .bind(now_ms + LEASE_MS)
    .execute(tx)
    .await?;
    Ok(claimed.rows_affected() == 1)
}
