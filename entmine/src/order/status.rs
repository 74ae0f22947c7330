//! What EntMine's staff do with an accepted order.

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

impl EntMine {
    /// Takes a step with an order and gives the status before. A cancelled order gives the stock that
    /// was promised to it back; a shipped one takes its pieces out of the warehouse.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the status may have changed.
    pub async fn take_step(
        &self,
        number: &str,
        step: OrderStep,
    ) -> Result<Result<OrderStatus, StatusRefused>, StorageError> {
        if needs_reason(step.to) && step.reason.trim().is_empty() {
            return Ok(Err(StatusRefused::NoReason));
        }
        self.change(number, step).await
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
        self.change(number, step).await
    }

    async fn change(
        &self,
        number: &str,
        step: OrderStep,
    ) -> Result<Result<OrderStatus, StatusRefused>, StorageError> {
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
        OrderStatus::New | OrderStatus::OnHold | OrderStatus::Picked => {}
    }
    let entry = audit::Entry {
        actor,
        event: "order.status",
        subject: &key,
        detail: &format!("{number}: {} -> {}", from.as_str(), to.as_str()),
    };
    audit::record(tx, entry).await?;
    Ok(Ok(from))
}

async fn record(
    tx: &mut Writing<'_>,
    number: &str,
    store: &str,
    from: OrderStatus,
    step: &OrderStep,
) -> Result<(), StorageError> {
    let position = sequence::take(tx.conn(), "status", 1).await?;
    let now_ms = tx.now_ms;
    sqlx::query(
        "INSERT INTO status_changes (position, number, store, from_status, to_status, actor,
                                     changed_at_ms, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(position)
    .bind(number)
    .bind(store)
    .bind(from.as_str())
    .bind(step.to.as_str())
    .bind(&step.actor)
    .bind(now_ms)
    .bind(step.reason.trim())
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
