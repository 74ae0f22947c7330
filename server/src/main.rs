//! `wizastore`: the store and EntMine in one binary. See `wizastore --help`.

mod catalogue_feed;
mod cli;
mod control;
mod embedded;
mod http;
mod import;
mod logging;
mod rehearsal;
mod serve;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let command = cli::Cli::command();
    logging::start();
    let done = match command {
        cli::Command::Serve(options) => serve::run(options).await,
        cli::Command::Import(options) => import::run(options).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wizastore: {error}");
            ExitCode::FAILURE
        }
    }
}
