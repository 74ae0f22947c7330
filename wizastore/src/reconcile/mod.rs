//! Reconciliation: what EntMine has is compared with the journal, and what differs is settled.
//!
//! An ordinary pass goes on from where the last one ended. After EntMine was restored from a
//! backup, or is another one, nothing is pushed until a full pass has compared everything. What
//! interrupts a full pass only delays it: it goes on from the last page. The orders that EntMine lost
//! are sent again under the numbers that their customers were told, each by itself: once before the
//! push goes on, and those that fail then for as long as it takes.

mod lost;
mod pass;
mod settle;

use crate::erp::CallError;
use crate::journal;
use crate::push::Push;
use database::DatabaseError;
use tokio::task::JoinHandle;

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Orders of EntMine that were looked at.
    pub seen: u64,
    /// Open orders that turned out to be accepted.
    pub confirmed: u64,
    /// Orders that the journal did not know.
    pub adopted: u64,
    /// Changes of status that reached the journal.
    pub statuses: u64,
    /// Orders that EntMine had lost and has again.
    pub restored: u64,
    /// Orders marked for a person.
    pub marked: u64,
}

/// Why a pass ended early. What it settled stays settled; the next one goes on.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    #[error("EntMine could not be asked: {0}")]
    EntMine(#[from] CallError),
    #[error("the journal does not answer: {0}")]
    Journal(#[from] DatabaseError),
    #[error("EntMine's listing does not end")]
    Endless,
    #[error("EntMine changed while it was being compared")]
    Changed,
}

impl From<sqlx::Error> for ReconcileError {
    fn from(error: sqlx::Error) -> Self {
        Self::Journal(error.into())
    }
}

/// The loop that reconciles. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Reconcile {
    push: Push,
}

impl Reconcile {
    pub(crate) fn new(push: Push) -> Self {
        Self { push }
    }

    /// One pass: ordinary, or full while the push is paused.
    pub(crate) async fn run_once(&self) -> Result<Reconciled, ReconcileError> {
        let shared = self.push.shared();
        let mut db = shared.db.reader().acquire().await?;
        let following = journal::following(&mut db).await?;
        drop(db);
        match following {
            Some(following) if following.paused.is_some() => self.full_pass().await,
            Some(following) => {
                let identity = following.identity.clone();
                let mut done = self.ordinary_pass(following).await?;
                if !self.push.breaker_open() {
                    self.bring_back(&identity, &mut None, &mut done).await?;
                }
                Ok(done)
            }
            // Nobody was heard yet; the first answer says who EntMine is.
            None => self.introduce().await,
        }
    }

    /// Stops the push until a full pass is done.
    pub(crate) async fn pause(&self, why: &'static str) -> Result<(), DatabaseError> {
        let shared = self.push.shared();
        let paused = shared
            .db
            .write("store.pause", move |tx| {
                Box::pin(async move { Ok::<_, DatabaseError>(journal::pause(tx, why).await?) })
            })
            .await?;
        if paused {
            tracing::error!(why, "nothing is pushed until EntMine is reconciled");
        }
        shared.reconcile.notify_one();
        Ok(())
    }

    /// Runs passes until the store stops.
    pub(crate) fn spawn(&self) -> JoinHandle<()> {
        let this = self.clone();
        let shared = self.push.shared();
        shared.tasks.spawn(async move {
            let shared = this.push.shared();
            loop {
                // A pass that is cut short is gone on with after the next start, once nobody holds it any more.
                let pass = shared.stop.run_until_cancelled(this.run_once());
                let Some(pass) = pass.await else {
                    return;
                };
                match pass {
                    Ok(done)
                        if done
                            == Reconciled {
                                seen: done.seen,
                                ..Reconciled::default()
                            } => {}
                    Ok(done) => tracing::info!(?done, "reconciled with EntMine"),
                    Err(error) => tracing::warn!(%error, "reconciliation will try again"),
                }
                tokio::select! {
                    // As in the background of the push.
                    biased;
                    () = shared.stop.cancelled() => return,
                    () = shared.reconcile.notified() => {}
                    () = tokio::time::sleep(this.pause_between().await) => {}
                }
            }
        })
    }

    /// While nothing is pushed customers wait for the reconciliation, and so do orders that EntMine
    /// lost.
    async fn pause_between(&self) -> std::time::Duration {
        let shared = self.push.shared();
        let urgent = async {
            let mut db = shared.db.reader().acquire().await?;
            let following = journal::following(&mut db).await?;
            let paused = following.is_some_and(|following| following.paused.is_some());
            Ok::<_, sqlx::Error>(paused || lost::any(&mut db).await?)
        };
        match urgent.await {
            Ok(true) => shared.knobs.background_tick * 5,
            Ok(false) | Err(_) => shared.knobs.reconcile_every,
        }
    }
}
