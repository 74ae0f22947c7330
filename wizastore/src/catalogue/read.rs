//! Reading the cache for pages.

use super::rows;
use crate::store::Store;
use database::DatabaseError;
use database::Readers;
use model::{Category, Product, ProductCard, ProductList, ProductPage, fold};
use sqlx::{AssertSqlSafe, Row};

/// Products on one page of a list: four rows of three or six of two fill without a gap.
pub(super) const PAGE: i64 = 24;

/// Categories that every page names: about as many as a wide window has room for on one line.
const NAMED: usize = 12;

#[derive(sqlx::FromRow)]
pub(super) struct CardRow {
    sku: String,
    name: String,
    slug: String,
    image: String,
    price_minor: i64,
    currency: String,
    available: i64,
    tracked: i32,
}

impl From<CardRow> for ProductCard {
    fn from(row: CardRow) -> Self {
        Self {
            sku: row.sku,
            name: row.name,
            slug: row.slug,
            image: row.image,
            price_minor: row.price_minor,
            currency: row.currency,
            available: row.available,
            tracked: row.tracked == 1,
        }
    }
}

pub(super) fn cards(rows: Vec<CardRow>) -> Vec<ProductCard> {
    rows.into_iter().map(ProductCard::from).collect()
}

/// Name, address, products, picture.
type CategoryRow = (String, String, i64, String);

/// Sorted here, because each engine has its own idea of the order of letters.
fn by_name(rows: Vec<CategoryRow>) -> Vec<Category> {
    let mut categories: Vec<Category> = rows
        .into_iter()
        .map(|(name, slug, products, image)| Category {
            name,
            slug,
            products,
            image,
        })
        .collect();
    categories.sort_by_cached_key(|category| (fold(&category.name), category.slug.clone()));
    categories
}

/// The categories that have something to show, by name.
pub(crate) async fn categories(db: &Readers) -> Result<Vec<Category>, sqlx::Error> {
    sqlx::query_as::<_, CategoryRow>("SELECT name, slug, products, image FROM categories")
        .fetch_all(db)
        .await
        .map(by_name)
}

/// The categories that every page names, by name, and whether there are more. Of many, those with the most products
/// are named: they lead to most of what the shop sells, and a product more or less seldom changes which they are.
pub(crate) async fn named_categories(db: &Readers) -> Result<(Vec<Category>, bool), sqlx::Error> {
    // One more than are named, to see whether there are more.
    let mut rows: Vec<CategoryRow> = sqlx::query_as(
        "SELECT name, slug, products, image FROM categories ORDER BY products DESC, slug LIMIT $1",
    )
    .bind(NAMED as i64 + 1)
    .fetch_all(db)
    .await?;
    let more = rows.len() > NAMED;
    rows.truncate(NAMED);
    Ok((by_name(rows), more))
}

/// A few products for the home page, spread over the first categories: of each the best stocked of its first
/// two pages.
pub(crate) async fn featured(db: &Readers) -> Result<Vec<ProductCard>, sqlx::Error> {
    sqlx::query_as::<_, CardRow>(
        "SELECT p.sku, p.name, p.slug, p.image, p.price_minor, p.currency, p.tracked,
                COALESCE(s.available, 0) AS available
         FROM (SELECT slug FROM categories ORDER BY slug LIMIT 16) c
         CROSS JOIN products p
         LEFT JOIN stock s ON s.sku = p.sku
         WHERE p.sku = (
             SELECT sku FROM (
                 SELECT f.sku, f.tracked, COALESCE(fs.available, 0) AS available
                 FROM products f LEFT JOIN stock fs ON fs.sku = f.sku
                 WHERE f.category_slug = c.slug AND f.published = 1 AND f.listed = 1
                 ORDER BY substr(f.search_text, 1, 40), f.sku LIMIT 48) first
             WHERE available > 0 OR tracked = 0
             ORDER BY tracked, available DESC, sku LIMIT 1)
         ORDER BY c.slug LIMIT 8",
    )
    .fetch_all(db)
    .await
    .map(cards)
}

/// A page of a category, or none where there is no such category.
pub(crate) async fn in_category(
    db: &Readers,
    slug: &str,
    page: i64,
) -> Result<Option<ProductList>, sqlx::Error> {
    // PostgreSQL takes no NUL in a text, and no address of ours has one.
    if slug.contains('\0') {
        return Ok(None);
    }
    let category: Option<(String, i64)> =
        sqlx::query_as("SELECT name, products FROM categories WHERE slug = $1")
            .bind(slug)
            .fetch_optional(db)
            .await?;
    let Some((title, total)) = category else {
        return Ok(None);
    };
    let (page, pages) = clamp_page(page, total);
    let rows: Vec<CardRow> = sqlx::query_as(
        "SELECT sku, name, slug, image, price_minor, currency, COALESCE(available, 0) AS available,
                tracked
         FROM products LEFT JOIN stock USING (sku)
         WHERE category_slug = $1 AND published = 1 AND listed = 1
         ORDER BY substr(search_text, 1, 40), sku LIMIT $2 OFFSET $3",
    )
    .bind(slug)
    .bind(PAGE)
    .bind((page - 1) * PAGE)
    .fetch_all(db)
    .await?;
    Ok(Some(ProductList {
        title,
        products: cards(rows),
        total,
        page,
        pages,
        age_s: 0,
    }))
}

impl Store {
    /// The whole cache, by SKU.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn catalogue_products(&self) -> Result<Vec<Product>, DatabaseError> {
        let rows = self.db.read(|conn| {
            Box::pin(async move {
                let fields = rows::FIELDS.join(", ");
                let rows = sqlx::query(AssertSqlSafe(format!(
                    "SELECT COALESCE(available, 0) AS available, {fields}
                     FROM products LEFT JOIN stock USING (sku) ORDER BY sku"
                )));
                let rows = rows.fetch_all(conn).await?;
                let products: Result<_, _> = rows.iter().map(rows::read).collect();
                Ok::<_, DatabaseError>(products?)
            })
        });
        rows.await
    }
}

/// A product's page with a few neighbours, or none where it is not sold.
pub(crate) async fn product(db: &Readers, slug: &str) -> Result<Option<ProductPage>, sqlx::Error> {
    if slug.contains('\0') {
        return Ok(None);
    }
    let fields = rows::FIELDS.join(", ");
    let row = sqlx::query(AssertSqlSafe(format!(
        "SELECT {fields}, COALESCE(available, 0) AS available,
                COALESCE((SELECT c.slug FROM categories c WHERE c.slug = products.category_slug), '')
                    AS category_slug
         FROM products LEFT JOIN stock USING (sku) WHERE slug = $1 AND published = 1 ORDER BY sku LIMIT 1"
    )));
    let Some(row) = row.bind(slug).fetch_optional(db).await? else {
        return Ok(None);
    };
    let (product, category_slug) = (
        rows::read(&row)?,
        row.try_get::<String, _>("category_slug")?,
    );
    // The nearest below and the nearest above, and of both the nearest.
    let related = sqlx::query_as::<_, CardRow>(
        "SELECT sku, name, slug, image, price_minor, currency, COALESCE(available, 0) AS available, tracked
         FROM (
             SELECT * FROM (SELECT sku, name, slug, image, price_minor, currency, tracked FROM products
                 WHERE category_slug = $1 AND published = 1 AND listed = 1 AND sku <> $2
                   AND price_minor <= $3
                 ORDER BY price_minor DESC, sku DESC LIMIT 4) below
             UNION ALL
             SELECT * FROM (SELECT sku, name, slug, image, price_minor, currency, tracked FROM products
                 WHERE category_slug = $1 AND published = 1 AND listed = 1 AND sku <> $2
                   AND price_minor > $3
                 ORDER BY price_minor, sku LIMIT 4) above) near
         LEFT JOIN stock USING (sku)
         ORDER BY ABS(price_minor - $3), sku LIMIT 4",
    )
    .bind(&category_slug)
    .bind(&product.sku)
    .bind(product.price_minor)
    .fetch_all(db)
    .await?;
    Ok(Some(ProductPage {
        category_slug,
        related: cards(related),
        age_s: 0,
        product,
    }))
}

/// Whether a product's stock is not counted.
pub(crate) async fn is_untracked(db: &Readers, sku: &str) -> Result<bool, sqlx::Error> {
    // PostgreSQL takes no NUL in a text, and no SKU has one.
    if sku.contains('\0') {
        return Ok(false);
    }
    let tracked: Option<i32> = sqlx::query_scalar("SELECT tracked FROM products WHERE sku = $1")
        .bind(sku)
        .fetch_optional(db)
        .await?;
    Ok(tracked == Some(0))
}

pub(super) fn clamp_page(page: i64, total: i64) -> (i64, i64) {
    let pages = ((total + PAGE - 1) / PAGE).max(1);
    (page.clamp(1, pages), pages)
}
