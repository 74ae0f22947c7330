//! `wizastore`: the store and EntMine in one binary. See `wizastore --help`.

#![warn(clippy::print_stdout, clippy::print_stderr)]

use rustix::fs::Mode;
use server::cli::{Cli, Command, EntmineTask};
use server::commands::{import, restored, users};
use server::end::End;
use server::{entmine_alone, following_stores, logging, operator, serve};
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
    let well = |()| End::Well;
    let done = match command {
        Command::Serve(options) => serve::run(options).await.map(well),
        Command::Entmine(command) => match command.task {
            Some(EntmineTask::Restored(options)) => restored::run(options).await.map(well),
            Some(EntmineTask::Store(command)) => following_stores::run(command).await.map(well),
            None => entmine_alone::run(command.options).await.map(well),
        },
        Command::Import(options) => import::run(options).await,
        Command::User(command) => users::run(command).await.map(well),
        Command::Orders(command) => operator::orders(command).await,
        Command::Catalog(command) => operator::catalog(command).await,
        Command::Audit(options) => operator::audit(options).await,
    };
    End::of(done).into()
}
