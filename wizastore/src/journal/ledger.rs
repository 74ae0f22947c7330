//! How many orders there are of each kind.

use database::Conn;

/// How many orders are where: journalled = confirmed + rejected + cancelled + settled + open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub journalled: i64,
    pub confirmed: i64,
    pub rejected: i64,
    pub cancelled: i64,
    pub settled: i64,
    /// Not final yet, those under review included.
    pub open: i64,
    /// Those that need a person: under review or otherwise marked.
    pub attention: i64,
    /// Open for longer than an order should be, and not among `attention`.
    pub overdue: i64,
}

/// How many orders had which end.
pub(crate) async fn ended(db: &mut Conn) -> Result<Ledger, sqlx::Error> {
    // Those that are confirmed have numbers, and no others do.
    let confirmed = sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE number IS NOT NULL")
        .fetch_one(&mut *db)
        .await?;
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT state, COUNT(*) FROM orders
         WHERE state <> 'confirmed' AND state IN ('rejected', 'cancelled', 'settled') GROUP BY state",
    )
    .fetch_all(db)
    .await?;
    let mut ledger = Ledger {
        confirmed,
        ..Ledger::default()
    };
    for (word, count) in rows {
        match word.as_str() {
            "rejected" => ledger.rejected = count,
            "cancelled" => ledger.cancelled = count,
            _settled => ledger.settled = count,
        }
    }
    Ok(ledger)
}

/// Adds the orders that are open, and those that wait for a person: in quarantine or otherwise marked, and those
/// that are still open although they were placed before `since_ms`.
pub(crate) async fn add_open(
    db: &mut Conn,
    since_ms: i64,
    ledger: &mut Ledger,
) -> Result<(), sqlx::Error> {
    ledger.attention =
        sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE attention IS NOT NULL")
            .fetch_one(&mut *db)
            .await?;
    (ledger.open, ledger.overdue) = sqlx::query_as(
        "SELECT COUNT(*),
                CAST(COALESCE(SUM(CASE WHEN attention IS NULL AND placed_at < $1 THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM orders WHERE state <> 'confirmed'
         AND state IN ('journalled', 'sending', 'retry_wait', 'unknown', 'voiding', 'quarantined')",
    )
    .bind(since_ms)
    .fetch_one(db)
    .await?;
    let Ledger {
        confirmed,
        rejected,
        cancelled,
        settled,
        open,
        ..
    } = *ledger;
    ledger.journalled = confirmed + rejected + cancelled + settled + open;
    Ok(())
}
