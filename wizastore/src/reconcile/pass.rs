//! The passes over EntMine's listings.

use super::settle::settle_page;
use super::{Reconcile, ReconcileError, Reconciled};
use crate::erp::{Answered, CallError, Identity};
use crate::journal::{self, Following, Listing};
use crate::planted::{self, Bug};
use database::DatabaseError;
use model::OrderPage;

/// Orders asked for at once: a page is settled in one transaction, for which no customer should
/// wait long.
const PAGE: i64 = 100;
const WENT_BACK: &str = "EntMine was restored from a backup, or is another one";
/// More pages than any shop has; a listing that never ends is not EntMine's.
const MOST_PAGES: usize = 1_000_000;

impl Reconcile {
    /// The first contact: whoever answers is the EntMine that this store belongs to.
    pub(super) async fn introduce(&self) -> Result<Reconciled, ReconcileError> {
        let shared = self.push.shared();
        let Answered { from, .. } = shared.erp.orders(None, 1).await?;
        let following = shared
            .db
            .write("store.reconcile", move |tx| {
                Box::pin(async move {
                    journal::settle_on(tx, &from).await?;
                    Ok::<_, DatabaseError>(journal::following(tx).await?)
                })
            })
            .await?;
        match following {
            Some(following) => self.ordinary_pass(following).await,
            None => Ok(Reconciled::default()),
        }
    }

    /// Goes on from the cursors. An EntMine that is not the one of before, or that has fewer orders
    /// than before, stops the push.
    pub(super) async fn ordinary_pass(
        &self,
        following: Following,
    ) -> Result<Reconciled, ReconcileError> {
        let shared = self.push.shared();
        let mut done = Reconciled::default();
        let mut cursor = following.orders_cursor;
        let mut tail = following.orders_tail;
        for _ in 0..MOST_PAGES {
            let listed = shared.erp.orders(cursor.as_deref(), PAGE).await;
            let Answered { from, answer } = match (listed, &cursor) {
                (Ok(answered), _) => answered,
                // It does not know a cursor of its own: it went back, or is another one.
                (Err(CallError::Contradiction { .. }), Some(_)) => {
                    shared.erp.orders(None, 1).await?;
                    self.pause(WENT_BACK).await?;
                    return Ok(done);
                }
                (Err(error), _) => return Err(error.into()),
            };
            if from != following.identity {
                self.pause(WENT_BACK).await?;
                return Ok(done);
            }
            let on_page = answer.orders.len() as i64;
            if on_page < tail && answer.next.is_none() {
                self.pause("EntMine has fewer orders than before").await?;
                return Ok(done);
            }
            let next = answer.next.clone();
            self.settle(from, Listing::Orders, cursor.clone(), answer, &mut done)
                .await?;
            match next {
                Some(next) => (cursor, tail) = (Some(next), 0),
                None => return self.statuses(following.changes_cursor, done).await,
            }
        }
        Err(ReconcileError::Endless)
    }

    /// Goes on with the changes of status.
    async fn statuses(
        &self,
        mut cursor: Option<String>,
        mut done: Reconciled,
    ) -> Result<Reconciled, ReconcileError> {
        let shared = self.push.shared();
        for _ in 0..MOST_PAGES {
            let Answered { from, answer } = shared.erp.changes(cursor.as_deref(), PAGE).await?;
            let next = answer.next.clone();
            self.settle(from, Listing::Changes, cursor.clone(), answer, &mut done)
                .await?;
            match next {
                Some(next) => cursor = Some(next),
                None => return Ok(done),
            }
        }
        Err(ReconcileError::Endless)
    }

    /// Compares everything, then brings back what EntMine lost, then lets the push go on. One replica
    /// does it; another one takes over when it is gone.
    pub(super) async fn full_pass(&self) -> Result<Reconciled, ReconcileError> {
        let shared = self.push.shared();
        // Later than any earlier pass, also where the clock was set back since.
        let latest: Option<i64> = sqlx::query_scalar("SELECT MAX(seen_at) FROM orders")
            .fetch_one(shared.db.reader())
            .await?;
        let began_ms = shared.clock.now_ms().max(latest.unwrap_or_default() + 1);
        let mut done = Reconciled::default();
        let mut cursor: Option<String> = None;
        let mut now: Option<Identity> = None;
        let mut held = None;
        for _ in 0..MOST_PAGES {
            held = self.hold(held).await?;
            if held.is_none() {
                return Ok(done);
            }
            let Answered { from, answer } = shared.erp.orders(cursor.as_deref(), PAGE).await?;
            if now.get_or_insert_with(|| from.clone()) != &from {
                return Err(ReconcileError::Changed);
            }
            let next = answer.next.clone();
            let tail = answer.orders.len() as i64;
            self.settle_seen(answer, began_ms, &mut done).await?;
            if let Some(next) = next {
                cursor = Some(next);
                continue;
            }
            let back = planted::is(Bug::LostStaysLost)
                || self.bring_back(&from, began_ms, held, &mut done).await?;
            if back {
                self.resume(from, cursor, tail).await?;
                tracing::warn!(?done, "reconciled: orders are pushed again");
            }
            return Ok(done);
        }
        Err(ReconcileError::Endless)
    }

    /// Takes or keeps the comparison; the time until which it is this replica's, or none.
    pub(super) async fn hold(&self, held: Option<i64>) -> Result<Option<i64>, ReconcileError> {
        let shared = self.push.shared();
        let now_ms = shared.clock.now_ms();
        let until_ms = now_ms + shared.knobs.lease.as_millis() as i64;
        let work = shared.db.write("store.compare", move |tx| {
            Box::pin(async move {
                Ok::<_, DatabaseError>(journal::compare(tx, held, until_ms, now_ms).await?)
            })
        });
        Ok(work.await?.then_some(until_ms))
    }

    async fn resume(
        &self,
        identity: Identity,
        cursor: Option<String>,
        tail: i64,
    ) -> Result<(), ReconcileError> {
        let work = self.push.shared().db.write("store.resume", move |tx| {
            Box::pin(async move {
                journal::resume(tx, &identity, cursor.as_deref(), tail).await?;
                Ok::<_, DatabaseError>(())
            })
        });
        Ok(work.await?)
    }

    /// Settles a page of an ordinary pass and moves its cursor, together.
    async fn settle(
        &self,
        from: Identity,
        listing: Listing,
        cursor: Option<String>,
        page: OrderPage,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        let shared = self.push.shared();
        let now_ms = shared.clock.now_ms();
        let (keys, settled) = shared
            .db
            .write("store.reconcile", move |tx| {
                Box::pin(async move {
                    // Another replica may have seen meanwhile that this EntMine went back.
                    let now = journal::following(tx).await?;
                    if now.is_none_or(|now| now.paused.is_some() || now.identity != from) {
                        return Err(ReconcileError::Changed);
                    }
                    let settled = settle_page(tx, &page, now_ms).await?;
                    match (&page.next, listing) {
                        (Some(next), _) => {
                            journal::move_cursor(tx, listing, cursor.as_deref(), next).await?;
                        }
                        (None, Listing::Orders) => {
                            let tail = page.orders.len() as i64;
                            journal::set_tail(tx, cursor.as_deref(), tail).await?;
                        }
                        (None, Listing::Changes) => {}
                    }
                    Ok::<_, ReconcileError>(settled)
                })
            })
            .await?;
        self.told(&keys, settled, done);
        Ok(())
    }

    /// Settles a page of a full pass.
    async fn settle_seen(
        &self,
        page: OrderPage,
        began_ms: i64,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        let shared = self.push.shared();
        let work = shared.db.write("store.reconcile", move |tx| {
            Box::pin(async move { Ok::<_, DatabaseError>(settle_page(tx, &page, began_ms).await?) })
        });
        let (keys, settled) = work.await?;
        self.told(&keys, settled, done);
        Ok(())
    }

    fn told(&self, keys: &[String], settled: Reconciled, done: &mut Reconciled) {
        keys.iter().for_each(|key| self.push.tell(key));
        done.seen += settled.seen;
        done.confirmed += settled.confirmed;
        done.adopted += settled.adopted;
        done.statuses += settled.statuses;
        done.marked += settled.marked;
    }
}
