//! Following an order live.

use super::{Trouble, Visit};
use crate::journal;
use database::DatabaseError;
use futures::stream::Stream;
use model::Outcome;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

impl Visit {
    /// An order's outcomes as they change, the present one first, until it is final. None: no
    /// such order.
    pub async fn follow(
        &self,
        receipt: &str,
    ) -> Result<Option<impl Stream<Item = Outcome> + Send + use<>>, Trouble> {
        let changes = self.store.push.changes();
        let mut db = self.store.db.reader().acquire().await?;
        let Some(order) = journal::by_receipt(&mut db, receipt).await? else {
            return Ok(None);
        };
        drop(db);
        let following = Following {
            visit: self.clone(),
            changes,
            key: order.key,
            told: false,
        };
        Ok(Some(futures::stream::unfold(
            Some(following),
            |following| async {
                let mut following = following?;
                if following.told {
                    following.changed().await?;
                }
                following.told = true;
                let outcome = following.visit.outcome_now(&following.key).await?;
                let more = (!outcome.is_final()).then_some(following);
                Some((outcome, more))
            },
        )))
    }

    async fn outcome_now(&self, key: &str) -> Option<Outcome> {
        let look = async {
            let mut db = self.store.db.reader().acquire().await?;
            let order = journal::by_key(&mut db, key).await?;
            drop(db);
            match order {
                Some(order) => Ok(Some(self.outcome_of(&order).await?)),
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
    changes: Receiver<String>,
    key: String,
    /// The present outcome was told; only changes are news.
    told: bool,
}

impl Following {
    /// Waits for a change of the order; none when the store stops.
    async fn changed(&mut self) -> Option<()> {
        loop {
            match self.changes.recv().await {
                Ok(changed) if changed == self.key => return Some(()),
                Ok(_) => {}
                // Too much happened to be told: look for oneself.
                Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
