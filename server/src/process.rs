//! What every server of this program does alike: it stops in order.

use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What is under way gets this long to end when the server stops; it is more than two attempts.
pub const DRAIN: Duration = Duration::from_secs(10);

/// Runs work that has no end of its own until `stop`.
pub fn until(
    stop: CancellationToken,
    work: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let _ = stop.run_until_cancelled(work).await;
    })
}

/// Cancels `stop` on SIGTERM or Ctrl-C. When this returns, a signal no longer kills the process.
pub fn stop_on_signal(stop: CancellationToken) {
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    tokio::spawn(async move {
        match signals {
            (Ok(mut term), Ok(mut interrupt)) => {
                tokio::select! {
                    _ = term.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
            // Then the signal's own way has to do: the process dies, and leases see to the rest.
            (Err(error), _) | (_, Err(error)) => {
                tracing::error!(%error, "signals cannot be heard; a stop will be abrupt");
                return;
            }
        }
        tracing::info!("stopping: finishing what is under way");
        stop.cancel();
    });
}
