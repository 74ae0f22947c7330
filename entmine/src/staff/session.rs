//! Signing in and out. A session ends 12 hours after it began, and after one hour without a request.

use super::account::{is_name, note};
use super::{Role, password};
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::any::AnyRow;
use std::fmt;

/// The longest session: a working day, so that nobody who went home is still signed in the next one.
pub const SESSION_MS: i64 = 12 * 60 * 60 * 1000;
/// The longest pause: a lunch.
pub const SESSION_IDLE_MS: i64 = 60 * 60 * 1000;
/// How exactly the last request is remembered: not every page that is looked at should be a commit.
const SEEN_MS: i64 = 60 * 1000;

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub name: String,
    pub role: Role,
}

impl Session {
    /// As the audit names people.
    pub fn actor(&self) -> String {
        format!("staff:{}", self.name)
    }
}

/// What became of signing in.
#[derive(Clone, PartialEq, Eq)]
pub enum SignIn {
    /// The token is for the browser's cookie; it is kept nowhere.
    Done { token: String },
    /// The name or the password is wrong, or the account is disabled; nobody is told which.
    Refused,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done { .. } => "Done",
            Self::Refused => "Refused",
        })
    }
}

/// What signing in needs of an account.
pub(super) struct Account {
    pub password: String,
    enabled: bool,
}

impl EntMine {
    /// Signs somebody in. Names are taken in small or large letters.
    ///
    /// # Errors
    /// [`StorageError`]; nobody is signed in then, because the token is lost.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<SignIn, StorageError> {
        let name = name.trim().to_ascii_lowercase();
        let account = match is_name(&name) {
            true => account(self, &name).await?,
            false => None,
        };
        let known = account.is_some();
        let kept = account
            .filter(|account| account.enabled)
            .map(|account| account.password);
        let fits = password::fits(password.to_owned(), kept.clone()).await;
        if !known {
            // What is typed as a name can be a password: it is not written down.
            return Ok(SignIn::Refused);
        }
        let Some(checked) = kept.filter(|_| fits) else {
            self.note_refusal(name);
            return Ok(SignIn::Refused);
        };
        let token = hex(&rand::random::<[u8; 32]>());
        let hash = token_hash(&token);
        let begun = self
            .write("entmine.sign_in", move |tx| {
                Box::pin(async move { begin(tx, &name, &checked, &hash).await })
            })
            .await?;
        Ok(match begun {
            true => SignIn::Done { token },
            false => SignIn::Refused,
        })
    }

    /// Notes that signing in with a name was refused. Nobody waits for it, because how long an answer
    /// takes would say that there is such a name.
    fn note_refusal(&self, name: String) {
        let entmine = self.clone();
        tokio::spawn(async move {
            let noted = entmine.write("entmine.sign_in", move |tx| {
                Box::pin(async move {
                    note(tx, "entmine", "staff.sign_in_refused", &name, "");
                    Ok(())
                })
            });
            if let Err(error) = noted.await {
                tracing::warn!(%error, "a refused sign-in could not be noted");
            }
        });
    }

    /// Whose session a cookie's token is; nothing where it ended.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, StorageError> {
        let hash = token_hash(token);
        let now_ms = self.now_ms();
        let wanted = hash.clone();
        let row = self
            .read(move |conn| {
                Box::pin(async move {
                    Ok(sqlx::query(
                        "SELECT s.name, s.begun_at_ms, s.seen_at_ms, m.role, m.disabled_at_ms
                         FROM staff_sessions s JOIN staff m ON m.name = s.name
                         WHERE s.token_hash = $1",
                    )
                    .bind(wanted)
                    .fetch_optional(conn)
                    .await?)
                })
            })
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let begun_at_ms: i64 = row.try_get("begun_at_ms")?;
        let seen_at_ms = self.seen().last(&hash, row.try_get("seen_at_ms")?);
        let disabled_at_ms: Option<i64> = row.try_get("disabled_at_ms")?;
        if disabled_at_ms.is_some()
            || now_ms - begun_at_ms >= SESSION_MS
            || now_ms - seen_at_ms >= SESSION_IDLE_MS
        {
            return Ok(None);
        }
        if now_ms - seen_at_ms >= SEEN_MS {
            self.seen().now(&hash, now_ms);
            self.write_seen(hash, now_ms);
        }
        Ok(Some(Session {
            name: row.try_get("name")?,
            role: role_of(&row)?,
        }))
    }

    /// Writes down that a session was seen, beside whoever looks at a page.
    fn write_seen(&self, hash: String, at_ms: i64) {
        let entmine = self.clone();
        tokio::spawn(async move {
            let written = entmine.write("entmine.seen", move |tx| {
                Box::pin(async move { seen(tx, &hash, at_ms).await })
            });
            if let Err(error) = written.await {
                tracing::warn!(%error, "when somebody was last seen could not be written");
            }
        });
    }

    /// Ends the session of a token; one that ended before stays so.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether it may have ended.
    pub async fn sign_out(&self, token: &str) -> Result<(), StorageError> {
        let hash = token_hash(token);
        self.write("entmine.sign_out", move |tx| {
            Box::pin(async move {
                let name: Option<String> = sqlx::query_scalar(
                    "DELETE FROM staff_sessions WHERE token_hash = $1 RETURNING name",
                )
                .bind(hash)
                .fetch_optional(tx.conn())
                .await?;
                match name {
                    Some(name) => {
                        let actor = format!("staff:{name}");
                        note(tx, &actor, "staff.signed_out", &name, "");
                        Ok(())
                    }
                    None => Ok(()),
                }
            })
        })
        .await
    }
}

/// Begins a session where the account is still as it was when its password was checked.
async fn begin(
    tx: &mut Writing<'_>,
    name: &str,
    checked: &str,
    hash: &str,
) -> Result<bool, StorageError> {
    let now_ms = tx.now_ms;
    let same = sqlx::query(
        "SELECT name FROM staff WHERE name = $1 AND password = $2 AND disabled_at_ms IS NULL",
    )
    .bind(name)
    .bind(checked)
    .fetch_optional(tx.conn())
    .await?;
    if same.is_none() {
        return Ok(false);
    }
    // Those that ended go when somebody signs in: there are never many.
    sqlx::query("DELETE FROM staff_sessions WHERE begun_at_ms <= $1 OR seen_at_ms <= $2")
        .bind(now_ms - SESSION_MS)
        .bind(now_ms - SESSION_IDLE_MS)
        .execute(tx.conn())
        .await?;
    sqlx::query(
        "INSERT INTO staff_sessions (token_hash, name, begun_at_ms, seen_at_ms)
         VALUES ($1, $2, $3, $3)",
    )
    .bind(hash)
    .bind(name)
    .bind(now_ms)
    .execute(tx.conn())
    .await?;
    note(tx, &format!("staff:{name}"), "staff.signed_in", name, "");
    Ok(true)
}

/// It may be written much later than it was seen.
async fn seen(tx: &mut Writing<'_>, hash: &str, at_ms: i64) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE staff_sessions SET seen_at_ms = $1 WHERE token_hash = $2 AND seen_at_ms < $1",
    )
    .bind(at_ms)
    .bind(hash)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends all sessions of somebody.
pub(super) async fn end_all(tx: &mut Writing<'_>, name: &str) -> Result<(), StorageError> {
    sqlx::query("DELETE FROM staff_sessions WHERE name = $1")
        .bind(name)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn account(
    entmine: &EntMine,
    name: &str,
) -> Result<Option<Account>, StorageError> {
    let name = name.to_owned();
    entmine
        .read(move |conn| {
            Box::pin(async move {
                let row = sqlx::query("SELECT password, disabled_at_ms FROM staff WHERE name = $1")
                    .bind(name)
                    .fetch_optional(conn)
                    .await?;
                row.map(|row| {
                    Ok(Account {
                        password: row.try_get("password")?,
                        enabled: row.try_get::<Option<i64>, _>("disabled_at_ms")?.is_none(),
                    })
                })
                .transpose()
            })
        })
        .await
}

pub(super) fn role_of(row: &AnyRow) -> Result<Role, StorageError> {
    let role: String = row.try_get("role")?;
    Role::parse(&role).ok_or_else(|| StorageError::Unreadable(format!("role {role}")))
}

pub(super) fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
