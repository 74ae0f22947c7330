//! What EntMine's staff do with an accepted order.

use super::detail::{OrderDetail, detail};
use super::number::OrderNumber;
use super::stock::{self, End};
use super::verdict;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use crate::{audit, sequence};
use model::OrderStatus;
use sqlx::Row;

/// Why an order's status stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusRefused {
    /// No store's order has this number.
    #[error("there is no order with this number")]
    UnknownOrder,
    /// The step is not among those that an order can take.
    #[error("an order that is '{}' cannot become '{}'", from.as_str(), to.as_str())]
    NotAllowed { from: OrderStatus, to: OrderStatus },
    /// Somebody else changed it since it was looked at.
    #[error("meanwhile the order became '{}'; please look at it again", now.as_str())]
    Changed { now: OrderStatus },
    /// The next person has to know why.
    #[error("this step needs a reason")]
    NoReason,
}

/// One step of an order.
#[derive(Clone, Debug)]
pub struct OrderStep {
    pub to: OrderStatus,
    /// The status that whoever takes the step saw; none where nobody looked.
    pub seen: Option<OrderStatus>,
    /// In their words, kept for ever and therefore without anything personal. Holding and
    /// cancelling need one.
    pub reason: String,
    /// `staff:<name>`, or `entmine`.
    pub actor: String,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stepped {
    /// The status before.
    pub before: OrderStatus,
    /// The order afterwards.
    pub order: OrderDetail,
}

impl EntMine {
    /// Takes a step with an order. A cancelled order gives the stock that was promised to it back; a
    /// shipped one takes its pieces out of the warehouse; a held one that is released or picked is
    /// promised what it lacks.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the status may have changed.
    pub async fn take_step(
        &self,
        number: &str,
        step: OrderStep,
    ) -> Result<Result<Stepped, StatusRefused>, StorageError> {
        if needs_reason(step.to) && step.reason.trim().is_empty() {
            return Ok(Err(StatusRefused::NoReason));
        }
        let Some(number) = OrderNumber::parse(number) else {
            return Ok(Err(StatusRefused::UnknownOrder));
        };
        let number = number.to_string();
        self.write("entmine.status", move |tx| {
            Box::pin(async move {
                let before = match change(tx, &number, &step).await? {
                    Ok(before) => before,
                    Err(refused) => return Ok(Err(refused)),
                };
                // The ledger is part of what is read.
                tx.write_lists().await?;
                // Read here: after the commit it could fail, and the step is taken all the same.
                let order = detail(tx.conn(), &number).await?;
                let order = order.ok_or(StorageError::Unreadable(number))?;
                Ok(Ok(Stepped { before, order }))
            })
        })
        .await
    }

    /// Changes an order's status without a word why, as programs do; otherwise as
    /// [`EntMine::take_step`].
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the status may have changed.
    pub async fn change_status(
        &self,
        number: &str,
        to: OrderStatus,
        actor: &str,
    ) -> Result<Result<OrderStatus, StatusRefused>, StorageError> {
        let step = OrderStep {
            to,
            seen: None,
            reason: String::new(),
            actor: actor.to_owned(),
        };
        // What EntMine never wrote is not asked of the database either.
        let Some(number) = OrderNumber::parse(number) else {
            return Ok(Err(StatusRefused::UnknownOrder));
        };
        let number = number.to_string();
        self.write("entmine.status", move |tx| {
            Box::pin(async move { change(tx, &number, &step).await })
        })
        .await
    }
}

/// Whether the next person has to know why an order became this.
pub fn needs_reason(to: OrderStatus) -> bool {
    match to {
        OrderStatus::OnHold | OrderStatus::Cancelled => true,
        OrderStatus::New | OrderStatus::Picked | OrderStatus::Shipped => false,
    }
}

/// The steps that an order can take. Shipped and cancelled are ends.
pub fn next_steps(from: OrderStatus) -> &'static [OrderStatus] {
    use OrderStatus::{Cancelled, New, OnHold, Picked, Shipped};
    match from {
        New => &[OnHold, Picked, Cancelled],
        OnHold => &[New, Picked, Cancelled],
        Picked => &[Shipped, Cancelled],
        Shipped | Cancelled => &[],
    }
}

async fn change(
    tx: &mut Writing<'_>,
    number: &str,
    step: &OrderStep,
) -> Result<Result<OrderStatus, StatusRefused>, StorageError> {
    let order = sqlx::query("SELECT key, store, status FROM orders WHERE number = $1")
        .bind(number)
        .fetch_optional(tx.conn())
        .await?;
    let Some(order) = order else {
        return Ok(Err(StatusRefused::UnknownOrder));
    };
    let (key, store): (String, String) = (order.try_get("key")?, order.try_get("store")?);
    let from = verdict::status_of(&order.try_get::<String, _>("status")?)?;
    let OrderStep {
        to,
        seen,
        reason,
        actor,
    } = step;
    let to = *to;
    if seen.is_some_and(|seen| seen != from) {
        return Ok(Err(StatusRefused::Changed { now: from }));
    }
    if !next_steps(from).contains(&to) {
        return Ok(Err(StatusRefused::NotAllowed { from, to }));
    }
    sqlx::query("UPDATE orders SET status = $1 WHERE number = $2")
        .bind(to.as_str())
        .bind(number)
        .execute(tx.conn())
        .await?;
    record(tx, number, &store, from, step).await?;
    match to {
        OrderStatus::Cancelled => stock::settle(tx, number, End::Cancelled, actor, reason).await?,
        OrderStatus::Shipped => stock::settle(tx, number, End::Shipped, actor, reason).await?,
        // Whoever goes on with a held order promises it the rest, also what is not there yet.
        OrderStatus::New | OrderStatus::Picked if from == OrderStatus::OnHold => {
            stock::promise_rest(tx, number, actor, reason).await?;
        }
        OrderStatus::New | OrderStatus::OnHold | OrderStatus::Picked => {}
    }
    let entry = audit::Entry {
        actor,
        event: "order.status",
        subject: &key,
        detail: &format!("{number}: {} -> {}", from.as_str(), to.as_str()),
    };
    tx.note(entry);
    Ok(Ok(from))
}

async fn record(
    tx: &mut Writing<'_>,
    number: &str,
    store: &str,
    from: OrderStatus,
    step: &OrderStep,
) -> Result<(), StorageError> {
    let change = Change {
        from,
        to: step.to,
        actor: &step.actor,
        reason: step.reason.trim(),
        erased: false,
    };
    insert_change(tx, number, store, change).await
}

/// Writes into the list of changes that an order's customer was erased, as part of the transaction
/// that did it.
pub(crate) async fn record_erasure(
    tx: &mut Writing<'_>,
    number: &str,
    store: &str,
    status: OrderStatus,
    actor: &str,
) -> Result<(), StorageError> {
    let change = Change {
        from: status,
        to: status,
        actor,
        reason: "",
        erased: true,
    };
    insert_change(tx, number, store, change).await
}

/// A row of the list of changes.
struct Change<'a> {
    from: OrderStatus,
    to: OrderStatus,
    actor: &'a str,
    reason: &'a str,
    erased: bool,
}

async fn insert_change(
    tx: &mut Writing<'_>,
    number: &str,
    store: &str,
    change: Change<'_>,
) -> Result<(), StorageError> {
    let position = sequence::take(tx.conn(), "status", 1).await?;
    let now_ms = tx.now_ms;
    sqlx::query(
        "INSERT INTO status_changes (position, number, store, from_status, to_status, actor,
                                     changed_at_ms, reason, erased)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(position)
    .bind(number)
    .bind(store)
    .bind(change.from.as_str())
    .bind(change.to.as_str())
    .bind(change.actor)
    .bind(now_ms)
    .bind(change.reason)
    .bind(i64::from(change.erased))
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderStatus::{Cancelled, New, OnHold, Picked, Shipped};

    #[test]
    fn an_order_takes_these_steps_and_no_others() {
        let allowed = [
            (New, OnHold),
            (New, Picked),
            (New, Cancelled),
            (OnHold, New),
            (OnHold, Picked),
            (OnHold, Cancelled),
            (Picked, Shipped),
            (Picked, Cancelled),
        ];
        let all = [New, OnHold, Picked, Shipped, Cancelled];
        for from in all {
            for to in all {
                assert_eq!(
                    next_steps(from).contains(&to),
                    allowed.contains(&(from, to)),
                    "{from:?} {to:?}"
                );
            }
        }
    }
}
