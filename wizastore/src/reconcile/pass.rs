//! The passes over EntMine's listings.

use super::lost::AllOrders;
use super::settle::{has_unknown, settle_page};
use super::{Reconcile, ReconcileError, Reconciled};
use crate::cart;
use crate::erp::{Answered, CallError, Identity};
use crate::journal::{self, Comparison, Following, Listing};
use database::DatabaseError;
use model::OrderPage;

/// Orders asked for at once: a page is settled in one transaction, for which no customer should
/// wait long.
const PAGE: i64 = 100;
pub(super) const WENT_BACK: &str = "EntMine was restored from a backup, or is another one";
/// More pages than any shop has; a listing that never ends is not EntMine's.
const MOST_PAGES: usize = 1_000_000;

/// What a page was asked for with.
struct Asked {
    listing: Listing,
    cursor: Option<String>,
    /// How many pages had been applied by then.
    pages: i64,
}

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
        let mut pages = following.pages;
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
            let asked = Asked {
                listing: Listing::Orders,
                cursor: cursor.clone(),
                pages,
            };
            if !self.settle(from, asked, answer, &mut done).await? {
                return Ok(done);
            }
            pages += 1;
            match next {
                Some(next) => (cursor, tail) = (Some(next), 0),
                None => return self.statuses(following.changes_cursor, pages, done).await,
            }
        }
        Err(ReconcileError::Endless)
    }

    /// Goes on with the changes of status.
    async fn statuses(
        &self,
        mut cursor: Option<String>,
        mut pages: i64,
        mut done: Reconciled,
    ) -> Result<Reconciled, ReconcileError> {
        let shared = self.push.shared();
        for _ in 0..MOST_PAGES {
            let Answered { from, answer } = shared.erp.changes(cursor.as_deref(), PAGE).await?;
            let next = answer.next.clone();
            let asked = Asked {
                listing: Listing::Changes,
                cursor: cursor.clone(),
                pages,
            };
            if !self.settle(from, asked, answer, &mut done).await? {
                return Ok(done);
            }
            pages += 1;
            match next {
                Some(next) => cursor = Some(next),
                None => return Ok(done),
            }
        }
        Err(ReconcileError::Endless)
    }

    /// Compares everything, sends what EntMine lost again, and lets the push go on. One replica does
    /// it; another one takes over when it is gone.
    pub(super) async fn full_pass(&self) -> Result<Reconciled, ReconcileError> {
        let mut held = self.hold(None).await?;
        let mut done = Reconciled::default();
        if held.is_none() {
            return Ok(done);
        }
        let end = self.compare(&mut held, &mut done).await;
        if let (Err(_), Some(held)) = (&end, held) {
            let work = self.push.shared().db.write("store.compare", move |tx| {
                Box::pin(async move { Ok::<_, DatabaseError>(journal::let_go(tx, held).await?) })
            });
            work.await?;
        }
        end.map(|()| done)
    }

    async fn compare(
        &self,
        held: &mut Option<i64>,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        let shared = self.push.shared();
        let mut so_far = {
            let mut db = shared.db.reader().acquire().await?;
            let following = journal::following(&mut db).await?;
            following.and_then(|following| following.comparison)
        };
        for _ in 0..MOST_PAGES {
            let cursor = so_far.as_ref().and_then(|at| at.cursor.clone());
            let listed = shared.erp.orders(cursor.as_deref(), PAGE).await;
            if matches!(listed, Err(CallError::Contradiction { .. })) && cursor.is_some() {
                self.note_comparison(held, None).await?;
                return Err(ReconcileError::Changed);
            }
            let Answered { from, answer } = listed?;
            let mut at = match so_far {
                Some(at) if at.identity == from => at,
                Some(_) => {
                    self.note_comparison(held, None).await?;
                    return Err(ReconcileError::Changed);
                }
                None => Comparison {
                    identity: from,
                    began_ms: self.later_than_any_pass(held).await?,
                    cursor: None,
                },
            };
            let (next, tail) = (answer.next.clone(), answer.orders.len() as i64);
            self.settle_seen(answer, at.began_ms, done).await?;
            if next.is_some() {
                at.cursor = next;
                self.note_comparison(held, Some(at.clone())).await?;
                so_far = Some(at);
                continue;
            }
            self.mark_lost(at.began_ms, held).await?;
            self.bring_back(&at.identity, held, done).await?;
            if self.resume(*held, at, tail).await? {
                tracing::warn!(?done, "reconciled: orders are pushed again");
            }
            return Ok(());
        }
        Err(ReconcileError::Endless)
    }

    /// A time that is later than any earlier pass, also where the clock was set back since.
    async fn later_than_any_pass(&self, held: &mut Option<i64>) -> Result<i64, ReconcileError> {
        let (mut all, mut latest) = (AllOrders::default(), 0);
        while let Some((_, some)) = self.next_orders(&mut all, held).await? {
            latest = latest.max(some.seen_at.unwrap_or_default());
        }
        Ok(self.push.shared().clock.now_ms().max(latest + 1))
    }

    /// Keeps the comparison, and writes down how far it is.
    async fn note_comparison(
        &self,
        held: &mut Option<i64>,
        at: Option<Comparison>,
    ) -> Result<(), ReconcileError> {
        let until_ms = self.keep(held).await?;
        let work = self.push.shared().db.write("store.compare", move |tx| {
            Box::pin(async move {
                let set = journal::set_comparison(tx, until_ms, at.as_ref()).await?;
                Ok::<_, DatabaseError>(set)
            })
        });
        match work.await? {
            true => Ok(()),
            false => Err(ReconcileError::Changed),
        }
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

    /// Keeps the comparison for longer; the time until which it is this replica's.
    pub(super) async fn keep(&self, held: &mut Option<i64>) -> Result<i64, ReconcileError> {
        *held = self.hold(*held).await?;
        held.ok_or(ReconcileError::Changed)
    }

    /// Whether the comparison was still held.
    async fn resume(
        &self,
        held: Option<i64>,
        at: Comparison,
        tail: i64,
    ) -> Result<bool, ReconcileError> {
        let Some(held) = held else {
            return Ok(false);
        };
        let work = self.push.shared().db.write("store.resume", move |tx| {
            Box::pin(async move {
                let (identity, cursor) = (&at.identity, at.cursor.as_deref());
                let resumed = journal::resume(tx, held, identity, cursor, tail).await?;
                Ok::<_, DatabaseError>(resumed)
            })
        });
        Ok(work.await?)
    }

    /// Settles a page of an ordinary pass and moves its cursor, together. False, and nothing done,
    /// where another page was applied since this one was asked for: what it says of an order may be
    /// newer.
    async fn settle(
        &self,
        from: Identity,
        asked: Asked,
        page: OrderPage,
        done: &mut Reconciled,
    ) -> Result<bool, ReconcileError> {
        self.rekey_before_adopting(&page, done).await?;
        let shared = self.push.shared();
        let (ids, now_ms) = (shared.ids.clone(), shared.clock.now_ms());
        let settled = shared
            .db
            .write("store.reconcile", move |tx| {
                Box::pin(async move {
                    // Another replica may have seen meanwhile that this EntMine went back.
                    let now = journal::following(tx).await?;
                    if now.is_none_or(|now| now.paused.is_some() || now.identity != from) {
                        return Err(ReconcileError::Changed);
                    }
                    if !journal::count_page(tx, asked.pages).await? {
                        return Ok(None);
                    }
                    let settled = settle_page(tx, &ids, &page, now_ms).await?;
                    let (listing, cursor) = (asked.listing, asked.cursor.as_deref());
                    match (&page.next, listing) {
                        (Some(next), _) => journal::move_cursor(tx, listing, cursor, next).await?,
                        (None, Listing::Orders) => {
                            let tail = page.orders.len() as i64;
                            journal::set_tail(tx, cursor, tail).await?;
                        }
                        (None, Listing::Changes) => {}
                    }
                    Ok::<_, ReconcileError>(Some(settled))
                })
            })
            .await?;
        let Some((keys, settled)) = settled else {
            return Ok(false);
        };
        self.told(&keys, settled, done);
        Ok(true)
    }

    /// Settles a page of a full pass.
    async fn settle_seen(
        &self,
        page: OrderPage,
        began_ms: i64,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        self.rekey_before_adopting(&page, done).await?;
        let shared = self.push.shared();
        let ids = shared.ids.clone();
        let work = shared.db.write("store.reconcile", move |tx| {
            Box::pin(async move {
                Ok::<_, DatabaseError>(settle_page(tx, &ids, &page, began_ms).await?)
            })
        });
        let (keys, settled) = work.await?;
        self.told(&keys, settled, done);
        Ok(())
    }

    /// A store that does not know an order of EntMine's was restored from a backup: its open carts may carry
    /// keys that were used since, for orders that EntMine lists or refused. Before the first order of a
    /// pass is adopted they get new ones; those that are made later are new anyway.
    async fn rekey_before_adopting(
        &self,
        page: &OrderPage,
        done: &Reconciled,
    ) -> Result<(), ReconcileError> {
        let shared = self.push.shared();
        let mut db = shared.db.reader().acquire().await?;
        if done.adopted > 0 || !has_unknown(&mut db, page).await? {
            return Ok(());
        }
        drop(db);
        let carts = cart::rekey_all(&shared.db, &shared.ids).await?;
        tracing::warn!(
            carts,
            "EntMine has orders that this store does not know: open carts got new keys"
        );
        Ok(())
    }

    fn told(&self, keys: &[String], settled: Reconciled, done: &mut Reconciled) {
        keys.iter().for_each(|key| self.push.notify(key));
        done.seen += settled.seen;
        done.confirmed += settled.confirmed;
        done.adopted += settled.adopted;
        done.statuses += settled.statuses;
        done.marked += settled.marked;
    }
}
