//! Who may do what: disabling and enabling accounts, other roles, and names that are free again.

use super::account::{StaffRefused, is_name, note};
use super::{Role, device, session};
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use sqlx::Row;

/// A change of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffChange {
    /// Ends all sessions and lets nobody sign in with that name. `even_last`: although nobody else is
    /// a manager.
    Disable { even_last: bool },
    /// The same person may sign in again, with the password of before.
    Enable,
    /// Another role, from the next request on.
    Role { role: Role, even_last: bool },
    /// Somebody else may get the name. The account, which has to be disabled, is kept under a name
    /// that says until when it was theirs, and the audit says so.
    Free,
}

impl EntMine {
    /// Changes an account. `actor` is who does it: `staff:<name>`, or `entmine` for the command line.
    /// What is so already stays so. Gives what the account is called afterwards.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether it may have been done.
    pub async fn change_staff(
        &self,
        name: &str,
        change: StaffChange,
        actor: &str,
    ) -> Result<Result<String, StaffRefused>, StorageError> {
        let (name, actor) = (name.to_owned(), actor.to_owned());
        if !is_name(&name) {
            return Ok(Err(StaffRefused::UnknownName));
        }
        self.write("entmine.staff", move |tx| {
            Box::pin(async move { apply(tx, &name, change, &actor).await })
        })
        .await
    }
}

/// An account as it is before a change.
struct Account {
    role: Role,
    enabled: bool,
}

async fn apply(
    tx: &mut Writing<'_>,
    name: &str,
    change: StaffChange,
    actor: &str,
) -> Result<Result<String, StaffRefused>, StorageError> {
    let row = sqlx::query("SELECT role, disabled_at_ms FROM staff WHERE name = $1")
        .bind(name)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else {
        return Ok(Err(StaffRefused::UnknownName));
    };
    let account = Account {
        role: session::role_of(&row)?,
        enabled: row.try_get::<Option<i64>, _>("disabled_at_ms")?.is_none(),
    };
    let (takes_manager, even_last) = match change {
        StaffChange::Disable { even_last } => (true, even_last),
        StaffChange::Role { role, even_last } => (role != Role::Manager, even_last),
        StaffChange::Enable | StaffChange::Free => (false, true),
    };
    let is_manager = account.enabled && account.role == Role::Manager;
    if is_manager && takes_manager && !even_last && !another_manager(tx, name).await? {
        return Ok(Err(StaffRefused::LastManager));
    }
    match change {
        StaffChange::Disable { .. } => {
            session::end_all(tx, name).await?;
            device::forget_all(tx, name).await?;
            if account.enabled {
                let now_ms = tx.now_ms;
                set_disabled(tx, name, Some(now_ms)).await?;
                note(tx, actor, "staff.disabled", name, "");
            }
        }
        StaffChange::Enable if account.enabled => {}
        StaffChange::Enable => {
            set_disabled(tx, name, None).await?;
            note(tx, actor, "staff.enabled", name, "");
        }
        StaffChange::Role { role, .. } if role == account.role => {}
        StaffChange::Role { role, .. } => {
            sqlx::query("UPDATE staff SET role = $1 WHERE name = $2")
                .bind(role.as_str())
                .bind(name)
                .execute(tx.conn())
                .await?;
            note(tx, actor, "staff.role", name, role.as_str());
        }
        StaffChange::Free if account.enabled => return Ok(Err(StaffRefused::StillEnabled)),
        StaffChange::Free => {
            device::forget_all(tx, name).await?;
            return free(tx, name, actor).await.map(Ok);
        }
    }
    Ok(Ok(name.to_owned()))
}

async fn another_manager(tx: &mut Writing<'_>, name: &str) -> Result<bool, StorageError> {
    let others: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM staff
         WHERE role = 'manager' AND disabled_at_ms IS NULL AND name <> $1",
    )
    .bind(name)
    .fetch_one(tx.conn())
    .await?;
    Ok(others > 0)
}

async fn set_disabled(
    tx: &mut Writing<'_>,
    name: &str,
    since_ms: Option<i64>,
) -> Result<(), StorageError> {
    sqlx::query("UPDATE staff SET disabled_at_ms = $1 WHERE name = $2")
        .bind(since_ms)
        .bind(name)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Keeps a disabled account under another name, and gives that name.
async fn free(tx: &mut Writing<'_>, name: &str, actor: &str) -> Result<String, StorageError> {
    let day = jiff::Timestamp::from_millisecond(tx.now_ms).unwrap_or_default();
    let day = day.strftime("%Y%m%d");
    // Names are short; the beginning says enough.
    let stem: String = name.chars().take(20).collect();
    for n in 1.. {
        let kept = match n {
            1 => format!("{stem}-until-{day}"),
            n => format!("{stem}-until-{day}.{n}"),
        };
        let renamed = sqlx::query(
            "UPDATE staff SET name = $1
             WHERE name = $2 AND NOT EXISTS (SELECT 1 FROM staff WHERE name = $1)",
        )
        .bind(&kept)
        .bind(name)
        .execute(tx.conn())
        .await?;
        if renamed.rows_affected() > 0 {
            let detail = format!("what {name} did until now is {kept}'s");
            note(tx, actor, "staff.freed", name, &detail);
            return Ok(kept);
        }
    }
    Ok(name.to_owned())
}
