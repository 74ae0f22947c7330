//! Accounts.

use super::password::{self, MAX_BYTES, MIN_CHARS};
use super::{Role, device, session};
use crate::audit;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use sqlx::Row;

/// The longest name, in characters.
const MAX_NAME: usize = 40;

/// Somebody who works, or worked, with EntMine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    pub name: String,
    pub role: Role,
    pub created_at_ms: i64,
    /// Since when nobody can sign in as this person.
    pub disabled_at_ms: Option<i64>,
}

/// Why an account stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StaffRefused {
    #[error("a name has 1 to {MAX_NAME} small letters, digits, dots or hyphens")]
    BadName,
    #[error("there is already somebody with this name")]
    NameTaken,
    #[error("there is nobody with this name")]
    UnknownName,
    #[error(
        "nobody else is a manager: after this nobody could edit products, import, or read the audit in the back office"
    )]
    LastManager,
    #[error("somebody can sign in with this name; disable it first")]
    StillEnabled,
    #[error("a password has at least {MIN_CHARS} characters")]
    PasswordTooShort,
    #[error("a password has at most {MAX_BYTES} bytes")]
    PasswordTooLong,
    #[error("this is not the present password")]
    WrongPassword,
    /// Hashing was cut short.
    #[error("the password could not be kept; please try again")]
    NotHashed,
}

impl EntMine {
    /// Adds somebody. `actor` is who does it: `staff:<name>`, or `entmine` for the command line.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the account may be there.
    pub async fn add_staff(
        &self,
        name: &str,
        role: Role,
        password: &str,
        actor: &str,
    ) -> Result<Result<(), StaffRefused>, StorageError> {
        if !is_name(name) {
            return Ok(Err(StaffRefused::BadName));
        }
        let hash = match hash(password).await {
            Ok(hash) => hash,
            Err(refused) => return Ok(Err(refused)),
        };
        let (name, actor) = (name.to_owned(), actor.to_owned());
        self.write("entmine.staff", move |tx| {
            Box::pin(async move { add(tx, &name, role, &hash, &actor).await })
        })
        .await
    }

    /// Everybody, by name, those who are disabled too.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn staff(&self) -> Result<Vec<StaffMember>, StorageError> {
        self.read(|conn| {
            Box::pin(async move {
                let rows = sqlx::query(
                    "SELECT name, role, created_at_ms, disabled_at_ms FROM staff ORDER BY name",
                )
                .fetch_all(conn)
                .await?;
                rows.iter()
                    .map(|row| {
                        Ok(StaffMember {
                            name: row.try_get("name")?,
                            role: session::role_of(row)?,
                            created_at_ms: row.try_get("created_at_ms")?,
                            disabled_at_ms: row.try_get("disabled_at_ms")?,
                        })
                    })
                    .collect()
            })
        })
        .await
    }

    /// Gives somebody another password, which ends all of their sessions. Where `present` is given,
    /// it has to be the one of now: people say it, the command line cannot.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the password may be the new one.
    pub async fn change_password(
        &self,
        name: &str,
        present: Option<&str>,
        new: &str,
        actor: &str,
    ) -> Result<Result<(), StaffRefused>, StorageError> {
        if !is_name(name) {
            return Ok(Err(StaffRefused::UnknownName));
        }
        let mut checked = None;
        if let Some(present) = present {
            let kept = session::account(self, name).await?;
            checked = kept.map(|account| account.password);
            if !password::fits(present.to_owned(), checked.clone()).await {
                return Ok(Err(StaffRefused::WrongPassword));
            }
        }
        let hash = match hash(new).await {
            Ok(hash) => hash,
            Err(refused) => return Ok(Err(refused)),
        };
        let (name, actor) = (name.to_owned(), actor.to_owned());
        self.write("entmine.staff", move |tx| {
            Box::pin(async move { set_password(tx, &name, checked, &hash, &actor).await })
        })
        .await
    }
}

pub(super) fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
}

async fn hash(password: &str) -> Result<String, StaffRefused> {
    if password.chars().count() < MIN_CHARS {
        return Err(StaffRefused::PasswordTooShort);
    }
    if password.len() > MAX_BYTES {
        return Err(StaffRefused::PasswordTooLong);
    }
    match password::hash(password.to_owned()).await {
        Some(hash) if !hash.is_empty() => Ok(hash),
        Some(_) | None => Err(StaffRefused::NotHashed),
    }
}

async fn add(
    tx: &mut Writing<'_>,
    name: &str,
    role: Role,
    hash: &str,
    actor: &str,
) -> Result<Result<(), StaffRefused>, StorageError> {
    let now_ms = tx.now_ms;
    let added = sqlx::query(
        "INSERT INTO staff (name, role, password, created_at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO NOTHING",
    )
    .bind(name)
    .bind(role.as_str())
    .bind(hash)
    .bind(now_ms)
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        return Ok(Err(StaffRefused::NameTaken));
    }
    note(tx, actor, "staff.added", name, role.as_str());
    Ok(Ok(()))
}

/// Sets a password. Where the one before was `checked`, it still has to be that one, of somebody who
/// may sign in: it could have been changed, or the account disabled, while the new one was hashed.
async fn set_password(
    tx: &mut Writing<'_>,
    name: &str,
    checked: Option<String>,
    hash: &str,
    actor: &str,
) -> Result<Result<(), StaffRefused>, StorageError> {
    let (set, refused) = match checked {
        Some(checked) => (
            sqlx::query(
                "UPDATE staff SET password = $1
                 WHERE name = $2 AND password = $3 AND disabled_at_ms IS NULL",
            )
            .bind(hash)
            .bind(name)
            .bind(checked),
            StaffRefused::WrongPassword,
        ),
        None => (
            sqlx::query("UPDATE staff SET password = $1 WHERE name = $2")
                .bind(hash)
                .bind(name),
            StaffRefused::UnknownName,
        ),
    };
    if set.execute(tx.conn()).await?.rows_affected() == 0 {
        return Ok(Err(refused));
    }
    session::end_all(tx, name).await?;
    device::forget_all(tx, name).await?;
    note(tx, actor, "staff.password", name, "");
    Ok(Ok(()))
}

pub(super) fn note(tx: &mut Writing<'_>, actor: &str, event: &str, subject: &str, detail: &str) {
    tx.note(audit::Entry {
        actor,
        event,
        subject,
        detail,
    });
}
