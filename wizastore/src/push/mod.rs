//! The push: the only place that sends orders to EntMine.
//!
//! A live round serves a customer who waits, a background round takes up what is due. Both run in
//! tracked tasks, so that a customer who closes the tab cancels nothing, and both are the same
//! steps: claim (committed) → a place, the breaker → ask or send → settle (committed) → tell
//! whoever listens. Cancelling goes the same way, with a void instead of the order.

mod attempt;
mod background;
mod breaker;
mod call;
mod echo;
mod events;
mod live;
mod places;
mod submit;
mod wait;

pub(crate) use echo::mismatch;
pub(crate) use events::Subscription;
pub(crate) use wait::look_on;

use crate::erp::EntMine;
use crate::journal::{self, Cancelled};
use crate::keys::Ids;
use crate::{Dice, Knobs};
use breaker::Breaker;
use database::{Clock, Database, DatabaseError, Notice};
use events::OrderEvents;
use places::{Place, Places};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

#[derive(Clone)]
pub(crate) struct Push {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub db: Database,
    pub erp: Arc<dyn EntMine>,
    pub clock: Arc<dyn Clock>,
    pub knobs: Knobs,
    pub dice: Dice,
    pub ids: Ids,
    pub tasks: TaskTracker,
    pub stop: CancellationToken,
    breaker: Breaker,
    places: Places,
    /// Somebody saw a reason to reconcile at once.
    pub reconcile: Notify,
    /// Of orders whose state changes.
    events: OrderEvents,
}

impl Push {
    pub(crate) fn new(
        db: Database,
        erp: Arc<dyn EntMine>,
        clock: Arc<dyn Clock>,
        knobs: Knobs,
        dice: Dice,
        ids: Ids,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                db,
                erp,
                clock,
                places: Places::new(&knobs),
                knobs,
                dice,
                ids,
                tasks: TaskTracker::new(),
                stop: CancellationToken::new(),
                breaker: Breaker::default(),
                reconcile: Notify::new(),
                events: OrderEvents::default(),
            }),
        }
    }

    /// What the other loops of the store share with the push.
    pub(crate) fn shared(&self) -> &Inner {
        &self.inner
    }

    /// For how many milliseconds attempts are held back, where they are.
    pub(crate) fn held_for(&self) -> Option<i64> {
        self.inner.breaker.open_for(self.inner.clock.passed_ms())
    }

    /// How long ago, in milliseconds, EntMine last failed to answer any order.
    pub(crate) fn failed_ago(&self) -> Option<i64> {
        self.inner.breaker.failed_ago(self.inner.clock.passed_ms())
    }

    /// Would an attempt be held back now?
    pub(crate) fn breaker_open(&self) -> bool {
        self.inner.breaker.is_open(self.inner.clock.passed_ms())
    }

    /// *Try now*: makes the order due, takes it if it is free and EntMine did not ask for patience, runs
    /// a live round and waits for it as a customer does. While EntMine is left alone it is the probe,
    /// if there was none just now.
    pub(crate) async fn retry(&self, key: &str) -> Result<(), DatabaseError> {
        match self.session_of(key).await? {
            Some(scope) => self.retry_of(key, &scope).await,
            None => Ok(()),
        }
    }

    async fn retry_of(&self, key: &str, scope: &str) -> Result<(), DatabaseError> {
        let (push, key, scope) = (self.clone(), key.to_owned(), scope.to_owned());
        let claimed = self.inner.tasks.spawn(async move {
            let Some(place) = push.place_for_wanted().await else {
                return push.make_due(&key, &scope).await.map(|()| None);
            };
            let claim = push.claim_now(&key, &scope).await?;
            Ok::<_, DatabaseError>(claim.map(|claim| push.spawn_live_round(claim, place, true)))
        });
        let round = claimed.await.map_err(|_| DatabaseError::CutShort)??;
        if let Some(round) = round {
            self.wait_for(round).await;
        }
        Ok(())
    }

    /// A place for what a customer waits for; none where EntMine is left alone, or is too busy.
    async fn place_for_submitted(&self) -> Option<Place> {
        let inner = &self.inner;
        match inner.breaker.is_open(inner.clock.passed_ms()) {
            true => None,
            false => inner.places.for_customer(&inner.knobs).await,
        }
    }

    async fn place_for_wanted(&self) -> Option<Place> {
        let inner = &self.inner;
        let now_ms = inner.clock.passed_ms();
        match inner.breaker.refuses_wanted(&inner.knobs, now_ms) {
            true => None,
            false => inner.places.for_customer(&inner.knobs).await,
        }
    }

    /// Cancels an order: at once where nothing ever reached EntMine, else by a void that is tried
    /// like a push. Waits for it as a customer does. `who`: customer or operator.
    pub(crate) async fn cancel(
        &self,
        key: &str,
        who: &'static str,
        why: &str,
    ) -> Result<Cancelled, DatabaseError> {
        let Some(scope) = self.session_of(key).await? else {
            return Ok(Cancelled::TooLate);
        };
        let (ids, now_ms) = (self.inner.ids.clone(), self.inner.clock.now_ms());
        let (wished, why) = (key.to_owned(), why.to_owned());
        let done = self
            .inner
            .db
            .write_beside("store.cancel", Some(&scope), move |tx| {
                Box::pin(async move {
                    Ok::<_, DatabaseError>(
                        journal::cancel(tx, &ids, &wished, who, &why, now_ms).await?,
                    )
                })
            })
            .await?;
        self.notify(key);
        match done {
            Cancelled::Asked => self.retry_of(key, &scope).await?,
            Cancelled::Later => self.wait_settled(key).await?,
            Cancelled::Now | Cancelled::TooLate => {}
        }
        Ok(done)
    }

    /// The session whose order this is, which never changes: the scope of what is written about it, because goods
    /// may go back into the session's cart.
    async fn session_of(&self, key: &str) -> Result<Option<String>, DatabaseError> {
        Ok(journal::session_of(self.inner.db.reader(), key).await?)
    }

    async fn make_due(&self, key: &str, scope: &str) -> Result<(), DatabaseError> {
        let (db, now_ms) = (&self.inner.db, self.inner.clock.now_ms());
        let key = key.to_owned();
        let work = db.write_beside("store.claim", Some(scope), move |tx| {
            Box::pin(
                async move { Ok::<_, DatabaseError>(journal::make_due(tx, &key, now_ms).await?) },
            )
        });
        work.await
    }

    /// Makes the order due and claims it, unless it is taken, final or has to wait.
    async fn claim_now(
        &self,
        key: &str,
        scope: &str,
    ) -> Result<Option<journal::Claim>, DatabaseError> {
        let (clock, knobs) = (self.inner.clock.clone(), self.inner.knobs.clone());
        let ids = self.inner.ids.clone();
        let asked = key.to_owned();
        let claimed = self
            .inner
            .db
            .write_beside("store.claim", Some(scope), move |tx| {
                Box::pin(async move {
                    // Others may have been waited for until now.
                    let now_ms = clock.now_ms();
                    journal::make_due(tx, &asked, now_ms).await?;
                    Ok::<_, DatabaseError>(journal::claim(tx, &ids, &asked, &knobs, now_ms).await?)
                })
            })
            .await?;
        if claimed.is_some() {
            self.notify(key);
        }
        Ok(claimed)
    }

    /// Begins to wait for changes of an order's state.
    pub(crate) fn subscribe(&self, key: &str) -> Subscription {
        self.inner.events.subscribe(key)
    }

    /// An order's state changed.
    pub(crate) fn notify(&self, key: &str) {
        self.inner.events.notify(key);
    }

    /// Notifies the other processes of the shop of what changes here, and receives what changes there, until the store
    /// stops.
    pub(crate) async fn exchange_events(&self) {
        let Some(to_send) = self.inner.events.to_send() else {
            return;
        };
        let events = self.inner.events.clone();
        let receive = move |notice: Notice<'_>| match notice {
            Notice::Word(key) => events.receive(key),
            Notice::Gap => events.receive_gap(),
        };
        let db = &self.inner.db;
        let exchange = db.exchange_notices("wizastore_orders", to_send, receive);
        let _ = self.inner.stop.run_until_cancelled(exchange).await;
        // On SQLite there is nobody to exchange anything with; a part that ended would stop the program.
        self.inner.stop.cancelled().await;
    }

    /// Begins nothing new, and waits for the attempts under way; what is left is freed at the next
    /// start, or by another replica when its lease runs out.
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
