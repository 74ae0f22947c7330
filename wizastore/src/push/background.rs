//! The background: takes up what is due, for ever.

use super::Push;
use crate::journal;
use database::DatabaseError;
use futures::StreamExt;
use tokio::task::JoinHandle;

impl Push {
    /// Frees the leases that a former process left behind. Only for a database that belongs to
    /// one process.
    pub(crate) async fn free_leases(&self) -> Result<(), DatabaseError> {
        let (ids, now_ms) = (self.inner.ids.clone(), self.inner.clock.now_ms());
        let freed = self
            .inner
            .db
            .write("store.recover", move |tx| {
                Box::pin(async move {
                    Ok::<_, DatabaseError>(journal::free_leases(tx, &ids, now_ms).await?)
                })
            })
            .await?;
        if !freed.is_empty() {
            tracing::info!(
                orders = freed.len(),
                "taking up orders that were being sent when the server stopped"
            );
        }
        Ok(())
    }

    /// One pass: gives up expired leases, then makes one attempt for each of the orders that are
    /// due, a few at a time. Gives how many attempts it made.
    pub(crate) async fn run_once(&self) -> Result<usize, DatabaseError> {
        let now_ms = self.inner.clock.now_ms();
        let reader = self.inner.db.reader();
        // Mostly none has, and then nobody has to wait for this.
        if journal::any_leased(reader, now_ms).await? {
            self.expire_leases(now_ms).await?;
        }
        let places = self.inner.knobs.background_places;
        let beyond_ms = now_ms + self.inner.knobs.longest_wait().as_millis() as i64;
        let due = journal::due(reader, now_ms, beyond_ms, 4 * places as i64).await?;
        let attempts = futures::stream::iter(due)
            .map(|(key, scope)| async move { self.background_round(&key, &scope).await })
            .buffer_unordered(places)
            .filter(|made| std::future::ready(*made))
            .count()
            .await;
        Ok(attempts)
    }

    async fn expire_leases(&self, now_ms: i64) -> Result<(), DatabaseError> {
        let ids = self.inner.ids.clone();
        let work = self.inner.db.write("store.recover", move |tx| {
            Box::pin(async move {
                Ok::<_, DatabaseError>(journal::expire_leases(tx, &ids, now_ms).await?)
            })
        });
        work.await?.iter().for_each(|key| self.notify(key));
        Ok(())
    }

    async fn background_round(&self, key: &str, scope: &str) -> bool {
        let inner = &self.inner;
        // Nothing is claimed that the breaker would hold back: it stays due.
        if inner.stop.is_cancelled() || inner.breaker.is_open(inner.clock.passed_ms()) {
            return false;
        }
        let Some(place) = inner.places.for_background(&inner.knobs).await else {
            return false;
        };
        match self.claim_now(key, scope).await {
            Ok(Some(claim)) => {
                // In a task of its own: an attempt is not cancelled half-way when the loop stops.
                let push = self.clone();
                let _ = inner
                    .tasks
                    .spawn(async move { push.attempt(&claim, place, true, false).await })
                    .await;
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::error!(%error, key, "the journal did not take an attempt");
                false
            }
        }
    }

    /// Runs passes until the store stops.
    pub(crate) fn spawn_background(&self) -> JoinHandle<()> {
        let push = self.clone();
        self.inner.tasks.spawn(async move {
            loop {
                match push.run_once().await {
                    // There may be more that is due.
                    Ok(made) if made > 0 && !push.inner.stop.is_cancelled() => continue,
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(%error, "the background could not read the journal")
                    }
                }
                tokio::select! {
                    // Not in an order by chance, or a simulation's seed would not run the same again.
                    biased;
                    () = push.inner.stop.cancelled() => return,
                    () = tokio::time::sleep(push.inner.knobs.background_tick) => {}
                }
            }
        })
    }
}
