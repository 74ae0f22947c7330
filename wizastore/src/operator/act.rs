//! What an operator does to an order.

use super::{OperatorError, OrderRecord};
use crate::Store;
use crate::clock::rfc3339;
use crate::journal::{self, Happened, Order};
use database::Conn;

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
        let ids = self.ids.clone();
        let work = self.db.write("store.operator", move |tx| {
            Box::pin(async move {
                let order = found(tx, &asked).await?;
                // From quarantine it goes back to being asked about; elsewhere it is only made due.
                let _ = journal::transition(tx, &ids, &order, Happened::Released, now_ms).await?;
                let detail = format!("retry: {reason}");
                journal::note(tx, &asked, "operator", &detail, now_ms).await?;
                Ok::<_, OperatorError>(())
            })
        });
        work.await?;
        self.push.notify(&key);
        let before = self.record(&key).await?.brief.attempts;
        self.push.retry(&key).await?;
        self.push.wait_settled(&key).await?;
        let record = self.record(&key).await?;
        match record.brief.attempts == before && !is_final(&record) {
            true => Err(OperatorError::NotNow(self.why_not_now(&key).await?)),
            false => Ok(record),
        }
    }

    /// Why an order that was made due is not tried at once.
    async fn why_not_now(&self, key: &str) -> Result<String, OperatorError> {
        let mut db = self.db.reader().acquire().await?;
        let order = found(&mut db, key).await?;
        let following = journal::following(&mut db).await?;
        drop(db);
        let now_ms = self.clock.now_ms();
        let patience = order.standing.not_before.filter(|until| *until > now_ms);
        Ok(
            if following.is_some_and(|following| following.paused.is_some()) {
                "nothing is sent until the orders are reconciled with EntMine".to_owned()
            } else if let Some(until) = patience {
                format!("EntMine asked to be left alone until {}", rfc3339(until))
            } else if let Some(held_ms) = self.push.held_for() {
                let seconds = held_ms / 1_000 + 1;
                format!(
                    "EntMine does not answer and was asked a moment ago; it is asked again in {seconds} s"
                )
            } else {
                "EntMine is being asked about other orders; it is tried in a few seconds".to_owned()
            },
        )
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
        let key = self.record(which).await?.brief.key;
        let (now_ms, asked, note) = (self.clock.now_ms(), key.clone(), said(note)?);
        let ids = self.ids.clone();
        let work = self.db.write("store.operator", move |tx| {
            Box::pin(async move {
                let order = found(tx, &asked).await?;
                let settled = Happened::SettledByHand(&note);
                match journal::transition(tx, &ids, &order, settled, now_ms).await? {
                    Ok(_) => {}
                    Err(_) if order.standing.attention.is_some() && order.standing.state.is_final() => {
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
        self.push.notify(&key);
        self.record(&key).await
    }

    /// The key of an order that can still be moved.
    async fn open_order(&self, which: &str) -> Result<String, OperatorError> {
        let record = self.record(which).await?;
        match is_final(&record) {
            true => Err(OperatorError::Refused(format!(
                "the order is {}, which is final",
                record.brief.state
            ))),
            false => Ok(record.brief.key),
        }
    }

    pub(super) async fn record(&self, which: &str) -> Result<OrderRecord, OperatorError> {
        self.show_order(which).await?.ok_or(OperatorError::Unknown)
    }
}

fn is_final(record: &OrderRecord) -> bool {
    journal::State::parse(&record.brief.state).is_some_and(journal::State::is_final)
}

pub(super) async fn found(tx: &mut Conn, key: &str) -> Result<Order, OperatorError> {
    journal::by_key(tx, key)
        .await?
        .ok_or(OperatorError::Unknown)
}

/// A reason that somebody can read later.
pub(super) fn said(text: &str) -> Result<String, OperatorError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(OperatorError::Refused(
            "say why: the reason is kept with the order".to_owned(),
        ));
    }
    Ok(text.chars().take(500).collect())
}
