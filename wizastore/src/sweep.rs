//! What goes by itself, because nobody needs it any more.

use crate::keys::first_of;
use crate::store::Store;
use crate::{db, journal, session};
use database::DatabaseError;

impl Store {
    /// Removes what nobody needs any more: carts that were idle for longer than a cart is kept, sessions that
    /// nobody comes back to, and of orders that ended long ago the attempts, and the customers' data where EntMine
    /// never had them; e-mails go with their copies ([`Store::forget_mails`]). Gives how many sessions went. It also
    /// looks whether the categories are those of the products.
    pub async fn sweep(&self) -> Result<u64, DatabaseError> {
        self.check_categories().await?;
        let mut sessions = 0;
        for kind in session::Swept::ALL {
            // A few at a time: customers wait for none of it.
            let mut swept = db::SWEPT;
            while swept >= db::SWEPT {
                swept = self.sweep_some(kind).await?;
                if matches!(kind, session::Swept::Idle | session::Swept::Gone) {
                    sessions += swept;
                }
            }
        }
        let mut after = Some(String::new());
        while let Some(from) = after {
            after = self.erase_unplaced(from).await?;
        }
        Ok(sessions)
    }

    /// Erases the customers' data of some orders that EntMine never had and that ended as long ago as their attempts go.
    /// What a person settled by hand may have been a sale, and stays. `after`: the last key that was looked at; gives
    /// where to go on.
    async fn erase_unplaced(&self, after: String) -> Result<Option<String>, DatabaseError> {
        let (now_ms, kept) = (self.clock.now_ms(), self.knobs.history_kept);
        let until_ms = now_ms - kept.as_millis() as i64;
        let why = format!(
            "it ended over {} days ago, without EntMine",
            kept.as_secs() / 86_400
        );
        self.db
            .write("store.sweep", move |tx| {
                Box::pin(async move {
                    let before = first_of(until_ms);
                    let between = (after.as_str(), before.as_str());
                    let (orders, last) = journal::unplaced(tx, between, until_ms, 50).await?;
                    for order in &orders {
                        // What is typed at the checkout now is of another order.
                        journal::erase_order(tx, order, &why, now_ms).await?;
                    }
                    Ok::<_, DatabaseError>(last)
                })
            })
            .await
    }

    async fn sweep_some(&self, kind: session::Swept) -> Result<u64, DatabaseError> {
        let (now_ms, knobs) = (self.clock.now_ms(), self.knobs.clone());
        self.db
            .write("store.sweep", move |tx| {
                Box::pin(
                    async move { Ok::<_, DatabaseError>(kind.sweep(tx, now_ms, &knobs).await?) },
                )
            })
            .await
    }
}
