//! Products as rows of the cache.

use super::origins;
use super::slug::slug;
use super::words::search_text;
use database::Conn;
use database::rows::{BATCH_ROWS, insert};
use model::Product;

/// Writes products into the cache, each only where it is newer than what is there. A SKU may be
/// there once.
pub(super) async fn update(tx: &mut Conn, products: &[&Product]) -> Result<(), sqlx::Error> {
    for rows in products.chunks(BATCH_ROWS) {
        origins::keep(tx, rows.iter().copied()).await?;
        let sql = insert(
            "INSERT INTO products (sku, version, name, slug, category, category_slug, description,
                 image, currency, price_minor, price_version, published, search_text, tracked, listed)",
            15,
            rows.len(),
            "ON CONFLICT (sku) DO UPDATE SET version = excluded.version, name = excluded.name,
                 slug = excluded.slug, category = excluded.category,
                 category_slug = excluded.category_slug, description = excluded.description,
                 image = excluded.image, currency = excluded.currency,
                 price_minor = excluded.price_minor, price_version = excluded.price_version,
                 published = excluded.published,
                 search_text = excluded.search_text, tracked = excluded.tracked,
                 listed = excluded.listed
             WHERE products.version < excluded.version",
        );
        let mut query = sqlx::query(sql);
        for product in rows {
            query = bind(query, product);
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Writes products of a snapshot where they wait for the rest of it.
pub(super) async fn stage(
    tx: &mut Conn,
    stage: &str,
    products: &[Product],
) -> Result<(), sqlx::Error> {
    origins::keep(tx, products).await?;
    let sql = insert(
        "INSERT INTO products_staged (stage, sku, version, name, slug, category, category_slug,
             description, image, currency, price_minor, price_version, published, search_text,
             tracked, listed, available)",
        17,
        products.len(),
        "",
    );
    let mut query = sqlx::query(sql);
    for product in products {
        query = bind(query.bind(stage.to_owned()), product).bind(product.available);
    }
    query.execute(tx).await.map(|_| ())
}

/// A statement with parameters, before it is run.
pub(super) type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

fn bind<'q>(query: Query<'q>, product: &Product) -> Query<'q> {
    let search = search_text(
        &product.sku,
        &product.name,
        &product.category,
        &product.description,
    );
    query
        .bind(product.sku.clone())
        .bind(product.version)
        .bind(product.name.clone())
        .bind(product.slug.clone())
        .bind(product.category.clone())
        .bind(slug(&product.category))
        .bind(product.description.clone())
        .bind(product.image.clone())
        .bind(product.currency.clone())
        .bind(product.price_minor)
        .bind(product.price_version)
        .bind(i32::from(product.published))
        .bind(search)
        .bind(i32::from(product.tracked))
        .bind(i32::from(product.listed))
}
