//! What the cache is, worked out from its rows, so that damage shows whatever did it.

use crate::store::Store;
use database::Conn;
use database::DatabaseError;
use model::{CatalogueDigest, DigestLine, Product};
use sha2::{Digest, Sha256};

/// A digest that was worked out is believed for so long while nothing is applied: whatever damages
/// rows behind the store's back is noticed then.
const BELIEVED_MS: i64 = 5 * 60 * 1_000;

/// A digest and when it was worked out.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    at_ms: i64,
    digest: CatalogueDigest,
}

/// The digest of products, as EntMine works it out too.
pub fn digest_of(products: &[Product]) -> String {
    of(products.iter().map(DigestLine::from).collect())
}

impl Store {
    /// Epoch, seq and digest of the cache: from its rows, or as they were a few minutes ago where
    /// nothing was applied since. Epoch and seq are 0 before the first snapshot.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_digest(&self) -> Result<CatalogueDigest, DatabaseError> {
        let now_ms = self.clock.now_ms();
        let applied = self.catalogue_watermark().await?.unwrap_or((0, 0));
        if let Some(known) = self.catalogue.known()
            && (known.digest.epoch, known.digest.seq) == applied
            && (0..BELIEVED_MS).contains(&(now_ms - known.at_ms))
        {
            return Ok(known.digest);
        }
        self.count_catalogue().await
    }

    /// Whether the cache at this epoch and seq has this digest; none where it is elsewhere. What is
    /// believed can say that it has, only the rows that it has not: another replica may have mended
    /// them since.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_is(
        &self,
        epoch: i64,
        seq: i64,
        digest: &str,
    ) -> Result<Option<bool>, DatabaseError> {
        let mut ours = self.catalogue_digest().await?;
        if !ours.digest.eq_ignore_ascii_case(digest) {
            ours = self.count_catalogue().await?;
        }
        let is_same = || ours.digest.eq_ignore_ascii_case(digest);
        Ok(((ours.epoch, ours.seq) == (epoch, seq)).then(is_same))
    }

    /// Epoch, seq and digest of the cache, from its rows in any case.
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
    format!("sha256:{:x}", Sha256::digest(DigestLine::text_of(lines)))
}

async fn of_rows(conn: &mut Conn) -> Result<CatalogueDigest, sqlx::Error> {
    let rows: Vec<(String, i64, i64, i64, i32)> =
        sqlx::query_as("SELECT sku, version, price_minor, available, published FROM products")
            .fetch_all(&mut *conn)
            .await?;
    let (epoch, seq) = super::watermark(conn).await?.unwrap_or((0, 0));
    let products = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let line = |(sku, version, price_minor, available, published)| DigestLine {
        sku,
        version,
        price_minor,
        available,
        published: published == 1,
    };
    Ok(CatalogueDigest {
        epoch,
        seq,
        products,
        digest: of(rows.into_iter().map(line).collect()),
    })
}
