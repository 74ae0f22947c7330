//! What every server of this program does alike: it stops in order, and it stops when a part of it
//! has died, so that it is started anew instead of going on without that part.

use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// What is under way gets this long to end when the server stops; it is more than two attempts.
pub const DRAIN: Duration = Duration::from_secs(10);

/// A part of the process ended although nobody had stopped it.
#[derive(Debug, thiserror::Error)]
#[error("the {0} ended by itself, by a fault that the log tells; start the program again")]
pub struct PartDied(&'static str);

/// The parts of the process that work in the background as long as it runs.
pub struct Parts {
    stop: CancellationToken,
    /// Each gives its name when it has ended, and whether it was stopped.
    ends: JoinSet<(&'static str, bool)>,
    died: Died,
}

/// The first part that died, if any did.
#[derive(Clone, Default)]
pub struct Died(Arc<OnceLock<&'static str>>);

impl Died {
    /// # Errors
    /// [`PartDied`] names it.
    pub fn or_nothing(&self) -> Result<(), PartDied> {
        self.0.get().map_or(Ok(()), |name| Err(PartDied(name)))
    }
}

impl Parts {
    pub fn new(stop: CancellationToken) -> Self {
        Self {
            stop,
            ends: JoinSet::new(),
            died: Died::default(),
        }
    }

    pub fn died(&self) -> Died {
        self.died.clone()
    }

    /// Adds a part that ends by itself after `stop`.
    pub fn add(&mut self, name: &'static str, part: JoinHandle<()>) {
        let stop = self.stop.clone();
        self.ends.spawn(async move {
            let ended = part.await;
            (name, ended.is_ok() && stop.is_cancelled())
        });
    }

    /// Adds a part that has no end of its own: it is dropped at `stop`.
    pub fn until_stop(
        &mut self,
        name: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        let stop = self.stop.clone();
        let part = tokio::spawn(async move {
            let _ = stop.run_until_cancelled(work).await;
        });
        self.add(name, part);
    }

    /// Watches until all have ended. When one ends before `stop`, everything is stopped.
    pub async fn watch(mut self) {
        while let Some(end) = self.ends.join_next().await {
            let (name, stopped) = end.unwrap_or(("background", false));
            if !stopped && self.died.0.set(name).is_ok() {
                tracing::error!(
                    part = name,
                    "a part of the process ended by itself; stopping"
                );
                self.stop.cancel();
            }
        }
    }
}

/// What is still under way when the server stops, and may take no longer than [`DRAIN`].
pub async fn within_its_time(rest: impl Future) {
    if tokio::time::timeout(DRAIN, rest).await.is_err() {
        tracing::warn!("not everything under way ended in time; the next start takes it up");
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn watch(parts: Parts) -> Result<(), String> {
        let died = parts.died();
        let end = tokio::time::timeout(Duration::from_secs(5), parts.watch()).await;
        end.expect("all parts end");
        died.or_nothing().map_err(|died| died.to_string())
    }

    #[tokio::test]
    async fn a_part_that_dies_stops_the_process_and_is_named() {
        for panics in [true, false] {
            let stop = CancellationToken::new();
            let mut parts = Parts::new(stop.clone());
            parts.until_stop("follower", std::future::pending());
            parts.until_stop("sender of e-mails", async move {
                assert!(!panics, "a fault");
            });
            let end = watch(parts).await.unwrap_err();
            assert!(
                end.contains("the sender of e-mails ended by itself"),
                "{end}"
            );
            assert!(stop.is_cancelled());
        }
    }

    #[tokio::test]
    async fn parts_that_are_stopped_end_well() {
        let stop = CancellationToken::new();
        let mut parts = Parts::new(stop.clone());
        parts.until_stop("follower", std::future::pending());
        parts.add("sweeper", tokio::spawn(stop.clone().cancelled_owned()));
        stop.cancel();
        assert_eq!(watch(parts).await, Ok(()));
    }
}
