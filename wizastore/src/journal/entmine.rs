//! The EntMine that this store belongs to, and whether the store waits for a reconciliation.

use crate::erp::Identity;
use database::Conn;

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
    /// Pages that were applied so far.
    pub pages: i64,
    /// How far the full comparison of the pause is.
    pub comparison: Option<Comparison>,
}

/// A full comparison under way.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    pub identity: Identity,
    /// Later than anything that was seen before it.
    pub began_ms: i64,
    /// Where the listing goes on.
    pub cursor: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    instance: String,
    epoch: i64,
    orders_cursor: Option<String>,
    orders_tail: i64,
    changes_cursor: Option<String>,
    paused: Option<String>,
    pages: i64,
    compared_instance: Option<String>,
    compared_epoch: Option<i64>,
    compared_began: Option<i64>,
    compared_cursor: Option<String>,
}

/// The EntMine that answers count of, as far as an attempt has to know.
#[derive(Clone, Debug)]
pub(crate) struct Ours {
    pub identity: Identity,
    /// Nothing is pushed: the store waits for a reconciliation.
    pub paused: bool,
}

/// The same beside another row.
#[derive(sqlx::FromRow)]
pub(super) struct OursRow {
    our_instance: Option<String>,
    our_epoch: Option<i64>,
    our_pause: Option<String>,
}

impl From<OursRow> for Option<Ours> {
    fn from(row: OursRow) -> Self {
        let (instance, epoch) = row.our_instance.zip(row.our_epoch)?;
        Some(Ours {
            identity: Identity { instance, epoch },
            paused: row.our_pause.is_some(),
        })
    }
}

/// The EntMine that answers count of; none before the first one was heard.
pub(crate) async fn following(db: &mut Conn) -> Result<Option<Following>, sqlx::Error> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT instance, epoch, orders_cursor, orders_tail, changes_cursor, paused, pages,
                compared_instance, compared_epoch, compared_began, compared_cursor
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
        pages: row.pages,
        comparison: match (
            row.compared_instance,
            row.compared_epoch,
            row.compared_began,
        ) {
            (Some(instance), Some(epoch), Some(began_ms)) => Some(Comparison {
                identity: Identity { instance, epoch },
                began_ms,
                cursor: row.compared_cursor,
            }),
            (_, _, _) => None,
        },
    }))
}

/// The first EntMine that is heard is the one that this store belongs to.
pub(crate) async fn settle_on(tx: &mut Conn, identity: &Identity) -> Result<(), sqlx::Error> {
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
pub(crate) async fn pause(tx: &mut Conn, why: &str) -> Result<bool, sqlx::Error> {
    let paused = sqlx::query(
        "UPDATE entmine SET paused = $1, compared_until = NULL, compared_instance = NULL,
                compared_epoch = NULL, compared_began = NULL, compared_cursor = NULL
         WHERE id = 1 AND paused IS NULL",
    )
    .bind(why)
    .execute(tx)
    .await?;
    Ok(paused.rows_affected() > 0)
}

/// Takes the full comparison for one replica until `until_ms`, or holds it for longer where `held`
/// is the time until which this one had it; whether it has it now.
pub(crate) async fn compare(
    tx: &mut Conn,
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

/// Gives the comparison up, so that it need not wait for its time to run out.
pub(crate) async fn let_go(tx: &mut Conn, held: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE entmine SET compared_until = NULL WHERE id = 1 AND compared_until = $1")
        .bind(held)
        .execute(tx)
        .await
        .map(|_| ())
}

/// Writes down how far the comparison is, or that it has to begin anew; whether it is still held.
pub(crate) async fn set_comparison(
    tx: &mut Conn,
    held: i64,
    comparison: Option<&Comparison>,
) -> Result<bool, sqlx::Error> {
    let set = sqlx::query(
        "UPDATE entmine SET compared_instance = $2, compared_epoch = $3, compared_began = $4,
                compared_cursor = $5
         WHERE id = 1 AND paused IS NOT NULL AND compared_until = $1",
    )
    .bind(held)
    .bind(comparison.map(|at| at.identity.instance.clone()))
    .bind(comparison.map(|at| at.identity.epoch))
    .bind(comparison.map(|at| at.began_ms))
    .bind(comparison.and_then(|at| at.cursor.clone()))
    .execute(tx)
    .await?;
    Ok(set.rows_affected() > 0)
}

/// Goes on with the EntMine that was compared, where the comparison is still held; whether it was.
pub(crate) async fn resume(
    tx: &mut Conn,
    held: i64,
    identity: &Identity,
    orders_cursor: Option<&str>,
    orders_tail: i64,
) -> Result<bool, sqlx::Error> {
    let resumed = sqlx::query(
        "UPDATE entmine SET instance = $1, epoch = $2, orders_cursor = $3, orders_tail = $4,
                changes_cursor = NULL, paused = NULL, pages = pages + 1, compared_until = NULL,
                compared_instance = NULL, compared_epoch = NULL, compared_began = NULL,
                compared_cursor = NULL
         WHERE id = 1 AND paused IS NOT NULL AND compared_until = $5",
    )
    .bind(&identity.instance)
    .bind(identity.epoch)
    .bind(orders_cursor)
    .bind(orders_tail)
    .bind(held)
    .execute(tx)
    .await?;
    Ok(resumed.rows_affected() > 0)
}

/// Whether a page may be applied that was asked for when so many had been: none may have been since.
pub(crate) async fn count_page(tx: &mut Conn, pages: i64) -> Result<bool, sqlx::Error> {
    let counted = sqlx::query("UPDATE entmine SET pages = pages + 1 WHERE id = 1 AND pages = $1")
        .bind(pages)
        .execute(tx)
        .await?;
    Ok(counted.rows_affected() > 0)
}

/// Which listing a cursor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    Orders,
    Changes,
}

/// Moves a cursor on, unless somebody else moved it meanwhile.
pub(crate) async fn move_cursor(
    tx: &mut Conn,
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
    tx: &mut Conn,
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
