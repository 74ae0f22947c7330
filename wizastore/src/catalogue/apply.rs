//! Writing the cache: whole, or change by change.

use super::slug::slug;
use model::Product;
use sqlx::AnyConnection;

/// Consecutive changes of EntMine's catalogue: those after `from` up to `to`.
#[derive(Clone, Debug)]
pub struct CatalogueBatch {
    pub epoch: i64,
    pub from: i64,
    pub to: i64,
    pub changes: Vec<CatalogueChange>,
}

/// The state of one product after a change. `product` is none when it was deleted.
#[derive(Clone, Debug)]
pub struct CatalogueChange {
    pub sku: String,
    pub version: i64,
    pub product: Option<Product>,
}

/// A batch that does not follow on what the cache has: nothing was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cache has applied {applied}, so a batch from elsewhere cannot follow")]
pub struct CatalogueGap {
    /// What the cache has followed so far.
    pub applied: i64,
}

/// Replaces the whole cache and its watermark.
pub(crate) async fn replace(
    tx: &mut AnyConnection,
    epoch: i64,
    seq: i64,
    products: &[Product],
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM products")
        .execute(&mut *tx)
        .await?;
    for product in products {
        write(tx, product).await?;
    }
    sqlx::query(
        "INSERT INTO catalogue_watermark (id, epoch, seq, confirmed_at) VALUES (1, $1, $2, $3)
         ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq,
             confirmed_at = excluded.confirmed_at",
    )
    .bind(epoch)
    .bind(seq)
    .bind(now_ms)
    .execute(tx)
    .await
    .map(|_| ())
}

/// Applies a batch and moves the watermark; only newer versions count. A batch that was applied
/// before changes nothing.
pub(crate) async fn apply(
    tx: &mut AnyConnection,
    batch: &CatalogueBatch,
    now_ms: i64,
) -> Result<Result<(), CatalogueGap>, sqlx::Error> {
    let (epoch, applied) = super::watermark(&mut *tx).await?.unwrap_or((0, 0));
    if batch.epoch != epoch || batch.from > applied {
        return Ok(Err(CatalogueGap { applied }));
    }
    for change in &batch.changes {
        match &change.product {
            Some(product) => write(tx, product).await?,
            None => {
                sqlx::query("DELETE FROM products WHERE sku = $1 AND version < $2")
                    .bind(&change.sku)
                    .bind(change.version)
                    .execute(&mut *tx)
                    .await?;
            }
        }
    }
    sqlx::query("UPDATE catalogue_watermark SET seq = $1, confirmed_at = $2 WHERE id = 1")
        .bind(applied.max(batch.to))
        .bind(now_ms)
        .execute(tx)
        .await?;
    Ok(Ok(()))
}

async fn write(tx: &mut AnyConnection, product: &Product) -> Result<(), sqlx::Error> {
    let search = format!(
        "{} {} {}",
        product.name, product.category, product.description
    );
    sqlx::query(
        "INSERT INTO products (sku, version, name, slug, category, category_slug, description,
             image, currency, price_minor, price_version, available, published, search_text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (sku) DO UPDATE SET version = excluded.version, name = excluded.name,
             slug = excluded.slug, category = excluded.category,
             category_slug = excluded.category_slug, description = excluded.description,
             image = excluded.image, currency = excluded.currency,
             price_minor = excluded.price_minor, price_version = excluded.price_version,
             available = excluded.available, published = excluded.published,
             search_text = excluded.search_text
         WHERE products.version < excluded.version",
    )
    .bind(&product.sku)
    .bind(product.version)
    .bind(&product.name)
    .bind(&product.slug)
    .bind(&product.category)
    .bind(slug(&product.category))
    .bind(&product.description)
    .bind(&product.image)
    .bind(&product.currency)
    .bind(product.price_minor)
    .bind(product.price_version)
    .bind(product.available)
    .bind(i32::from(product.published))
    .bind(search.to_lowercase())
    .execute(tx)
    .await
    .map(|_| ())
}
