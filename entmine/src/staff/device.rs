//! Browsers in which somebody signed in before. Signing in there is limited apart, so that strangers
//! who try passwords for a name do not keep its owner out.

use super::session::{hex, token_hash};
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};

/// How long a browser stays known after somebody last signed in there: half a year.
pub const DEVICE_MS: i64 = 183 * 24 * 60 * 60 * 1000;

impl EntMine {
    /// Whether `name` signed in before in the browser that has this token.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn knows_device(&self, name: &str, token: &str) -> Result<bool, StorageError> {
        let (name, hash) = (name.trim().to_ascii_lowercase(), token_hash(token));
        let since_ms = self.now_ms() - DEVICE_MS;
        let known = self.read(move |conn| {
            Box::pin(async move {
                let known = sqlx::query(
                    "SELECT name FROM staff_devices
                     WHERE token_hash = $1 AND name = $2 AND seen_at_ms > $3",
                )
                .bind(hash)
                .bind(name)
                .bind(since_ms)
                .fetch_optional(conn)
                .await?;
                Ok(known.is_some())
            })
        });
        known.await
    }

    /// Remembers the browser in which `name` has just signed in. Gives the token that it has to keep,
    /// where `held` is none of ours: one browser keeps one token, for all who sign in there.
    ///
    /// # Errors
    /// [`StorageError`]; the browser may be known or not.
    pub async fn remember_device(
        &self,
        name: &str,
        held: Option<&str>,
    ) -> Result<Option<String>, StorageError> {
        let name = name.trim().to_ascii_lowercase();
        let held = held.map(token_hash);
        let new = hex(&rand::random::<[u8; 32]>());
        let new_hash = token_hash(&new);
        let kept = self.write("entmine.device", move |tx| {
            Box::pin(async move {
                forget_old(tx).await?;
                let ours = match held {
                    Some(hash) if is_ours(tx, &hash).await? => Some(hash),
                    Some(_) | None => None,
                };
                let is_new = ours.is_none();
                remember(tx, &ours.unwrap_or(new_hash), &name).await?;
                Ok(is_new)
            })
        });
        Ok(kept.await?.then_some(new))
    }
}

async fn forget_old(tx: &mut Writing<'_>) -> Result<(), StorageError> {
    let until_ms = tx.now_ms - DEVICE_MS;
    sqlx::query("DELETE FROM staff_devices WHERE seen_at_ms <= $1")
        .bind(until_ms)
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn is_ours(tx: &mut Writing<'_>, hash: &str) -> Result<bool, StorageError> {
    let found = sqlx::query("SELECT name FROM staff_devices WHERE token_hash = $1 LIMIT 1")
        .bind(hash)
        .fetch_optional(tx.conn())
        .await?;
    Ok(found.is_some())
}

async fn remember(tx: &mut Writing<'_>, hash: &str, name: &str) -> Result<(), StorageError> {
    let now_ms = tx.now_ms;
    sqlx::query(
        "INSERT INTO staff_devices (token_hash, name, seen_at_ms) VALUES ($1, $2, $3)
         ON CONFLICT (token_hash, name) DO UPDATE SET seen_at_ms = excluded.seen_at_ms",
    )
    .bind(hash)
    .bind(name)
    .bind(now_ms)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets all browsers of somebody.
pub(super) async fn forget_all(tx: &mut Writing<'_>, name: &str) -> Result<(), StorageError> {
    sqlx::query("DELETE FROM staff_devices WHERE name = $1")
        .bind(name)
        .execute(tx.conn())
        .await?;
    Ok(())
}
