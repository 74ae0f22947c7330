//! `wizastore user`: the people who work with EntMine, through the EntMine that runs or directly.

use crate::cli::{EntMinePlace, UserCommand, UserTask};
use crate::control::{Asked, EntMineAnswer, EntMineCommand, Secret, User, ask, perform_entmine};
use entmine::EntMine;
use std::error::Error;
use std::io::{IsTerminal, stdin};

/// Carries the command out and says what was done.
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn run(command: UserCommand) -> Result<(), Box<dyn Error>> {
    let (command, place) = match command.task {
        UserTask::Add { name, role, place } => {
            let password = password(&name)?;
            let add = EntMineCommand::UserAdd {
                name,
                role,
                password,
            };
            (add, place)
        }
        UserTask::List { place } => (EntMineCommand::UserList, place),
        UserTask::Disable { name, place } => (EntMineCommand::UserDisable { name }, place),
        UserTask::Password { name, place } => {
            let password = password(&name)?;
            (EntMineCommand::UserPassword { name, password }, place)
        }
    };
    match carry_out(command, &place).await? {
        EntMineAnswer::Done { done } => println!("{done}"),
        EntMineAnswer::Users { users } => users.iter().for_each(|user| println!("{}", line(user))),
        EntMineAnswer::Epoch(_) => return Err("the running server answered something else".into()),
    }
    Ok(())
}

async fn carry_out(
    command: EntMineCommand,
    place: &EntMinePlace,
) -> Result<EntMineAnswer, Box<dyn Error>> {
    match ask(&place.entmine_socket(), command.clone()).await {
        Asked::Answered(answer) => Ok(answer?),
        Asked::NoServer => {
            let url = place.entmine_url();
            let entmine = EntMine::open(&url, entmine::Options::default()).await?;
            let answer = perform_entmine(&entmine, command).await;
            entmine.close().await;
            Ok(answer?)
        }
    }
}

fn line(user: &User) -> String {
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
