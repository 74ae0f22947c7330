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
}

impl EntMine {
    /// Changes an order's status and gives the one before. A cancelled order gives the stock that
    /// was promised to it back; a shipped one takes its pieces out of the warehouse. `actor` is who
    /// did it, as the audit names people: `staff:<name>`, or `entmine`.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether the status may have changed.
    pub async fn change_status(
        &self,
        number: &str,
        to: OrderStatus,
        actor: &str,
    ) -> Result<Result<OrderStatus, StatusRefused>, StorageError> {
        // What EntMine never wrote is not asked of the database either.
        let Some(number) = OrderNumber::parse(number) else {
            return Ok(Err(StatusRefused::UnknownOrder));
        };
        let (number, actor) = (number.to_string(), actor.to_owned());
        self.write("entmine.status", move |tx| {
            Box::pin(async move { change(tx, &number, to, &actor).await })
        })
        .await
    }
}

/// The steps of an order. Shipped and cancelled are ends.
fn is_allowed(from: OrderStatus, to: OrderStatus) -> bool {
    use OrderStatus::{Cancelled, New, OnHold, Picked, Shipped};
    let next: &[OrderStatus] = match from {
        New => &[OnHold, Picked, Cancelled],
        OnHold => &[New, Picked, Cancelled],
        Picked => &[Shipped, Cancelled],
        Shipped | Cancelled => &[],
    };
    next.contains(&to)
}

async fn change(
    tx: &mut Writing<'_>,
    number: &str,
    to: OrderStatus,
    actor: &str,
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
    if !is_allowed(from, to) {
        return Ok(Err(StatusRefused::NotAllowed { from, to }));
    }
    sqlx::query("UPDATE orders SET status = $1 WHERE number = $2")
        .bind(to.as_str())
        .bind(number)
        .execute(tx.conn())
        .await?;
    record(tx, number, &store, (from, to), actor).await?;
    match to {
        OrderStatus::Cancelled => stock::settle(tx, number, End::Cancelled).await?,
        OrderStatus::Shipped => stock::settle(tx, number, End::Shipped).await?,
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
    (from, to): (OrderStatus, OrderStatus),
    actor: &str,
) -> Result<(), StorageError> {
    let position = sequence::take(tx.conn(), "status", 1).await?;
    let now_ms = tx.now_ms;
    sqlx::query(
        "INSERT INTO status_changes (position, number, store, from_status, to_status, actor,
                                     changed_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(position)
    .bind(number)
    .bind(store)
    .bind(from.as_str())
    .bind(to.as_str())
    .bind(actor)
    .bind(now_ms)
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
                    is_allowed(from, to),
                    allowed.contains(&(from, to)),
                    "{from:?} {to:?}"
                );
            }
        }
    }
}
