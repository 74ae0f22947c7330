//! What a running EntMine takes beside imports.

use super::Fault;
use entmine::{EntMine, Role, StaffChange, StaffRefused, StorageError};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A command to EntMine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum EntMineCommand {
    /// The database was restored from a backup; `highest` are the order numbers that were told.
    Restored {
        highest: Vec<String>,
    },
    /// Adds somebody to the staff; `role` is `clerk` or `manager`.
    UserAdd {
        name: String,
        role: String,
        password: Secret,
    },
    UserList,
    /// `even_last`: although nobody else is a manager.
    UserDisable {
        name: String,
        #[serde(default)]
        even_last: bool,
    },
    UserEnable {
        name: String,
    },
    UserRole {
        name: String,
        role: String,
        #[serde(default)]
        even_last: bool,
    },
    /// A disabled account's name is for somebody else.
    UserFree {
        name: String,
    },
    UserPassword {
        name: String,
        password: Secret,
    },
    /// The stores that the catalogue is, or was, sent to.
    StoreList,
    StoreForget {
        name: String,
    },
}

/// A text that is never shown.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a command gives; which of these is the command's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EntMineAnswer {
    Epoch(NewEpoch),
    Users {
        users: Vec<User>,
    },
    Stores {
        stores: Vec<FollowingStore>,
    },
    /// What was done, as a sentence.
    Done {
        done: String,
    },
}

/// What EntMine is after a restore was declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewEpoch {
    pub epoch: i64,
    /// Of each year that was named, the number after which new ones follow.
    pub last_numbers: Vec<String>,
}

/// Somebody who works with EntMine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub name: String,
    pub role: String,
    pub disabled: bool,
}

/// A store that follows EntMine's catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowingStore {
    pub name: String,
    pub address: String,
    /// Whether the process that answers sends to it.
    pub is_sent_to: bool,
    /// Changes and movements of stock that it has not taken.
    pub lag: i64,
    /// When it last took a message; milliseconds since 1970 UTC.
    pub heard_at_ms: Option<i64>,
}

/// Who did it, as the audit names the command line.
const ACTOR: &str = "entmine";

/// Carries a command out.
///
/// # Errors
/// A [`Fault`], a sentence for the person who gave the command.
pub async fn perform_entmine(
    entmine: &EntMine,
    command: EntMineCommand,
) -> Result<EntMineAnswer, Fault> {
    match command {
        EntMineCommand::Restored { highest } => raise(entmine, &highest)
            .await
            .map(EntMineAnswer::Epoch)
            .map_err(Fault::Failed),
        EntMineCommand::UserAdd {
            name,
            role,
            password,
        } => {
            let role = role_named(&role)?;
            let added = entmine.add_staff(&name, role, &password.0, ACTOR).await;
            let can = format!("{name} can sign in as {}", role.as_str());
            end(&name, added, can)
        }
        EntMineCommand::UserList => {
            let staff = entmine.staff().await.map_err(failed)?;
            let users = staff
                .into_iter()
                .map(|member| User {
                    name: member.name,
                    role: member.role.as_str().to_owned(),
                    disabled: member.disabled_at_ms.is_some(),
                })
                .collect();
            Ok(EntMineAnswer::Users { users })
        }
        EntMineCommand::UserDisable { name, even_last } => {
            let kept = change(entmine, &name, StaffChange::Disable { even_last }).await;
            kept.map(|name| done(format!("{name} cannot sign in any more")))
        }
        EntMineCommand::UserEnable { name } => {
            let kept = change(entmine, &name, StaffChange::Enable).await;
            kept.map(|name| {
                done(format!(
                    "{name} can sign in again, with the password of before"
                ))
            })
        }
        EntMineCommand::UserRole {
            name,
            role,
            even_last,
        } => {
            let role = role_named(&role)?;
            let kept = change(entmine, &name, StaffChange::Role { role, even_last }).await;
            kept.map(|name| done(format!("{name} is a {} now", role.as_str())))
        }
        EntMineCommand::UserFree { name } => {
            let kept = change(entmine, &name, StaffChange::Free).await;
            kept.map(|kept| done(format!("{name} is free; the account is kept as {kept}")))
        }
        EntMineCommand::UserPassword { name, password } => {
            let changed = entmine
                .change_password(&name, None, &password.0, ACTOR)
                .await;
            end(&name, changed, format!("{name} has another password"))
        }
        EntMineCommand::StoreList => {
            let news = *entmine.changed().borrow();
            let stores = entmine.stores().await.map_err(failed)?;
            let stores = stores
                .into_iter()
                .map(|store| FollowingStore {
                    lag: store.behind(news),
                    name: store.name,
                    address: store.address,
                    is_sent_to: store.is_sent_to,
                    heard_at_ms: store.heard_at_ms,
                })
                .collect();
            Ok(EntMineAnswer::Stores { stores })
        }
        EntMineCommand::StoreForget { name } => {
            let forgotten = entmine.forget_store(&name, ACTOR).await;
            end(&name, forgotten, format!("the store {name} is forgotten"))
        }
    }
}

fn end<R: fmt::Display>(
    name: &str,
    ended: Result<Result<(), R>, StorageError>,
    done: String,
) -> Result<EntMineAnswer, Fault> {
    match ended.map_err(failed)? {
        Ok(()) => Ok(EntMineAnswer::Done { done }),
        Err(why) => Err(Fault::Refused(format!("{name:?}: {why}"))),
    }
}

fn done(done: String) -> EntMineAnswer {
    EntMineAnswer::Done { done }
}

fn role_named(role: &str) -> Result<Role, Fault> {
    Role::parse(role)
        .ok_or_else(|| Fault::Refused(format!("'{role}' is no role: clerk or manager")))
}

async fn change(entmine: &EntMine, name: &str, change: StaffChange) -> Result<String, Fault> {
    match entmine
        .change_staff(name, change, ACTOR)
        .await
        .map_err(failed)?
    {
        Ok(kept) => Ok(kept),
        Err(last @ StaffRefused::LastManager) => Err(Fault::Refused(format!(
            "{last}; give --yes if that is meant"
        ))),
        Err(why) => Err(Fault::Refused(format!("{name:?}: {why}"))),
    }
}

fn failed(error: StorageError) -> Fault {
    Fault::Failed(error.to_string())
}

/// Raises the epoch and skips the numbers up to the highest that were told.
///
/// # Errors
/// One sentence.
async fn raise(entmine: &EntMine, highest: &[String]) -> Result<NewEpoch, String> {
    match entmine.restored(highest).await {
        Ok(restored) => Ok(NewEpoch {
            epoch: restored.epoch,
            last_numbers: restored.last_numbers,
        }),
        Err(error) => Err(error.to_string()),
    }
}
