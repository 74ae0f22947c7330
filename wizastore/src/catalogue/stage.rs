//! Taking a whole catalogue: written a few rows at a time beside the cache, then put in its place in
//! one transaction. Orders go on meanwhile, and a crash leaves the old set.

use super::digest::digest_of;
use super::hear::check_product;
use super::{CatalogueState, Held, categories, rows, state, stock};
use crate::db::SWEPT;
use crate::keys::first_of;
use crate::store::Store;
use database::Conn;
use database::rows::{BATCH_ROWS, on_conflict};
use database::{DatabaseError, Engine};
use model::{Product, Snapshot};
use sqlx::AssertSqlSafe;
use std::sync::Arc;

/// A snapshot is staged within this time, in milliseconds.
const LONGEST_MS: i64 = 10 * 60 * 1_000;

/// Whether a catalogue that is suspiciously small is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smaller {
    /// It waits for an operator.
    Hold,
    /// An operator said that it is meant.
    Take,
}

/// Whose a snapshot is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The `EntMine-Instance` of whoever gave it; none where that is not known.
    pub instance: Option<String>,
    /// The cache is further than it, or another EntMine's, and that is right: EntMine went back or is
    /// another one, and the orders were reconciled with it since.
    pub went_back: bool,
}

/// What became of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is the cache now; so many products are new, other than before, or gone, and so many stocks.
    Replaced { differed: i64, stocks: i64 },
    /// It is empty or more than a fifth smaller than the cache: an operator has to say whether that is
    /// meant. The cache stays as it is.
    Held,
    /// Its products are not what its digest says. The cache stays as it is.
    Damaged,
    /// A product of it cannot be shown or sold. The cache stays as it is.
    Malformed { sku: String, why: &'static str },
    /// The cache is at a later seq already, or another EntMine's.
    Overtaken,
}

impl Store {
    /// Replaces the cache by a snapshot.
    ///
    /// # Errors
    /// [`DatabaseError`]; the cache is then the old one, or where the commit gave no answer one of
    /// both, never a mixture.
    pub async fn take_snapshot(
        &self,
        snapshot: Snapshot,
        smaller: Smaller,
    ) -> Result<Taken, DatabaseError> {
        self.take_snapshot_of(Origin::default(), snapshot, smaller)
            .await
    }

    /// Replaces the cache by a snapshot of this EntMine.
    ///
    /// # Errors
    /// As [`Store::take_snapshot`].
    pub async fn take_snapshot_of(
        &self,
        origin: Origin,
        snapshot: Snapshot,
        smaller: Smaller,
    ) -> Result<Taken, DatabaseError> {
        if !digest_of(&snapshot.products).eq_ignore_ascii_case(&snapshot.digest) {
            return Ok(Taken::Damaged);
        }
        if let Some((product, why)) = snapshot
            .products
            .iter()
            .find_map(|product| Some((product, check_product(product).err()?)))
        {
            let sku = product.sku.clone();
            return Ok(Taken::Malformed { sku, why });
        }
        let before = self.catalogue_state().await?;
        let has = i64::try_from(snapshot.products.len()).unwrap_or(i64::MAX);
        // A fifth: a season's clearance is less, and half an import gone wrong is more.
        if smaller == Smaller::Hold && has < before.products - before.products / 5 {
            return self.hold(&snapshot, has, &before, origin).await;
        }
        let at = At {
            epoch: snapshot.epoch,
            seq: snapshot.seq,
            stock_seq: snapshot.stock_seq,
        };
        let products: Arc<[Product]> = snapshot.products.into();
        // What an attempt that was cut short left behind goes: no other one takes so long, also not one of another
        // replica.
        let left = first_of(self.clock.now_ms() - LONGEST_MS);
        self.clear_stages("", &left).await?;
        let stage = self.ids.uuid().to_string();
        for at in (0..products.len()).step_by(BATCH_ROWS) {
            let (products, stage) = (Arc::clone(&products), stage.clone());
            let work = self.db.write("store.catalogue", move |tx| {
                Box::pin(async move {
                    let end = products.len().min(at + BATCH_ROWS);
                    Ok::<_, DatabaseError>(rows::stage(tx, &stage, &products[at..end]).await?)
                })
            });
            work.await?;
        }
        let (now_ms, engine) = (self.clock.now_ms(), self.db.engine());
        let swapped = stage.clone();
        let taken = self.db.write("store.catalogue", move |tx| {
            Box::pin(async move {
                Ok::<_, DatabaseError>(swap(tx, engine, &swapped, has, at, &origin, now_ms).await?)
            })
        });
        let taken = taken.await;
        // The seq may be the same as before, and the rows are not. Also where the commit gave no
        // answer.
        self.catalogue.forget();
        let taken = taken?;
        if let Err(error) = self.clear_stages(&stage, &stage).await {
            tracing::warn!(%error, "what was staged of a catalogue is removed before the next one");
        }
        Ok(taken)
    }

    /// Removes what was staged, from one stage to another, a few products at a time.
    async fn clear_stages(&self, from: &str, to: &str) -> Result<(), DatabaseError> {
        let mut gone = SWEPT;
        while gone == SWEPT {
            let (from, to) = (from.to_owned(), to.to_owned());
            let some = self.db.write("store.catalogue", |tx| {
                Box::pin(async move {
                    let some = sqlx::query(
                        "DELETE FROM products_staged WHERE (stage, sku) IN (
                             SELECT stage, sku FROM products_staged WHERE stage >= $1 AND stage <= $2 LIMIT $3)",
                    );
                    let some = some.bind(from).bind(to).bind(SWEPT as i64);
                    Ok::<_, DatabaseError>(some.execute(tx).await?.rows_affected())
                })
            });
            gone = some.await?;
        }
        Ok(())
    }

    async fn hold(
        &self,
        snapshot: &Snapshot,
        products: i64,
        before: &CatalogueState,
        origin: Origin,
    ) -> Result<Taken, DatabaseError> {
        let held = Held {
            epoch: snapshot.epoch,
            seq: snapshot.seq,
            digest: snapshot.digest.clone(),
            products,
            had: before.products,
            held_at: self.clock.now_ms(),
        };
        let (products, had) = (held.products, held.had);
        let work = self.db.write("store.catalogue", move |tx| {
            Box::pin(async move {
                if is_overtaken(&mut *tx, (held.epoch, held.seq), &origin).await? {
                    return Ok(Taken::Overtaken);
                }
                state::hold(tx, &held).await?;
                Ok::<_, DatabaseError>(Taken::Held)
            })
        });
        let taken = work.await?;
        if taken == Taken::Held {
            tracing::error!(
                products,
                had,
                "EntMine's catalogue is so much smaller that it is not taken before somebody says \
                 that it is meant: wizastore catalog status"
            );
        }
        Ok(taken)
    }
}

/// Whether the cache is at a later seq than a snapshot, or another EntMine's, and that is not right.
async fn is_overtaken(tx: &mut Conn, at: (i64, i64), origin: &Origin) -> Result<bool, sqlx::Error> {
    let applied = super::watermark(&mut *tx).await?;
    let later = applied.is_some_and(|applied| applied > at);
    let another = match (state::instance(tx).await?, &origin.instance) {
        (Some(followed), Some(instance)) => followed != *instance,
        (None, _) | (_, None) => false,
    };
    Ok((later || another) && !origin.went_back)
}

/// What a snapshot was read at.
#[derive(Clone, Copy)]
struct At {
    epoch: i64,
    seq: i64,
    stock_seq: i64,
}

/// Makes a staged snapshot the cache. Only rows that differ are written: a repair of a few products
/// of a large catalogue holds nobody up.
async fn swap(
    tx: &mut Conn,
    engine: Engine,
    stage: &str,
    expected: i64,
    at: At,
    origin: &Origin,
    now_ms: i64,
) -> Result<Taken, sqlx::Error> {
    let staged: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM products_staged WHERE stage = $1")
        .bind(stage)
        .fetch_one(&mut *tx)
        .await?;
    if staged != expected || is_overtaken(&mut *tx, (at.epoch, at.seq), origin).await? {
        return Ok(Taken::Overtaken);
    }
    if engine == Engine::Postgres {
        // It knows nothing yet about rows that were just written, and would compare each with each.
        sqlx::query("ANALYZE products_staged")
            .execute(&mut *tx)
            .await?;
    }
    let gone = sqlx::query(
        "DELETE FROM products
         WHERE NOT EXISTS (SELECT 1 FROM products_staged s
                           WHERE s.stage = $1 AND s.sku = products.sku)",
    )
    .bind(stage)
    .execute(&mut *tx)
    .await?;
    let columns = rows::columns();
    let names = columns.join(", ");
    let same: Vec<_> = columns.iter().map(|c| format!("p.{c} = s.{c}")).collect();
    let written = sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO products ({names}) SELECT {names} FROM products_staged s
         WHERE s.stage = $1 AND NOT EXISTS (SELECT 1 FROM products p WHERE {}) {}",
        same.join(" AND "),
        on_conflict("sku", &columns[1..]),
    )))
    .bind(stage)
    .execute(&mut *tx)
    .await?;
    categories::count_all(tx).await?;
    state::follow(tx, at.epoch, at.seq, now_ms).await?;
    let stocks = stock::replace(tx, stage, at.stock_seq).await?;
    if let Some(instance) = &origin.instance {
        state::belong_to(tx, instance).await?;
    }
    let counted = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    Ok(Taken::Replaced {
        differed: counted(gone.rows_affected() + written.rows_affected()),
        stocks: counted(stocks),
    })
}
