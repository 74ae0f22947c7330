//! What the process says about itself, on standard error.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// What is said by default. PostgreSQL's own notices, passed on by the driver, say nothing to an
/// operator.
const DEFAULT: &str = "info,sqlx=warn";

/// Starts logging with the filter in `WIZASTORE_LOG`, by default `info`. A filter that cannot be
/// read is said once, and the default taken.
pub fn start() {
    let wanted = std::env::var("WIZASTORE_LOG").unwrap_or_else(|_| DEFAULT.to_owned());
    let (filter, fault) = match EnvFilter::try_new(&wanted) {
        Ok(filter) => (filter, None),
        Err(fault) => (EnvFilter::new(DEFAULT), Some(fault)),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for people, not for files and journals.
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        // It would say on standard error that standard error cannot be written, and panic.
        .log_internal_errors(false)
        .init();
    if let Some(fault) = fault {
        tracing::warn!(%fault, "WIZASTORE_LOG is not a filter; logging at 'info'");
    }
}
