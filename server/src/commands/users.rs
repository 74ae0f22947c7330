//! `wizastore user`: the people who work with EntMine, through the EntMine that runs or directly.

use crate::cli::{EntMinePlace, UserCommand, UserTask};
use crate::control::{
    EntMineAnswer, EntMineCommand, Missing, Reached, Secret, User, ask, perform_entmine, reach,
};
use crate::output;
use entmine::EntMine;
use std::error::Error;
use std::io::{IsTerminal, stdin};

/// Carries the command out and says what was done.
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn run(command: UserCommand) -> Result<(), Box<dyn Error>> {
    let answer = match command.task {
        UserTask::Add { name, role, place } => {
            let missing = Missing::create(place.create);
            // Nobody is asked for a password in vain.
            let reached = reach(&place.place.entmine_database(), missing).await?;
            let password = password(&name)?;
            let add = EntMineCommand::UserAdd {
                name,
                role,
                password,
            };
            give(reached, add).await?
        }
        UserTask::List { place } => carry_out(EntMineCommand::UserList, &place).await?,
        UserTask::Disable { name, yes, place } => {
            let even_last = yes;
            carry_out(EntMineCommand::UserDisable { name, even_last }, &place).await?
        }
        UserTask::Enable { name, place } => {
            carry_out(EntMineCommand::UserEnable { name }, &place).await?
        }
        UserTask::Role {
            name,
            role,
            yes,
            place,
        } => {
            let change = EntMineCommand::UserRole {
                name,
                role,
                even_last: yes,
            };
            carry_out(change, &place).await?
        }
        UserTask::Free { name, place } => {
            carry_out(EntMineCommand::UserFree { name }, &place).await?
        }
        UserTask::Password { name, place } => {
            let reached = reach(&place.entmine_database(), Missing::Refuse).await?;
            let password = password(&name)?;
            give(reached, EntMineCommand::UserPassword { name, password }).await?
        }
    };
    match answer {
        EntMineAnswer::Done { done } => output::line(done)?,
        EntMineAnswer::Users { users } => {
            for user in &users {
                output::line(described(user))?;
            }
        }
        EntMineAnswer::Epoch(_) | EntMineAnswer::Stores { .. } => {
            return Err("the running server answered something else".into());
        }
    }
    Ok(())
}

/// Gives EntMine a command: to the program that runs, or to the database.
///
/// # Errors
/// One sentence for the person who gave the command. No database is made.
pub async fn carry_out(
    command: EntMineCommand,
    place: &EntMinePlace,
) -> Result<EntMineAnswer, Box<dyn Error>> {
    let reached = reach(&place.entmine_database(), Missing::Refuse).await?;
    give(reached, command).await
}

/// Gives EntMine a command where it was found.
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn give(
    reached: Reached,
    command: EntMineCommand,
) -> Result<EntMineAnswer, Box<dyn Error>> {
    match reached {
        Reached::Running(socket) => Ok(ask(&socket, command).await?),
        Reached::Alone(url) => {
            let entmine = EntMine::open(&url, entmine::Options::default()).await?;
            let answer = perform_entmine(&entmine, command).await;
            entmine.close().await;
            Ok(answer?)
        }
    }
}

fn described(user: &User) -> String {
    let state = if user.disabled { "  disabled" } else { "" };
    format!("{}  {}{state}", user.name, user.role)
}

/// Asks the person at the terminal twice, without showing it; a script writes it into standard input.
fn password(name: &str) -> Result<Secret, Box<dyn Error>> {
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        let password = line.trim_end_matches(['\r', '\n']).to_owned();
        if password.is_empty() {
            return Err("no password came on standard input".into());
        }
        return Ok(Secret(password));
    }
    let password = rpassword::prompt_password(format!("Password of {name}: "))?;
    if rpassword::prompt_password("Once more: ")? != password {
        return Err("that was not the same twice; nothing was done".into());
    }
    Ok(Secret(password))
}
