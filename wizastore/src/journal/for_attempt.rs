//! An order with all that decides about an attempt.

use super::entmine::{Ours, OursRow};
use super::order::{Order, OrderRow, select_order};
use database::{Change, Conn};
use sqlx::FromRow;
use sqlx::any::AnyRow;

/// An order that an attempt may take. Nearly every one is taken and sent then, so its body comes with it.
pub(super) struct ToClaim {
    pub order: Order,
    pub body: Vec<u8>,
    /// The EntMine that answers count of; none before the first one was heard.
    pub ours: Option<Ours>,
}

#[derive(sqlx::FromRow)]
struct ToClaimRow {
    #[sqlx(flatten)]
    order: OrderRow,
    body: Vec<u8>,
    #[sqlx(flatten)]
    ours: OursRow,
}

pub(super) async fn to_claim(db: &mut Conn, key: &str) -> Result<Option<ToClaim>, sqlx::Error> {
    let row: Option<ToClaimRow> = sqlx::query_as(select_order!(
        ", body, instance AS our_instance, epoch AS our_epoch, paused AS our_pause",
        "LEFT JOIN entmine ON id = 1 WHERE order_key = $1"
    ))
    .bind(key)
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(ToClaim {
        order: row.order.try_into()?,
        body: row.body,
        ours: row.ours.into(),
    }))
}

/// An order with all else that decides about what became of an attempt.
pub(crate) struct ForAttempt {
    pub order: Order,
    /// The EntMine that answers count of; none before the first one was heard.
    pub ours: Option<Ours>,
    /// The number that was asked about is another order's.
    pub number_taken: bool,
}

#[derive(sqlx::FromRow)]
struct ForAttemptRow {
    #[sqlx(flatten)]
    order: OrderRow,
    #[sqlx(flatten)]
    ours: OursRow,
    number_taken: i64,
}

/// An order as an attempt's end finds it, and whether another one has this `number`.
pub(crate) async fn for_attempt(
    db: &mut Conn,
    key: &str,
    number: Option<&str>,
) -> Result<Option<ForAttempt>, sqlx::Error> {
    let rows = ask_for_attempt(key, number).fetch_all(db).await?;
    ForAttempt::read(rows.first())
}

/// The question that [`ForAttempt::read`] has the answer to.
pub(crate) fn ask_for_attempt(key: &str, number: Option<&str>) -> Change<'static> {
    sqlx::query(select_order!(
        ", instance AS our_instance, epoch AS our_epoch, paused AS our_pause,
         (SELECT COUNT(*) FROM orders o WHERE o.number = $2 AND o.order_key <> $1)
         + (SELECT COUNT(*) FROM adopted a WHERE a.number = $2 AND a.order_key <> $1) AS number_taken",
        "LEFT JOIN entmine ON id = 1 WHERE order_key = $1"
    ))
    .bind(key.to_owned())
    .bind(number.map(str::to_owned))
}

impl ForAttempt {
    /// Nothing where there is no such order.
    pub(crate) fn read(row: Option<&AnyRow>) -> Result<Option<Self>, sqlx::Error> {
        let Some(row) = row else {
            return Ok(None);
        };
        let row = ForAttemptRow::from_row(row)?;
        Ok(Some(Self {
            order: row.order.try_into()?,
            ours: row.ours.into(),
            number_taken: row.number_taken > 0,
        }))
    }
}
