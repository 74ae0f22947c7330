//! What the cache is, worked out from its rows, so that damage shows whatever did it.

use crate::cache::Known;
use crate::store::Store;
use database::Conn;
use database::DatabaseError;
use futures::TryStreamExt;
use model::{CatalogueDigest, DigestLine, Product, StockDigest, StockOf};
use sha2::{Digest, Sha256};

/// A digest that was worked out is believed for so long while nothing is applied: whatever damages
/// rows behind the store's back is noticed then.
const BELIEVED_MS: i64 = 5 * 60 * 1_000;

/// The digest of products, as EntMine works it out too.
pub fn digest_of(products: &[Product]) -> String {
    of(products.iter().map(DigestLine::from).collect())
}

impl Store {
    /// What cache and stock are: from the rows, or as they were a few minutes ago where nothing was applied
    /// since. Epoch and seqs are 0 before the first snapshot.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_digest(&self) -> Result<CatalogueDigest, DatabaseError> {
        let now_ms = self.clock.now_ms();
        let applied = self.catalogue_watermark().await?.unwrap_or((0, 0));
        let stock = self.stock_watermark().await?.map_or(0, |(_, seq)| seq);
        if let Some(known) = self.catalogue.known()
            && (known.digest.epoch, known.digest.seq) == applied
            && known.digest.stock.seq == stock
            && (0..BELIEVED_MS).contains(&(now_ms - known.at_ms))
        {
            return Ok(known.digest);
        }
        self.count_catalogue().await
    }

    /// Whether the cache at this epoch and seq has this digest, and the stock its own; none where the cache is
    /// elsewhere. Where only the stock is elsewhere, the cache alone is compared. What is believed can say
    /// that they have, only the rows that they have not: another replica may have mended them since.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_is(
        &self,
        epoch: i64,
        seq: i64,
        digest: &str,
        stock: Option<&StockDigest>,
    ) -> Result<Option<bool>, DatabaseError> {
        let mut ours = self.catalogue_digest().await?;
        if !ours.is(digest, stock) {
            ours = self.count_catalogue().await?;
        }
        Ok(((ours.epoch, ours.seq) == (epoch, seq)).then(|| ours.is(digest, stock)))
    }

    /// What cache and stock are, from the rows in any case.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn count_catalogue(&self) -> Result<CatalogueDigest, DatabaseError> {
        let at_ms = self.clock.now_ms();
        let digest = self
            .db
            .read(|conn| Box::pin(async move { Ok::<_, DatabaseError>(of_rows(conn).await?) }))
            .await?;
        self.catalogue.know(Known {
            at_ms,
            digest: digest.clone(),
        });
        Ok(digest)
    }
}

fn of(lines: Vec<DigestLine>) -> String {
    hash(&DigestLine::text_of(lines))
}

fn hash(text: &str) -> String {
    format!("sha256:{:x}", Sha256::digest(text))
}

async fn of_rows(conn: &mut Conn) -> Result<CatalogueDigest, sqlx::Error> {
    // Row by row: all rows of a large catalogue at once would be a few hundred megabytes.
    let line = |(sku, version, price_minor, published): (String, i64, i64, i32)| DigestLine {
        sku,
        version,
        price_minor,
        published: published == 1,
    };
    let lines: Vec<DigestLine> =
        sqlx::query_as("SELECT sku, version, price_minor, published FROM products")
            .fetch(&mut *conn)
            .map_ok(line)
            .try_collect()
            .await?;
    // Of products that the cache has not, EntMine has no line either.
    let stock = |(sku, available): (String, i64)| StockOf { sku, available };
    let mut stocks: Vec<StockOf> = sqlx::query_as(
        "SELECT p.sku, COALESCE(s.available, 0) FROM products p LEFT JOIN stock s ON s.sku = p.sku",
    )
    .fetch(&mut *conn)
    .map_ok(stock)
    .try_collect()
    .await?;
    let (epoch, seq) = super::watermark(&mut *conn).await?.unwrap_or((0, 0));
    let stock_seq = super::stock::watermark(conn)
        .await?
        .map_or(0, |(_, seq)| seq);
    let products = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    Ok(CatalogueDigest {
        epoch,
        seq,
        products,
        digest: of(lines),
        stock: StockDigest {
            seq: stock_seq,
            digest: hash(&StockOf::text_of(&mut stocks)),
        },
    })
}
