//! Erasing customers' data of orders that EntMine never had. Of those that it has the store follows EntMine.

use super::act::{found, said};
use super::{Erased, OperatorError, Whose};
use crate::Store;
use crate::journal::{self, Order, State};
use crate::session::first_of;
use database::DatabaseError;

/// Orders that are looked at, or erased, in one go.
const SOME: i64 = 50;

impl Store {
    /// Erases a customer's data from the orders that are meant and that EntMine never had. Those that are still under
    /// way keep them, and are named.
    ///
    /// # Errors
    /// [`OperatorError`]; of an e-mail address some orders may be erased then, and doing it again goes on.
    pub async fn erase(&self, whose: &Whose, reason: &str) -> Result<Erased, OperatorError> {
        let why = format!("an operator erased the customer's data: {}", said(reason)?);
        let mut done = Erased::default();
        match whose {
            Whose::Order(which) => {
                let record = self.show_order(which).await?;
                let key = record.ok_or(OperatorError::Unknown)?.brief.key;
                let mut db = self.db.reader().acquire().await?;
                let order = found(&mut db, &key).await?;
                drop(db);
                match order.standing.state {
                    State::Confirmed => {
                        return Err(OperatorError::Refused(
                            "EntMine has this order: erase its customer there, and the store follows within a minute"
                                .to_owned(),
                        ));
                    }
                    _ => self.erase_one(&order, &why, &mut done).await?,
                }
            }
            Whose::Email(email) => {
                for state in State::ALL {
                    if state != State::Confirmed {
                        self.erase_all_of(state, email, &why, &mut done).await?;
                    }
                }
            }
        }
        Ok(done)
    }

    async fn erase_all_of(
        &self,
        state: State,
        email: &str,
        why: &str,
        done: &mut Erased,
    ) -> Result<(), OperatorError> {
        let email = email.trim().to_lowercase();
        let mut after = String::new();
        loop {
            let mut db = self.db.reader().acquire().await?;
            let orders = journal::of_state(&mut db, state, &after, SOME).await?;
            drop(db);
            let Some(last) = orders.last() else {
                return Ok(());
            };
            after.clone_from(&last.key);
            for order in &orders {
                // EntMine compares addresses in the same way.
                if !order.erased && order.form().email.trim().to_lowercase() == email {
                    self.erase_one(order, why, done).await?;
                }
            }
        }
    }

    async fn erase_one(
        &self,
        order: &Order,
        why: &str,
        done: &mut Erased,
    ) -> Result<(), OperatorError> {
        let key = order.key.clone();
        if !order.standing.state.is_final() {
            done.open.push(key);
            return Ok(());
        }
        let (now_ms, why, order) = (self.clock.now_ms(), why.to_owned(), order.clone());
        let work = self.db.write("store.operator", move |tx| {
            Box::pin(async move {
                let erased = journal::erase(tx, &order, &why, now_ms).await?;
                Ok::<_, DatabaseError>(erased)
            })
        });
        if work.await? {
            self.push.notify(&key);
            done.erased.push(key);
        }
        Ok(())
    }

    /// Erases the customers' data of some rejected and cancelled orders that are as old as attempts get; gives how
    /// many. What a person settled by hand may have been a sale, and stays.
    pub(crate) async fn erase_unplaced(&self) -> Result<u64, DatabaseError> {
        let (now_ms, kept) = (self.clock.now_ms(), self.knobs.history_kept);
        let until_ms = now_ms - kept.as_millis() as i64;
        let why = format!(
            "EntMine never had it, and it is over {} days old",
            kept.as_secs() / 86_400
        );
        self.db
            .write("store.sweep", move |tx| {
                Box::pin(async move {
                    let before = first_of(until_ms);
                    let orders = journal::unplaced(tx, &before, until_ms, SOME).await?;
                    for order in &orders {
                        journal::erase(tx, order, &why, now_ms).await?;
                    }
                    Ok::<_, DatabaseError>(orders.len() as u64)
                })
            })
            .await
    }
}
