//! `wizastore`: the store and EntMine in one binary. See `wizastore --help`.

#![warn(clippy::print_stdout, clippy::print_stderr)]

use rustix::fs::Mode;
use server::cli::{Cli, Command, EntmineTask};
use server::{
    entmine_alone, following_stores, import, logging, operator, output, restored, serve, users,
};
use std::error::Error;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // What the program writes holds customers' names and addresses: it is for its own account only.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    // For whatever speaks TLS: pictures, mail, an EntMine or a store elsewhere. It is installed once.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let Some(command) = Cli::given() else {
        return ExitCode::SUCCESS;
    };
    logging::start();
    match command {
        Command::Serve(options) => end(serve::run(options).await),
        Command::Entmine(command) => match command.task {
            Some(EntmineTask::Restored(options)) => end(restored::run(options).await),
            Some(EntmineTask::Store(command)) => end(following_stores::run(command).await),
            None => end(entmine_alone::run(command.options).await),
        },
        Command::Import(options) => end(import::run(options).await),
        Command::User(command) => end(users::run(command).await),
        Command::Orders(command) => operator::orders(command).await.into(),
        Command::Catalog(command) => operator::catalog(command).await.into(),
        Command::Audit(options) => operator::audit(options).await.into(),
    }
}

fn end(done: Result<(), Box<dyn Error>>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(format!("wizastore: {error}"));
            ExitCode::FAILURE
        }
    }
}
