//! Orders that are confirmed here and that EntMine lost: they are pushed again, under the number
//! that the customer was told.

use super::{Reconcile, ReconcileError, Reconciled};
use crate::erp::{Answered, Identity, Placed};
use crate::journal;
use crate::keys::OrderKey;
use database::DatabaseError;

#[derive(sqlx::FromRow)]
struct Lost {
    order_key: String,
    number: String,
    body: Vec<u8>,
}

impl Reconcile {
    /// Pushes again what the full pass that began at `began_ms` did not see; false where another
    /// replica took the comparison over meanwhile.
    pub(super) async fn bring_back(
        &self,
        identity: &Identity,
        began_ms: i64,
        mut held: Option<i64>,
        done: &mut Reconciled,
    ) -> Result<bool, ReconcileError> {
        let shared = self.push.shared();
        let marked = shared.db.write("store.lost", move |tx| {
            Box::pin(async move {
                let marked = sqlx::query(
                    "UPDATE orders SET lost = 1
                     WHERE state = 'confirmed' AND lost = 0 AND (seen_at IS NULL OR seen_at < $1)",
                )
                .bind(began_ms)
                .execute(tx)
                .await?;
                Ok::<_, DatabaseError>(marked.rows_affected())
            })
        });
        let marked = marked.await?;
        if marked > 0 {
            tracing::error!(
                orders = marked,
                "EntMine lost orders; they are pushed again"
            );
        }
        loop {
            let lost: Vec<Lost> = sqlx::query_as(
                "SELECT order_key, number, body FROM orders WHERE lost = 1 ORDER BY number LIMIT 50",
            )
            .fetch_all(shared.db.reader())
            .await?;
            if lost.is_empty() {
                return Ok(true);
            }
            for order in lost {
                held = self.hold(held).await?;
                if held.is_none() {
                    return Ok(false);
                }
                self.push_again(identity, order, done).await?;
            }
        }
    }

    async fn push_again(
        &self,
        identity: &Identity,
        order: Lost,
        done: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        let shared = self.push.shared();
        let now_ms = shared.clock.now_ms();
        let Some(key) = OrderKey::parse(&order.order_key) else {
            return Ok(());
        };
        let placed = self
            .push
            .place_again(key, &order.body, &order.number)
            .await?;
        let Answered { from, answer } = placed;
        if from != *identity {
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
        match &trouble {
            None => done.restored += 1,
            Some(_) => done.marked += 1,
        }
        shared
            .db
            .write("store.lost", move |tx| {
                Box::pin(async move {
                    sqlx::query("UPDATE orders SET lost = 0, seen_at = $2 WHERE order_key = $1")
                        .bind(&order.order_key)
                        .bind(now_ms)
                        .execute(&mut *tx)
                        .await?;
                    match trouble {
                        Some(why) => journal::mark(tx, &order.order_key, &why, now_ms).await?,
                        None => {
                            let what = "EntMine had lost it, and has it again";
                            journal::note(tx, &order.order_key, "reconciled", what, now_ms).await?;
                        }
                    }
                    Ok::<_, DatabaseError>(())
                })
            })
            .await?;
        Ok(())
    }
}
