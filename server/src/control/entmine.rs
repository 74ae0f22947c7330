//! What a running EntMine takes beside imports.

use super::Fault;
use entmine::{EntMine, Role, StaffRefused, StorageError};
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
    UserDisable {
        name: String,
    },
    UserPassword {
        name: String,
        password: Secret,
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
        EntMineCommand::Restored { highest } => crate::restored::raise(entmine, &highest)
            .await
            .map(EntMineAnswer::Epoch)
            .map_err(Fault::Failed),
        EntMineCommand::UserAdd {
            name,
            role,
            password,
        } => {
            let role =
                Role::parse(&role).ok_or_else(|| Fault::Refused(format!("no role {role}")))?;
            let added = entmine.add_staff(&name, role, &password.0, ACTOR).await;
            end(added, format!("{name} can sign in as {}", role.as_str()))
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
        EntMineCommand::UserDisable { name } => {
            let disabled = entmine.disable_staff(&name, ACTOR).await;
            end(disabled, format!("{name} cannot sign in any more"))
        }
        EntMineCommand::UserPassword { name, password } => {
            let changed = entmine
                .change_password(&name, None, &password.0, ACTOR)
                .await;
            end(changed, format!("{name} has another password"))
        }
    }
}

fn end(
    ended: Result<Result<(), StaffRefused>, StorageError>,
    done: String,
) -> Result<EntMineAnswer, Fault> {
    match ended.map_err(failed)? {
        Ok(()) => Ok(EntMineAnswer::Done { done }),
        Err(why) => Err(Fault::Refused(why.to_string())),
    }
}

fn failed(error: StorageError) -> Fault {
    Fault::Failed(error.to_string())
}
