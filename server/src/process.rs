//! What every server of this program does alike: it stops in order.

use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What is under way gets this long to end when the server stops; it is more than two attempts.
pub const DRAIN: Duration = Duration::from_secs(10);

/// Cancels `stop` on SIGTERM or Ctrl-C.
pub fn stop_on_signal(stop: CancellationToken) {
    tokio::spawn(async move {
        signalled().await;
        tracing::info!("stopping: finishing what is under way");
        stop.cancel();
    });
}

async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let ctrl_c = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut term) => {
            tokio::select! {
                _ = ctrl_c => {}
                _ = term.recv() => {}
            }
        }
        Err(_) => {
            let _ = ctrl_c.await;
        }
    }
}
