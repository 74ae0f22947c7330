//! How far the cache has followed EntMine.

use crate::store::Store;
use database::Conn;
use database::DatabaseError;
use sqlx::{Any, Executor};
use std::sync::atomic::Ordering;

/// How the cache stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogueState {
    /// 0 before the first snapshot.
    pub epoch: i64,
    /// The last change that was applied.
    pub seq: i64,
    /// Products in it, unpublished ones included.
    pub products: i64,
    /// When EntMine last said what it is, or that nothing changed; milliseconds since 1970 UTC.
    pub confirmed_at: Option<i64>,
    /// A catalogue that waits for an operator.
    pub held: Option<Held>,
}

/// A catalogue of EntMine's that was so much smaller than the cache that it was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub epoch: i64,
    pub seq: i64,
    pub digest: String,
    /// How many it has.
    pub products: i64,
    /// How many the cache has.
    pub had: i64,
    pub held_at: i64,
}

impl Store {
    /// How the cache stands.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_state(&self) -> Result<CatalogueState, DatabaseError> {
        self.db
            .read(|conn| Box::pin(async move { Ok::<_, DatabaseError>(read(conn).await?) }))
            .await
    }

    /// Epoch and seq that the cache has followed; none before the first snapshot.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_watermark(&self) -> Result<Option<(i64, i64)>, DatabaseError> {
        Ok(watermark(self.db.reader()).await?)
    }

    /// For how long nothing was heard of EntMine's catalogue, in milliseconds; none before the first
    /// snapshot.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_age_ms(&self) -> Result<Option<i64>, DatabaseError> {
        let confirmed_at = confirmed_at(self.db.reader()).await?;
        Ok(confirmed_at.map(|at| (self.clock.now_ms() - at).max(0)))
    }
}

impl Store {
    /// Whose catalogue the cache follows; none where that is not known.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_instance(&self) -> Result<Option<String>, DatabaseError> {
        Ok(instance(self.db.reader()).await?)
    }

    /// The cache follows this EntMine, as far as it can: nothing went back.
    ///
    /// # Errors
    /// [`DatabaseError`] where this could not be written down.
    pub async fn catalogue_follows(&self, whose: &str) -> Result<(), DatabaseError> {
        self.catalogue.went_back.store(false, Ordering::SeqCst);
        if self.catalogue_instance().await?.is_some() {
            return Ok(());
        }
        let whose = whose.to_owned();
        self.db
            .write("store.catalogue", move |tx| {
                Box::pin(async move { Ok::<_, DatabaseError>(belong_to(tx, &whose).await?) })
            })
            .await
    }

    /// EntMine's catalogue is behind the cache, or another one's. Whether its snapshot is to be taken
    /// all the same: only once the orders were reconciled with that EntMine, which this begins.
    ///
    /// # Errors
    /// [`DatabaseError`] where this could not be read or written down.
    pub async fn catalogue_may_go_back(&self, why: &'static str) -> Result<bool, DatabaseError> {
        let reconciled = self.catalogue.went_back.swap(true, Ordering::SeqCst);
        let paused = self.paused().await?.is_some();
        if !paused && !reconciled {
            self.entmine_went_back(why).await?;
        }
        Ok(!paused && reconciled)
    }
}

/// Whose catalogue the cache follows; none where that is not known.
pub(super) async fn instance<'c>(
    db: impl Executor<'c, Database = Any>,
) -> Result<Option<String>, sqlx::Error> {
    let row: Option<Option<String>> =
        sqlx::query_scalar("SELECT instance FROM catalogue_watermark WHERE id = 1")
            .fetch_optional(db)
            .await?;
    Ok(row.flatten())
}

pub(super) async fn belong_to(tx: &mut Conn, instance: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE catalogue_watermark SET instance = $1 WHERE id = 1")
        .bind(instance)
        .execute(tx)
        .await
        .map(|_| ())
}

/// Epoch and seq that the cache has followed; none before the first snapshot.
pub(crate) async fn watermark<'c>(
    db: impl Executor<'c, Database = Any>,
) -> Result<Option<(i64, i64)>, sqlx::Error> {
    sqlx::query_as("SELECT epoch, seq FROM catalogue_watermark WHERE id = 1")
        .fetch_optional(db)
        .await
}

async fn confirmed_at<'c>(
    db: impl Executor<'c, Database = Any>,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT confirmed_at FROM catalogue_watermark WHERE id = 1")
        .fetch_optional(db)
        .await
}

async fn read(conn: &mut Conn) -> Result<CatalogueState, sqlx::Error> {
    let (epoch, seq) = watermark(&mut *conn).await?.unwrap_or_default();
    Ok(CatalogueState {
        epoch,
        seq,
        products: sqlx::query_scalar("SELECT COUNT(*) FROM products")
            .fetch_one(&mut *conn)
            .await?,
        confirmed_at: confirmed_at(&mut *conn).await?,
        held: held(conn).await?,
    })
}

async fn held(conn: &mut Conn) -> Result<Option<Held>, sqlx::Error> {
    let row: Option<(i64, i64, String, i64, i64, i64)> = sqlx::query_as(
        "SELECT epoch, seq, digest, products, had, held_at FROM catalogue_held WHERE id = 1",
    )
    .fetch_optional(conn)
    .await?;
    Ok(
        row.map(|(epoch, seq, digest, products, had, held_at)| Held {
            epoch,
            seq,
            digest,
            products,
            had,
            held_at,
        }),
    )
}

/// The cache is what EntMine was at `seq`; nothing is held back any more.
pub(super) async fn follow(
    tx: &mut Conn,
    epoch: i64,
    seq: i64,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO catalogue_watermark (id, epoch, seq, confirmed_at) VALUES (1, $1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq,
             confirmed_at = excluded.confirmed_at",
    )
    .bind(epoch)
    .bind(seq)
    .bind(now_ms)
    .execute(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM catalogue_held")
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn hold(tx: &mut Conn, held: &Held) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO catalogue_held (id, epoch, seq, digest, products, had, held_at)
         VALUES (1, $1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq,
             digest = excluded.digest, products = excluded.products, had = excluded.had,
             held_at = excluded.held_at",
    )
    .bind(held.epoch)
    .bind(held.seq)
    .bind(&held.digest)
    .bind(held.products)
    .bind(held.had)
    .bind(held.held_at)
    .execute(tx)
    .await?;
    Ok(())
}
