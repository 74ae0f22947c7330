//! EntMine's stock, applied in the order of its movements.

use super::apply::CatalogueGap;
use super::hear::{Heard, NotHeard};
use super::rows::Query;
use crate::store::Store;
use database::rows::{BATCH_ROWS, insert};
use database::{Conn, DatabaseError};
use model::{StockMessage, StockOf};
use sqlx::{Any, Executor};

impl Store {
    /// Takes a message about the stock; where it does not follow on what the store has, the store asks.
    ///
    /// # Errors
    /// [`NotHeard`].
    pub async fn hear_stock(&self, message: StockMessage) -> Result<Heard, NotHeard> {
        match self.apply_stock(message).await? {
            Ok(()) => Ok(Heard::Applied { matches: None }),
            Err(gap) => {
                self.call_for_catalogue();
                Ok(Heard::Gap(gap))
            }
        }
    }

    /// Applies stocks that follow on what the store has; a gap applies nothing.
    ///
    /// # Errors
    /// [`NotHeard`].
    pub async fn apply_stock(
        &self,
        message: StockMessage,
    ) -> Result<Result<(), CatalogueGap>, NotHeard> {
        check(&message).map_err(NotHeard::Malformed)?;
        let work = self
            .db
            .write_beside("store.stock", Some("stock"), move |tx| {
                Box::pin(async move { Ok::<_, DatabaseError>(apply(tx, &message).await?) })
            });
        let applied = work.await;
        if !matches!(applied, Ok(Err(_))) {
            // Also where the commit gave no answer.
            self.catalogue.moved();
        }
        Ok(applied?)
    }

    /// Epoch, and the last movement of stock that was applied; none before the first snapshot.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn stock_watermark(&self) -> Result<Option<(i64, i64)>, DatabaseError> {
        Ok(watermark(self.db.reader()).await?)
    }
}

pub(super) async fn watermark<'c>(
    db: impl Executor<'c, Database = Any>,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    sqlx::query_as("SELECT epoch, stock_seq FROM catalogue_watermark WHERE id = 1")
        .fetch_optional(db)
        .await
}

async fn apply(
    tx: &mut Conn,
    message: &StockMessage,
) -> Result<Result<(), CatalogueGap>, sqlx::Error> {
    let (epoch, applied) = watermark(&mut *tx).await?.unwrap_or((0, 0));
    if message.epoch != epoch || message.from > applied {
        return Ok(Err(CatalogueGap { applied }));
    }
    if message.to <= applied {
        // It was read before what is there.
        return Ok(Ok(()));
    }
    for stocks in message.stocks.chunks(BATCH_ROWS) {
        let sql = insert(
            "INSERT INTO stock (sku, available)",
            2,
            stocks.len(),
            "ON CONFLICT (sku) DO UPDATE SET available = excluded.available
             WHERE stock.available <> excluded.available",
        );
        bind(sqlx::query(sql), stocks).execute(&mut *tx).await?;
    }
    sqlx::query("UPDATE catalogue_watermark SET stock_seq = $1 WHERE id = 1")
        .bind(message.to)
        .execute(tx)
        .await?;
    Ok(Ok(()))
}

/// Gives products that just came the stock that came with them, where none is known. One that is known was
/// read later, in the order of movements.
pub(super) async fn begin(tx: &mut Conn, stocks: &[StockOf]) -> Result<(), sqlx::Error> {
    for stocks in stocks.chunks(BATCH_ROWS) {
        let sql = insert(
            "INSERT INTO stock (sku, available)",
            2,
            stocks.len(),
            "ON CONFLICT (sku) DO NOTHING",
        );
        bind(sqlx::query(sql), stocks).execute(&mut *tx).await?;
    }
    Ok(())
}

fn bind<'q>(query: Query<'q>, stocks: &[StockOf]) -> Query<'q> {
    stocks.iter().fold(query, |query, stock| {
        query.bind(stock.sku.clone()).bind(stock.available)
    })
}

/// Makes the stock of a staged snapshot the store's: only what differs is written. Gives how many rows did.
pub(super) async fn replace(tx: &mut Conn, stage: &str, seq: i64) -> Result<u64, sqlx::Error> {
    let gone = sqlx::query(
        "DELETE FROM stock
         WHERE NOT EXISTS (SELECT 1 FROM products_staged s
                           WHERE s.stage = $1 AND s.sku = stock.sku)",
    )
    .bind(stage)
    .execute(&mut *tx)
    .await?;
    let written = sqlx::query(
        "INSERT INTO stock (sku, available)
         SELECT sku, available FROM products_staged s
         WHERE s.stage = $1 AND NOT EXISTS (SELECT 1 FROM stock k WHERE k.sku = s.sku
             AND k.available = s.available)
         ON CONFLICT (sku) DO UPDATE SET available = excluded.available",
    )
    .bind(stage)
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE catalogue_watermark SET stock_seq = $1 WHERE id = 1")
        .bind(seq)
        .execute(tx)
        .await?;
    Ok(gone.rows_affected() + written.rows_affected())
}

/// What is wrong with a message, if anything.
fn check(message: &StockMessage) -> Result<(), &'static str> {
    if message.kind != StockMessage::KIND {
        return Err("the type is not stock.changed");
    }
    if message.epoch < 1 || message.from < 0 || message.to < message.from {
        return Err("epoch, from and to do not fit together");
    }
    let mut skus: Vec<&str> = message.stocks.iter().map(|one| one.sku.as_str()).collect();
    skus.sort_unstable();
    if skus.windows(2).any(|two| two[0] == two[1]) {
        return Err("a product's stock is there twice");
    }
    // PostgreSQL takes no NUL.
    match skus.iter().any(|sku| sku.is_empty() || sku.contains('\0')) {
        true => Err("a stock has no SKU, or one with a NUL character"),
        false => Ok(()),
    }
}
