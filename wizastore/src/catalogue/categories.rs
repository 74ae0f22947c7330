//! The categories that have something to show: counted when products change, not when pages are read.

use database::Conn;
use database::rows::{BATCH_ROWS, listed};
use std::collections::{BTreeSet, HashMap};

/// What of a product its category is made of.
#[derive(PartialEq, Eq, sqlx::FromRow)]
struct Part {
    category: String,
    category_slug: String,
    image: String,
    published: i32,
    listed: i32,
}

/// The products of a piece of work, as far as categories are made of them, before it.
pub(super) struct Before(HashMap<String, Part>);

impl Before {
    pub async fn read<'p>(
        tx: &mut Conn,
        skus: impl Iterator<Item = &'p str>,
    ) -> Result<Self, sqlx::Error> {
        let skus: Vec<&str> = skus.collect();
        Ok(Self(parts(tx, &skus).await?))
    }

    /// Counts the categories anew that another product is in now, or the same one otherwise. `skus` are those of
    /// before and those that are new.
    pub async fn count<'p>(
        &self,
        tx: &mut Conn,
        skus: impl Iterator<Item = &'p str>,
    ) -> Result<(), sqlx::Error> {
        let skus: Vec<&str> = skus.collect();
        let after = parts(tx, &skus).await?;
        let mut changed = BTreeSet::new();
        for sku in skus {
            let (before, after) = (self.0.get(sku), after.get(sku));
            if before != after {
                let both = before.into_iter().chain(after);
                changed.extend(both.map(|part| part.category_slug.as_str()));
            }
        }
        let changed: Vec<&str> = changed.into_iter().collect();
        for some in changed.chunks(BATCH_ROWS) {
            let gone = listed("DELETE FROM categories WHERE slug IN", some.len(), "");
            let gone = some
                .iter()
                .fold(sqlx::query(gone), |query, slug| query.bind(*slug));
            gone.execute(&mut *tx).await?;
            let there = listed(
                "INSERT INTO categories (slug, name, products, image)
                 SELECT category_slug, MIN(category), COUNT(*), MAX(image) FROM products
                 WHERE published = 1 AND listed = 1 AND category_slug IN",
                some.len(),
                "GROUP BY category_slug",
            );
            let there = some
                .iter()
                .fold(sqlx::query(there), |query, slug| query.bind(*slug));
            there.execute(&mut *tx).await?;
        }
        Ok(())
    }
}

async fn parts(tx: &mut Conn, skus: &[&str]) -> Result<HashMap<String, Part>, sqlx::Error> {
    let mut parts = HashMap::new();
    for some in skus.chunks(BATCH_ROWS) {
        let head = "SELECT sku, category, category_slug, image, published, listed FROM products WHERE sku IN";
        let query = sqlx::query_as(listed(head, some.len(), ""));
        let rows: Vec<Row> = some
            .iter()
            .fold(query, |query, sku| query.bind(*sku))
            .fetch_all(&mut *tx)
            .await?;
        parts.extend(rows.into_iter().map(|row| (row.sku, row.part)));
    }
    Ok(parts)
}

#[derive(sqlx::FromRow)]
struct Row {
    sku: String,
    #[sqlx(flatten)]
    part: Part,
}

/// Counts all categories: of a new snapshot, and at a start, because a program of before may have changed
/// products without counting.
pub(super) async fn count_all(tx: &mut Conn) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM categories")
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "INSERT INTO categories (slug, name, products, image)
         SELECT category_slug, MIN(category), COUNT(*), MAX(image) FROM products
         WHERE published = 1 AND listed = 1 GROUP BY category_slug",
    )
    .execute(tx)
    .await
    .map(|_| ())
}
