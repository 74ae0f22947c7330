//! The push: the only place that sends orders to EntMine.
//!
//! A live round serves a customer who waits, a background round takes up what is due. Both run in
//! tracked tasks, so that a customer who closes the tab cancels nothing, and both are the same
//! steps: claim (committed) → ask or send → settle (committed) → tell whoever listens.

mod attempt;
mod background;
mod echo;

use crate::Knobs;
use crate::checkout::{self, Submission, Submitted};
use crate::erp::EntMine;
use crate::journal::{self, Claim, State};
use database::Database;
use database::{Clock, DatabaseError};
use rand::Rng;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

type Task<T> = JoinHandle<Result<T, DatabaseError>>;

#[derive(Clone)]
pub(crate) struct Push {
    inner: Arc<Inner>,
}

struct Inner {
    db: Database,
    erp: Arc<dyn EntMine>,
    clock: Arc<dyn Clock>,
    knobs: Knobs,
    tasks: TaskTracker,
    stop: CancellationToken,
    /// Keys of orders whose state changed.
    changes: broadcast::Sender<String>,
}

impl Push {
    pub(crate) fn new(
        db: Database,
        erp: Arc<dyn EntMine>,
        clock: Arc<dyn Clock>,
        knobs: Knobs,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                db,
                erp,
                clock,
                knobs,
                tasks: TaskTracker::new(),
                stop: CancellationToken::new(),
                changes: broadcast::channel(1024).0,
            }),
        }
    }

    /// Whoever subscribes hears the key of each order whose state changed.
    pub(crate) fn changes(&self) -> broadcast::Receiver<String> {
        self.inner.changes.subscribe()
    }

    /// Journals a submission and pushes it, in tasks that go on when the caller is gone: between
    /// the journal's commit and the push there is no moment at which a closed tab could leave an
    /// order alone. Gives what the journal made of it once the round has ended, at most as long
    /// after as a customer waits.
    pub(crate) async fn submit(&self, submission: Submission) -> Result<Submitted, DatabaseError> {
        let push = self.clone();
        let journalled: Task<_> = self.inner.tasks.spawn(async move {
            let (knobs, now_ms) = (push.inner.knobs.clone(), push.inner.clock.now_ms());
            let work = push.inner.db.write("store.journal", move |tx| {
                Box::pin(async move {
                    Ok::<_, DatabaseError>(
                        checkout::journal_submission(tx, submission, &knobs, now_ms).await?,
                    )
                })
            });
            let (submitted, claim) = work.await?;
            Ok((submitted, claim.map(|claim| push.spawn_live_round(claim))))
        });
        let (submitted, round) = journalled.await.map_err(gone)??;
        if let Some(round) = round {
            self.wait_for(round).await;
        }
        Ok(submitted)
    }

    /// *Try now*: takes the order if it is free and EntMine did not ask for patience, runs a live
    /// round and waits for it as a customer does.
    pub(crate) async fn retry(&self, key: &str) -> Result<(), DatabaseError> {
        let (push, key) = (self.clone(), key.to_owned());
        let claimed: Task<_> = self.inner.tasks.spawn(async move {
            let claim = push.claim_now(&key).await?;
            Ok(claim.map(|claim| push.spawn_live_round(claim)))
        });
        if let Some(round) = claimed.await.map_err(gone)?? {
            self.wait_for(round).await;
        }
        Ok(())
    }

    fn spawn_live_round(&self, claim: Claim) -> JoinHandle<()> {
        let push = self.clone();
        self.inner
            .tasks
            .spawn(async move { push.live_round(claim).await })
    }

    async fn wait_for(&self, round: JoinHandle<()>) {
        if let Ok(Err(gone)) = tokio::time::timeout(self.inner.knobs.customer_wait, round).await {
            tracing::error!(%gone, "a push ended abnormally; its lease will free the order");
        }
    }

    /// Waits until the order is not `Sending` any more, at most as long as a customer does.
    pub(crate) async fn wait_settled(&self, key: &str) -> Result<(), DatabaseError> {
        let mut changes = self.changes();
        let wait = async {
            loop {
                let mut db = self.inner.db.reader().acquire().await?;
                match journal::by_key(&mut db, key).await? {
                    Some(order) if order.state == State::Sending => {}
                    Some(_) | None => return Ok(()),
                }
                drop(db);
                loop {
                    match changes.recv().await {
                        Ok(changed) if changed == key => break,
                        Ok(_) => {}
                        // Too much happened to be told: look for oneself.
                        Err(broadcast::error::RecvError::Lagged(_)) => break,
                        Err(broadcast::error::RecvError::Closed) => return Ok(()),
                    }
                }
            }
        };
        tokio::time::timeout(self.inner.knobs.customer_wait, wait)
            .await
            .unwrap_or(Ok(()))
    }

    /// At most two attempts within the customer's wait.
    async fn live_round(&self, first: Claim) {
        let knobs = &self.inner.knobs;
        let until_ms = self.inner.clock.now_ms() + knobs.customer_wait.as_millis() as i64;
        let key = first.key.clone();
        let mut claim = first;
        for attempt in 1..=knobs.live_attempts {
            let Some(end) = self.attempt(&claim, attempt == 1).await else {
                return;
            };
            if end.settled() || attempt == knobs.live_attempts {
                return;
            }
            let pause = end.retry_after.unwrap_or_else(|| {
                knobs
                    .second_attempt_jitter
                    .mul_f64(rand::rng().random::<f64>())
            });
            let left_ms = until_ms - self.inner.clock.now_ms() - pause.as_millis() as i64;
            if left_ms < knobs.least_for_attempt.as_millis() as i64 {
                return;
            }
            tokio::time::sleep(pause).await;
            match self.claim_now(&key).await {
                Ok(Some(next)) => claim = next,
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(%error, key, "the journal did not take a second attempt");
                    return;
                }
            }
        }
    }

    /// Makes the order due and claims it, unless it is taken, final or has to wait.
    async fn claim_now(&self, key: &str) -> Result<Option<Claim>, DatabaseError> {
        let now_ms = self.inner.clock.now_ms();
        let knobs = self.inner.knobs.clone();
        let asked = key.to_owned();
        let claim = self
            .inner
            .db
            .write("store.claim", move |tx| {
                Box::pin(async move {
                    journal::make_due(tx, &asked, now_ms).await?;
                    let Some(order) = journal::by_key(tx, &asked).await? else {
                        return Ok(None);
                    };
                    if order
                        .not_before
                        .is_some_and(|not_before| not_before > now_ms)
                    {
                        return Ok(None);
                    }
                    Ok::<_, DatabaseError>(journal::claim(tx, &asked, &knobs, now_ms).await?)
                })
            })
            .await?;
        if claim.is_some() {
            self.tell(key);
        }
        Ok(claim)
    }

    fn tell(&self, key: &str) {
        // Nobody listening is fine.
        let _ = self.inner.changes.send(key.to_owned());
    }

    /// Begins nothing new, and waits for the attempts under way; what is left is freed at the next
    /// start.
    pub(crate) async fn drain(&self, patience: Duration) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        if tokio::time::timeout(patience, self.inner.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                "some pushes did not end in time; they will be taken up at the next start"
            );
        }
    }
}

/// A task that panicked, or was dropped with its runtime.
fn gone(_: JoinError) -> DatabaseError {
    DatabaseError::CutShort
}
