//! Orders that are confirmed here and that EntMine lost: they are sent again, under the number that the
//! customer was told. Each is a piece of work of its own, with a schedule of its own.

use super::pass::WENT_BACK;
use super::{Reconcile, ReconcileError, Reconciled};
use crate::erp::{Answered, CallError, Identity, Placed};
use crate::journal;
use crate::keys::OrderKey;
use database::Conn;
use database::DatabaseError;
use std::time::Duration;
use tokio::time::Instant;

/// One round takes no longer: the push may wait for it.
const ROUND: Duration = Duration::from_secs(30);
/// After so many failures in a row it is EntMine that fails, not one order: the round ends.
const IN_A_ROW: u32 = 3;
/// An order that could not be brought back so many times, over more than half an hour, needs a person.
const TELL_AFTER: i64 = 8;
pub(super) const STILL_LOST: &str =
    "EntMine lost this order and does not take it back; it is sent again and again";

#[derive(sqlx::FromRow)]
struct Lost {
    order_key: String,
    number: String,
    body: Vec<u8>,
    lost_tries: i64,
    erased_at: Option<i64>,
}

/// Orders that are looked at in one statement. A comparison is about all of them, of which there may be millions, and a
/// statement that takes long is ended by its database.
const STRETCH: i64 = 500;
/// After so many the comparison is said to go on: well within its lease.
const KEEP_AFTER: u32 = 20;

/// How far a look at all orders is.
#[derive(Default)]
pub(super) struct AllOrders {
    after: String,
    stretches: u32,
}

/// Some orders that come one after another by their keys.
#[derive(sqlx::FromRow)]
pub(super) struct Stretch {
    last_key: String,
    /// When the last one was seen.
    pub seen_at: Option<i64>,
}

/// Are there any?
pub(super) async fn any(db: &mut Conn) -> Result<bool, sqlx::Error> {
    let lost: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE lost = 1 LIMIT 1) AS first_one",
    )
    .fetch_one(db)
    .await?;
    Ok(lost > 0)
}

impl Reconcile {
    /// Writes down as lost what the full pass that began at `began_ms` did not see. `held`: the comparison.
    pub(super) async fn mark_lost(
        &self,
        began_ms: i64,
        held: &mut Option<i64>,
    ) -> Result<(), ReconcileError> {
        let (mut all, mut marked) = (AllOrders::default(), 0);
        while let Some((after, some)) = self.next_orders(&mut all, held).await? {
            let work = self.push.shared().db.write("store.lost", move |tx| {
                Box::pin(async move {
                    let marked = sqlx::query(
                        "UPDATE orders SET lost = 1, lost_tries = 0, lost_try_at = NULL
                         WHERE order_key > $1 AND order_key <= $2
                             AND state = 'confirmed' AND lost = 0 AND (seen_at IS NULL OR seen_at < $3)",
                    )
                    .bind(&after)
                    .bind(&some.last_key)
                    .bind(began_ms)
                    .execute(tx)
                    .await?;
                    Ok::<_, DatabaseError>(marked.rows_affected())
                })
            });
            marked += work.await?;
        }
        if marked > 0 {
            tracing::error!(orders = marked, "EntMine lost orders; they are sent again");
        }
        Ok(())
    }

    /// The next of all orders, and the key that they come after; none where there are no more. `held`: the comparison,
    /// which is kept meanwhile.
    pub(super) async fn next_orders(
        &self,
        all: &mut AllOrders,
        held: &mut Option<i64>,
    ) -> Result<Option<(String, Stretch)>, ReconcileError> {
        all.stretches += 1;
        if all.stretches.is_multiple_of(KEEP_AFTER) {
            self.keep(held).await?;
        }
        let stretch: Option<Stretch> = sqlx::query_as(
            "SELECT MAX(order_key) AS last_key, MAX(seen_at) AS seen_at
             FROM (SELECT order_key, seen_at FROM orders
                 WHERE order_key > $1 ORDER BY order_key LIMIT $2) AS stretch
             HAVING COUNT(*) > 0",
        )
        .bind(&all.after)
        .bind(STRETCH)
        .fetch_optional(self.push.shared().db.reader())
        .await?;
        Ok(stretch.map(|stretch| {
            let after = std::mem::replace(&mut all.after, stretch.last_key.clone());
            (after, stretch)
        }))
    }

    /// One round: sends again what is due, each order once. One that fails is tried again later, and
    /// the next one is taken. `held`: the comparison that has to be kept meanwhile, if there is one.
    pub(super) async fn bring_back(
        &self,
        identity: &Identity,
        held: &mut Option<i64>,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        let until = Instant::now() + ROUND;
        let mut in_a_row = 0;
        loop {
            let due = self.due().await?;
            if due.is_empty() {
                return Ok(());
            }
            for order in due {
                if in_a_row == IN_A_ROW || Instant::now() >= until {
                    return Ok(());
                }
                if held.is_some() {
                    self.keep(held).await?;
                }
                if !self.take_lost(&order).await? {
                    continue;
                }
                match self.send_again(identity, order, done).await? {
                    true => in_a_row = 0,
                    false => in_a_row += 1,
                }
            }
        }
    }

    async fn due(&self) -> Result<Vec<Lost>, ReconcileError> {
        let shared = self.push.shared();
        let due = sqlx::query_as(
            "SELECT order_key, number, body, lost_tries, erased_at FROM orders
             WHERE lost = 1 AND (lost_try_at IS NULL OR lost_try_at <= $1)
             ORDER BY number LIMIT 50",
        )
        .bind(shared.clock.now_ms())
        .fetch_all(shared.db.reader());
        Ok(due.await?)
    }

    /// Takes one for a try, unless another replica did; the next try is later.
    async fn take_lost(&self, order: &Lost) -> Result<bool, ReconcileError> {
        let shared = self.push.shared();
        let (key, tries, now_ms) = (
            order.order_key.clone(),
            order.lost_tries,
            shared.clock.now_ms(),
        );
        let wait = shared.knobs.background_wait(tries + 1, shared.dice.roll());
        let next_ms = now_ms + wait.as_millis() as i64;
        let taken = shared.db.write("store.lost", move |tx| {
            Box::pin(async move {
                let taken = sqlx::query(
                    "UPDATE orders SET lost_tries = lost_tries + 1, lost_try_at = $3
                     WHERE order_key = $1 AND lost = 1 AND lost_tries = $2",
                )
                .bind(&key)
                .bind(tries)
                .bind(next_ms)
                .execute(&mut *tx)
                .await?;
                if tries + 1 == TELL_AFTER {
                    journal::mark(tx, &key, STILL_LOST, now_ms).await?;
                }
                Ok::<_, DatabaseError>(taken.rows_affected() == 1)
            })
        });
        Ok(taken.await?)
    }

    /// Whether EntMine has decided about it.
    async fn send_again(
        &self,
        identity: &Identity,
        order: Lost,
        done: &mut Reconciled,
    ) -> Result<bool, ReconcileError> {
        let Some(key) = OrderKey::parse(&order.order_key) else {
            let why = "EntMine lost this order, and its key here is damaged";
            self.found(order, Some(why.to_owned()), done).await?;
            return Ok(true);
        };
        if order.erased_at.is_some() {
            let why = "EntMine lost this order, whose customer was erased; it cannot be sent again";
            self.found(order, Some(why.to_owned()), done).await?;
            return Ok(true);
        }
        let placed = self.push.place_again(key, &order.body, &order.number);
        let Answered { from, answer } = match placed.await {
            Ok(answered) => answered,
            Err(error) => {
                tracing::warn!(key = order.order_key, %error, "a lost order is not back yet");
                self.be_patient(order, error).await?;
                return Ok(false);
            }
        };
        if from != *identity {
            self.pause(WENT_BACK).await?;
            return Err(ReconcileError::Changed);
        }
        let trouble = match answer {
            Placed::Accepted(accepted) if accepted.number == order.number => None,
            Placed::Accepted(accepted) => Some(format!(
                "EntMine has this order as {}, its customer was told {}",
                accepted.number, order.number
            )),
            Placed::NumberTaken => Some(format!(
                "EntMine lost this order, and gave its number {} to another one",
                order.number
            )),
            Placed::Rejected(_) | Placed::Voided | Placed::KeyReused | Placed::Malformed { .. } => {
                Some("EntMine lost this order, and refuses to take it again".to_owned())
            }
        };
        self.found(order, trouble, done).await?;
        Ok(true)
    }

    /// Nothing is sent sooner than EntMine asked for.
    async fn be_patient(&self, order: Lost, error: CallError) -> Result<(), ReconcileError> {
        let CallError::NotApplied {
            retry_after: Some(patience),
            ..
        } = error
        else {
            return Ok(());
        };
        let shared = self.push.shared();
        let not_before = shared.clock.now_ms() + patience.as_millis() as i64;
        let work = shared.db.write("store.lost", move |tx| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE orders SET lost_try_at = $2 WHERE order_key = $1 AND lost_try_at < $2",
                )
                .bind(&order.order_key)
                .bind(not_before)
                .execute(tx)
                .await?;
                Ok::<_, DatabaseError>(())
            })
        });
        Ok(work.await?)
    }

    /// It is lost no more, or a person has to see to it.
    async fn found(
        &self,
        order: Lost,
        trouble: Option<String>,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        match &trouble {
            None => done.restored += 1,
            Some(_) => done.marked += 1,
        }
        let shared = self.push.shared();
        let now_ms = shared.clock.now_ms();
        let work = shared.db.write("store.lost", move |tx| {
            Box::pin(async move {
                let key = &order.order_key;
                sqlx::query(
                    "UPDATE orders SET lost = 0, lost_try_at = NULL, seen_at = $2 WHERE order_key = $1",
                )
                .bind(key)
                .bind(now_ms)
                .execute(&mut *tx)
                .await?;
                journal::unmark_of(tx, key, STILL_LOST, now_ms).await?;
                match trouble {
                    Some(why) => journal::mark(tx, key, &why, now_ms).await?,
                    None => {
                        let what = "EntMine had lost it, and has it again";
                        journal::note(tx, key, "reconciled", what, now_ms).await?;
                    }
                }
                Ok::<_, DatabaseError>(())
            })
        });
        Ok(work.await?)
    }
}
