//! What an operator does to an order.

use super::{OperatorError, OrderRecord};
use crate::Store;
use crate::journal::{self, Happened, Order};
use sqlx::AnyConnection;

impl Store {
    /// Makes an order due now. One in quarantine goes back to being asked about, or, where its
    /// cancellation was wished for, to being cancelled.
    ///
    /// # Errors
    /// [`OperatorError`]; nothing was changed then.
    pub async fn retry_order(
        &self,
        which: &str,
        reason: &str,
    ) -> Result<OrderRecord, OperatorError> {
        let key = self.open_order(which).await?;
        let (now_ms, asked, reason) = (self.clock.now_ms(), key.clone(), said(reason)?);
        let work = self.db.write("store.operator", move |tx| {
            Box::pin(async move {
                let order = found(tx, &asked).await?;
                // From quarantine it goes back to being asked about; elsewhere it is only made due.
                let _ = journal::transition(tx, &order, Happened::Released, now_ms).await?;
                let detail = format!("retry: {reason}");
                journal::note(tx, &asked, "operator", &detail, now_ms).await?;
                Ok::<_, OperatorError>(())
            })
        });
        work.await?;
        self.push.retry(&key).await?;
        self.push.wait_settled(&key).await?;
        self.record(&key).await
    }

    /// Cancels an order that is not final, as its customer could.
    ///
    /// # Errors
    /// [`OperatorError`]; nothing was changed then.
    pub async fn void_order(
        &self,
        which: &str,
        reason: &str,
    ) -> Result<OrderRecord, OperatorError> {
        let key = self.open_order(which).await?;
        let why = format!("void: {}", said(reason)?);
        self.push.cancel(&key, "operator", &why).await?;
        self.record(&key).await
    }

    /// Ends an order in quarantine by hand, with a note of how. An order that has its end already and
    /// is marked for a person keeps its state and loses the mark.
    ///
    /// # Errors
    /// [`OperatorError`]; nothing was changed then.
    pub async fn settle_order(
        &self,
        which: &str,
        note: &str,
    ) -> Result<OrderRecord, OperatorError> {
        let record = self.show_order(which).await?;
        let brief = record.ok_or(OperatorError::Unknown)?.brief;
        let key = brief.key;
        let (now_ms, asked, note) = (self.clock.now_ms(), key.clone(), said(note)?);
        let work = self.db.write("store.operator", move |tx| {
            Box::pin(async move {
                let order = found(tx, &asked).await?;
                let settled = Happened::SettledByHand(&note);
                match journal::transition(tx, &order, settled, now_ms).await? {
                    Ok(_) => {}
                    Err(_) if order.attention.is_some() && order.state.is_final() => {
                        journal::unmark(tx, &asked, now_ms).await?;
                    }
                    Err(refused) => {
                        return Err(OperatorError::Refused(format!(
                            "only an order that waits for a person is settled by hand; this one is {}",
                            refused.state.as_str()
                        )));
                    }
                }
                let detail = format!("settled: {note}");
                journal::note(tx, &asked, "operator", &detail, now_ms).await?;
                Ok::<_, OperatorError>(())
            })
        });
        work.await?;
        self.push.tell(&key);
        self.record(&key).await
    }

    /// The key of an order that can still be moved.
    async fn open_order(&self, which: &str) -> Result<String, OperatorError> {
        let record = self.show_order(which).await?;
        let brief = record.ok_or(OperatorError::Unknown)?.brief;
        let state = journal::State::parse(&brief.state);
        if state.is_some_and(journal::State::is_final) {
            return Err(OperatorError::Refused(format!(
                "the order is {}, which is final",
                brief.state
            )));
        }
        Ok(brief.key)
    }

    async fn record(&self, key: &str) -> Result<OrderRecord, OperatorError> {
        self.show_order(key).await?.ok_or(OperatorError::Unknown)
    }
}

async fn found(tx: &mut AnyConnection, key: &str) -> Result<Order, OperatorError> {
    journal::by_key(tx, key)
        .await?
        .ok_or(OperatorError::Unknown)
}

/// A reason that somebody can read later.
fn said(text: &str) -> Result<String, OperatorError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(OperatorError::Refused(
            "say why: the reason is kept with the order".to_owned(),
        ));
    }
    Ok(text.chars().take(500).collect())
}
