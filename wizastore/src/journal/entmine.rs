//! The EntMine that this store belongs to, and whether the store waits for a reconciliation.

use crate::erp::Identity;
use sqlx::AnyConnection;

/// What the store knows about its EntMine.
#[derive(Clone, Debug)]
pub(crate) struct Following {
    pub identity: Identity,
    pub orders_cursor: Option<String>,
    /// Orders that were seen after the cursor.
    pub orders_tail: i64,
    pub changes_cursor: Option<String>,
    /// Why nothing is pushed.
    pub paused: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    instance: String,
    epoch: i64,
    orders_cursor: Option<String>,
    orders_tail: i64,
    changes_cursor: Option<String>,
    paused: Option<String>,
}

/// The EntMine that answers count of; none before the first one was heard.
pub(crate) async fn following(db: &mut AnyConnection) -> Result<Option<Following>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT instance, epoch, orders_cursor, orders_tail, changes_cursor, paused
         FROM entmine WHERE id = 1",
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Following {
        identity: Identity {
            instance: row.instance,
            epoch: row.epoch,
        },
        orders_cursor: row.orders_cursor,
        orders_tail: row.orders_tail,
        changes_cursor: row.changes_cursor,
        paused: row.paused,
    }))
}

/// The first EntMine that is heard is the one that this store belongs to.
pub(crate) async fn settle_on(
    tx: &mut AnyConnection,
    identity: &Identity,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO entmine (id, instance, epoch) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&identity.instance)
    .bind(identity.epoch)
    .execute(tx)
    .await
    .map(|_| ())
}

/// Stops the pushing until a reconciliation is done; whether it was going on until now.
pub(crate) async fn pause(tx: &mut AnyConnection, why: &str) -> Result<bool, sqlx::Error> {
    let paused = sqlx::query("UPDATE entmine SET paused = $1 WHERE id = 1 AND paused IS NULL")
        .bind(why)
        .execute(tx)
        .await?;
    Ok(paused.rows_affected() > 0)
}

/// Takes the full comparison for one replica until `until_ms`, or holds it for longer where `held`
/// is the time until which this one had it; whether it has it now.
pub(crate) async fn compare(
    tx: &mut AnyConnection,
    held: Option<i64>,
    until_ms: i64,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query(
        "UPDATE entmine SET compared_until = $1 WHERE id = 1 AND paused IS NOT NULL
         AND (compared_until IS NULL OR compared_until <= $2 OR compared_until = $3)",
    )
    .bind(until_ms)
    .bind(now_ms)
    .bind(held.unwrap_or(-1))
    .execute(tx)
    .await?;
    Ok(taken.rows_affected() > 0)
}

/// Goes on with the EntMine that was reconciled, if it is still the same pause.
pub(crate) async fn resume(
    tx: &mut AnyConnection,
    identity: &Identity,
    orders_cursor: Option<&str>,
    orders_tail: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE entmine SET instance = $1, epoch = $2, orders_cursor = $3, orders_tail = $4,
                changes_cursor = NULL, paused = NULL, compared_until = NULL
         WHERE id = 1",
    )
    .bind(&identity.instance)
    .bind(identity.epoch)
    .bind(orders_cursor)
    .bind(orders_tail)
    .execute(tx)
    .await
    .map(|_| ())
}

/// Which listing a cursor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    Orders,
    Changes,
}

/// Moves a cursor on, unless somebody else moved it meanwhile.
pub(crate) async fn move_cursor(
    tx: &mut AnyConnection,
    listing: Listing,
    from: Option<&str>,
    to: &str,
) -> Result<(), sqlx::Error> {
    let sql = match listing {
        Listing::Orders => {
            "UPDATE entmine SET orders_cursor = $1, orders_tail = 0
             WHERE id = 1 AND COALESCE(orders_cursor, '') = COALESCE($2, '')"
        }
        Listing::Changes => {
            "UPDATE entmine SET changes_cursor = $1
             WHERE id = 1 AND COALESCE(changes_cursor, '') = COALESCE($2, '')"
        }
    };
    sqlx::query(sql)
        .bind(to)
        .bind(from)
        .execute(tx)
        .await
        .map(|_| ())
}

/// Remembers how many orders were seen after the cursor: fewer next time means that EntMine lost
/// some.
pub(crate) async fn set_tail(
    tx: &mut AnyConnection,
    cursor: Option<&str>,
    tail: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE entmine SET orders_tail = $1
         WHERE id = 1 AND COALESCE(orders_cursor, '') = COALESCE($2, '') AND orders_tail < $1",
    )
    .bind(tail)
    .bind(cursor)
    .execute(tx)
    .await
    .map(|_| ())
}
