//! Products as rows of the cache.

use super::origins;
use super::slug::slug;
use super::words::search_text;
use database::Conn;
use database::rows::{BATCH_ROWS, insert_columns, upsert};
use model::Product;
use sqlx::Row;
use sqlx::any::AnyRow;

/// The columns of a product, as [`read`] wants them; the stock stands in a table of its own.
pub(super) const FIELDS: [&str; 13] = [
    "sku",
    "version",
    "name",
    "slug",
    "category",
    "description",
    "image",
    "currency",
    "price_minor",
    "price_version",
    "published",
    "tracked",
    "listed",
];
/// What the store works out of them.
const DERIVED: [&str; 2] = ["category_slug", "search_text"];

/// All columns of `products`.
pub(super) fn columns() -> Vec<&'static str> {
    FIELDS.into_iter().chain(DERIVED).collect()
}

/// A product of a row that has [`FIELDS`] and `available`.
pub(super) fn read(row: &AnyRow) -> Result<Product, sqlx::Error> {
    let flag = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<i32, _>(column)? == 1);
    Ok(Product {
        sku: row.try_get("sku")?,
        version: row.try_get("version")?,
        name: row.try_get("name")?,
        slug: row.try_get("slug")?,
        category: row.try_get("category")?,
        description: row.try_get("description")?,
        image: row.try_get("image")?,
        currency: row.try_get("currency")?,
        price_minor: row.try_get("price_minor")?,
        price_version: row.try_get("price_version")?,
        available: row.try_get("available")?,
        published: flag("published")?,
        tracked: flag("tracked")?,
        listed: flag("listed")?,
    })
}

/// Writes products into the cache, each only where it is newer than what is there. A SKU may be
/// there once.
pub(super) async fn update(tx: &mut Conn, products: &[&Product]) -> Result<(), sqlx::Error> {
    let columns = columns();
    for rows in products.chunks(BATCH_ROWS) {
        origins::keep(tx, rows.iter().copied()).await?;
        let newer = "WHERE products.version < excluded.version";
        let sql = upsert(
            "products",
            &columns,
            rows.len(),
            "sku",
            &columns[1..],
            newer,
        );
        let bound = rows
            .iter()
            .fold(sqlx::query(sql), |query, row| bind(query, row));
        bound.execute(&mut *tx).await?;
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
    let columns: Vec<_> = ["stage", "available"]
        .into_iter()
        .chain(columns())
        .collect();
    let mut query = sqlx::query(insert_columns("products_staged", &columns, products.len()));
    for product in products {
        query = bind(
            query.bind(stage.to_owned()).bind(product.available),
            product,
        );
    }
    query.execute(tx).await.map(|_| ())
}

/// A statement with parameters, before it is run.
pub(super) type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

/// Gives a statement the values of [`columns`].
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
        .bind(product.description.clone())
        .bind(product.image.clone())
        .bind(product.currency.clone())
        .bind(product.price_minor)
        .bind(product.price_version)
        .bind(i32::from(product.published))
        .bind(i32::from(product.tracked))
        .bind(i32::from(product.listed))
        .bind(slug(&product.category))
        .bind(search)
}
