//! Erasing a customer from orders that EntMine does not have. Of those that it has the store follows EntMine.

use super::act::{found, said};
use super::{Erased, OperatorError, Whose};
use crate::Store;
use crate::journal::{self, State, WholeOrder};
use std::collections::BTreeSet;

/// Orders that are looked at in one go.
const SOME: i64 = 50;

impl Store {
    /// Erases a customer's data from the orders that are meant and that have their end without EntMine. Those that are
    /// still under way keep them, and are named.
    ///
    /// # Errors
    /// [`OperatorError`]; of an e-mail address some orders may be erased then, and doing it again goes on.
    pub async fn erase(&self, whose: &Whose, reason: &str) -> Result<Erased, OperatorError> {
        let why = format!("an operator erased the customer's data: {}", said(reason)?);
        let keys = match whose {
            Whose::Order(which) => {
                let brief = self.record(which).await?.brief;
                if brief.state == State::Confirmed.as_str() {
                    return Err(OperatorError::Refused(
                        "EntMine has this order: erase its customer there, and the store follows within a minute"
                            .to_owned(),
                    ));
                }
                BTreeSet::from([brief.key])
            }
            Whose::Email(email) => self.orders_of(email).await?,
        };
        let mut done = Erased::default();
        for key in keys {
            self.erase_one(key, &why, &mut done).await?;
        }
        Ok(done)
    }

    /// The keys of a person's orders, but for confirmed and erased ones. Those under way are looked at first, because
    /// they may come to their end meanwhile.
    async fn orders_of(&self, email: &str) -> Result<BTreeSet<String>, OperatorError> {
        // EntMine compares addresses in the same way.
        let same = |email: &str| email.trim().to_lowercase();
        let email = same(email);
        if email.is_empty() {
            return Err(OperatorError::Refused(
                "say whose orders are meant".to_owned(),
            ));
        }
        let is_meant =
            |whole: &WholeOrder| !whole.order.erased && same(&whole.content.form().email) == email;
        let mut db = self.db.reader().acquire().await?;
        let under_way = journal::under_way(&mut db).await?;
        drop(db);
        let mut keys = BTreeSet::new();
        let mut add = |orders: Vec<WholeOrder>| {
            let meant = orders.into_iter().filter(is_meant);
            keys.extend(meant.map(|whole| whole.order.key));
        };
        add(under_way);
        for state in [State::Rejected, State::Cancelled, State::Settled] {
            let mut after = Some(String::new());
            while let Some(from) = after {
                let mut db = self.db.reader().acquire().await?;
                let (orders, last) = journal::ended_as(&mut db, state, &from, SOME).await?;
                after = last;
                add(orders);
            }
        }
        Ok(keys)
    }

    async fn erase_one(
        &self,
        key: String,
        why: &str,
        done: &mut Erased,
    ) -> Result<(), OperatorError> {
        let (now_ms, why, asked) = (self.clock.now_ms(), why.to_owned(), key.clone());
        let work = self.db.write("store.operator", move |tx| {
            Box::pin(async move {
                let state = found(tx, &asked).await?.standing.state;
                let ended = state.is_final() && state != State::Confirmed;
                let erased = ended && journal::erase(tx, &asked, &why, now_ms).await?;
                Ok::<_, OperatorError>((ended, erased))
            })
        });
        match work.await? {
            (true, true) => {
                self.push.notify(&key);
                done.erased.push(key);
            }
            (true, false) => {}
            (false, _) => done.open.push(key),
        }
        Ok(())
    }
}
