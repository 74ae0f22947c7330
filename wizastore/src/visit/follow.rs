//! Following an order live: its page hears of every change, until the order has its end.

use super::{Trouble, Visit};
use crate::journal;
use crate::push::{Subscription, look_on};
use database::DatabaseError;
use futures::stream::Stream;
use model::Outcome;

impl Visit {
    /// An order's outcomes as they change, the present one first, until it is final. None: no
    /// such order.
    pub async fn follow(
        &self,
        receipt: &str,
    ) -> Result<Option<impl Stream<Item = Outcome> + Send + use<>>, Trouble> {
        let mut db = self.store.db.reader().acquire().await?;
        let Some(order) = journal::by_receipt(&mut db, receipt).await? else {
            return Ok(None);
        };
        drop(db);
        let following = Following {
            visit: self.clone(),
            events: self.store.push.subscribe(&order.key),
            key: order.key,
            told: None,
        };
        Ok(Some(futures::stream::unfold(
            Some(following),
            |following| async {
                let mut following = following?;
                let outcome = loop {
                    if following.told.is_some() {
                        following.changed().await;
                    }
                    let (outcome, over) = following.visit.outcome_now(&following.key).await?;
                    if over || !same_news(following.told.as_ref(), &outcome) {
                        break (outcome, over);
                    }
                };
                let (outcome, over) = outcome;
                following.told = Some(outcome.clone());
                Some((outcome, (!over).then_some(following)))
            },
        )))
    }

    /// Whether an order has its end, so that nothing more will be told of it.
    ///
    /// # Errors
    /// [`Trouble`] where the journal does not answer.
    pub async fn is_over(&self, receipt: &str) -> Result<bool, Trouble> {
        let mut db = self.store.db.reader().acquire().await?;
        let order = journal::by_receipt(&mut db, receipt).await?;
        Ok(order.is_some_and(|order| order.standing.state.is_final()))
    }

    /// The outcome, and whether it is the last one: also an order that was ended by hand has its end,
    /// although its customer reads that it is under review.
    async fn outcome_now(&self, key: &str) -> Option<(Outcome, bool)> {
        let look = async {
            let mut db = self.store.db.reader().acquire().await?;
            let order = journal::by_key(&mut db, key).await?;
            drop(db);
            match order {
                Some(order) => Ok(Some((
                    self.outcome_of(&order).await?,
                    order.standing.state.is_final(),
                ))),
                None => Ok(None),
            }
        };
        look.await
            .map_err(|error: DatabaseError| Trouble::from(error))
            .ok()
            .flatten()
    }
}

/// Somebody who follows an order.
struct Following {
    visit: Visit,
    events: Subscription,
    key: String,
    /// What was told last; only changes are news.
    told: Option<Outcome>,
}

impl Following {
    /// Waits for a change of the order.
    async fn changed(&mut self) {
        let look = look_on(self.visit.store.db.engine());
        self.events.changed(look).await;
    }
}

/// A wait that has grown shorter is no news.
fn same_news(told: Option<&Outcome>, now: &Outcome) -> bool {
    match (told, now) {
        (
            Some(Outcome::Safe {
                next_try_in_ms: told,
                ..
            }),
            Outcome::Safe {
                next_try_in_ms: now,
                ..
            },
        ) => now <= told && *now > 0,
        // Nor that the last try is longer ago.
        (
            Some(Outcome::Checking {
                asked_ms_ago: told, ..
            }),
            Outcome::Checking {
                asked_ms_ago: now, ..
            },
        ) => now >= told,
        (Some(told), now) => told == now,
        (None, _) => false,
    }
}
