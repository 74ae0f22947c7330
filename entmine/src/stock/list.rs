//! Reading the ledger, newest movements first.

use super::{Movement, MovementKind};
use crate::error::StorageError;
use crate::storage::EntMine;
use database::Conn;
use model::StockLevel;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Movements on one page.
const PAGE: i64 = 50;

/// Which movements are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovementQuery {
    /// Of this product; none for all.
    pub sku: Option<String>,
    pub kind: Option<MovementKind>,
    /// Those before this position; none from the newest on.
    pub before: Option<i64>,
}

/// A page of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movements {
    pub movements: Vec<Movement>,
    /// Go on before this position; none at the end.
    pub next: Option<i64>,
}

impl EntMine {
    /// The movements that are wanted, newest first, 50 at most.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn movements(&self, query: MovementQuery) -> Result<Movements, StorageError> {
        self.read(move |conn| Box::pin(async move { page(conn, query).await }))
            .await
    }
}

async fn page(conn: &mut Conn, query: MovementQuery) -> Result<Movements, StorageError> {
    let rows = sqlx::query(
        "SELECT * FROM stock_movements
         WHERE ($1 = '' OR sku = $1) AND ($2 = '' OR kind = $2) AND position < $3
         ORDER BY position DESC LIMIT $4",
    )
    // No SKU has a NUL, which PostgreSQL would not take.
    .bind(query.sku.unwrap_or_default().replace('\0', "?"))
    .bind(query.kind.map_or("", MovementKind::as_str))
    .bind(query.before.unwrap_or(i64::MAX))
    // One more than a page, to know whether there is more.
    .bind(PAGE + 1)
    .fetch_all(conn)
    .await?;
    let movements: Result<Vec<_>, _> = rows.iter().map(movement).collect();
    let mut movements = movements?;
    let more = movements.len() as i64 > PAGE;
    if more {
        movements.pop();
    }
    let next = movements.last().filter(|_| more).map(|last| last.position);
    Ok(Movements { movements, next })
}

/// What an order did to the stock, oldest first.
pub(crate) async fn movements_of_order(
    conn: &mut Conn,
    number: &str,
) -> Result<Vec<Movement>, StorageError> {
    let rows = sqlx::query("SELECT * FROM stock_movements WHERE number = $1 ORDER BY position")
        .bind(number)
        .fetch_all(conn)
        .await?;
    rows.iter().map(movement).collect()
}

/// The movement that a request made, if it did.
pub(super) async fn movement_of_request(
    conn: &mut Conn,
    request: &str,
) -> Result<Option<Movement>, StorageError> {
    let row = sqlx::query("SELECT * FROM stock_movements WHERE request_key = $1")
        .bind(request)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(movement).transpose()
}

fn movement(row: &AnyRow) -> Result<Movement, StorageError> {
    let kind: String = row.try_get("kind")?;
    let sku: String = row.try_get("sku")?;
    let (on_hand, reserved): (i64, i64) = (row.try_get("on_hand")?, row.try_get("reserved")?);
    Ok(Movement {
        position: row.try_get("position")?,
        kind: MovementKind::parse(&kind)
            .ok_or_else(|| StorageError::Unreadable(format!("movement {kind}")))?,
        on_hand_change: row.try_get("on_hand_change")?,
        reserved_change: row.try_get("reserved_change")?,
        level: StockLevel {
            sku: sku.clone(),
            on_hand,
            reserved,
            available: on_hand - reserved,
        },
        sku,
        actor: row.try_get("actor")?,
        reason: row.try_get("reason")?,
        number: row.try_get("number")?,
        at_ms: row.try_get("at_ms")?,
    })
}
