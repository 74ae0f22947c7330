//! Reading the catalogue: all of it, or what changed.

use super::digest;
use super::product::StockedProduct;
use crate::error::StorageError;
use crate::sequence;
use crate::storage::{EntMine, Streams};
use database::Conn;
use model::{Change, Changes, DigestLine, Snapshot};
use sqlx::Row;
use sqlx::any::AnyRow;

/// The most changes in one answer, whatever the caller asks for: a few MB of text at most.
const MOST_CHANGES: i64 = 1_000;

impl EntMine {
    /// Epoch, seq and products of one moment.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn snapshot(&self) -> Result<Snapshot, StorageError> {
        let snapshot = self
            .read(|conn| Box::pin(async move { snapshot(conn).await }))
            .await?;
        self.learn_epoch(snapshot.epoch);
        Ok(snapshot)
    }

    /// The changes after a seq, oldest first, `limit` (1 to 1,000) of them at most.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn changes_after(&self, seq: i64, limit: i64) -> Result<Changes, StorageError> {
        let limit = limit.clamp(1, MOST_CHANGES);
        let changes = self
            .read(move |conn| Box::pin(async move { changes(conn, seq, limit).await }))
            .await?;
        self.learn_epoch(changes.epoch);
        Ok(changes)
    }

    /// Tells the listeners what another process on the same database changed.
    pub(crate) async fn look(&self) -> Result<(), StorageError> {
        let (streams, epoch) = self
            .read(|conn| {
                Box::pin(async move {
                    let streams = Streams {
                        catalog: Some(sequence::last(conn, "catalog").await?),
                        stock: Some(sequence::last(conn, "stock").await?),
                    };
                    Ok((streams, epoch(conn).await?))
                })
            })
            .await?;
        self.learn_epoch(epoch);
        self.announce(streams, false);
        Ok(())
    }

    /// Whether there is no product at all, as in a new database.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn is_empty(&self) -> Result<bool, StorageError> {
        self.read(|conn| {
            Box::pin(async move {
                let any = sqlx::query("SELECT sku FROM products LIMIT 1")
                    .fetch_optional(conn)
                    .await?;
                Ok(any.is_none())
            })
        })
        .await
    }
}

async fn snapshot(conn: &mut Conn) -> Result<Snapshot, StorageError> {
    let rows = sqlx::query("SELECT * FROM products")
        .fetch_all(&mut *conn)
        .await?;
    let products: Result<Vec<_>, _> = rows
        .iter()
        .map(|row| StockedProduct::read(row).map(|row| row.product))
        .collect();
    let mut products = products?;
    // Here, because PostgreSQL would sort by the rules of its language.
    products.sort_unstable_by(|a, b| a.sku.cmp(&b.sku));
    Ok(Snapshot {
        epoch: epoch(conn).await?,
        seq: sequence::last(conn, "catalog").await?,
        stock_seq: sequence::last(conn, "stock").await?,
        digest: digest::of(products.iter().map(DigestLine::from).collect()),
        products,
    })
}

async fn changes(conn: &mut Conn, from: i64, limit: i64) -> Result<Changes, StorageError> {
    let rows = sqlx::query(
        "SELECT c.seq AS change_seq, c.sku AS change_sku, c.version AS change_version, p.*
         FROM catalog_changes c LEFT JOIN products p ON p.sku = c.sku
         WHERE c.seq > $1 ORDER BY c.seq LIMIT $2",
    )
    .bind(from)
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    let changes: Result<Vec<_>, _> = rows.iter().map(change).collect();
    let changes = changes?;
    let newest = sequence::last(conn, "catalog").await?;
    let to = changes.last().map_or(from.min(newest), |last| last.seq);
    Ok(Changes {
        epoch: epoch(conn).await?,
        from,
        to,
        more: to < newest,
        changes,
    })
}

fn change(row: &AnyRow) -> Result<Change, StorageError> {
    let current: Option<String> = row.try_get("sku")?;
    let product = match current {
        Some(_) => Some(StockedProduct::read(row)?.product),
        None => None,
    };
    Ok(Change {
        seq: row.try_get("change_seq")?,
        sku: row.try_get("change_sku")?,
        version: match &product {
            Some(product) => product.version,
            None => row.try_get("change_version")?,
        },
        deleted: product.is_none(),
        product,
    })
}

pub(crate) async fn epoch(conn: &mut Conn) -> Result<i64, StorageError> {
    let text: String = sqlx::query_scalar("SELECT value FROM settings WHERE name = 'epoch'")
        .fetch_one(conn)
        .await?;
    text.parse()
        .map_err(|_| StorageError::Unreadable(format!("epoch {text}")))
}
