//! What the process says about itself, on standard error.

use tracing_subscriber::EnvFilter;

/// Starts logging with the filter in `WIZASTORE_LOG`, by default `info`. A filter that cannot be
/// read is said once, and the default taken.
pub fn start() {
    let wanted = std::env::var("WIZASTORE_LOG").unwrap_or_else(|_| "info".to_owned());
    let (filter, fault) = match EnvFilter::try_new(&wanted) {
        Ok(filter) => (filter, None),
        Err(fault) => (EnvFilter::new("info"), Some(fault)),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
    if let Some(fault) = fault {
        tracing::warn!(%fault, "WIZASTORE_LOG is not a filter; logging at 'info'");
    }
}
