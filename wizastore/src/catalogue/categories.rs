//! The categories that have something to show: counted when products change, not when pages are read.

use super::slug::{OTHER, slug};
use crate::store::Store;
use database::rows::{BATCH_ROWS, insert, listed};
use database::{Conn, DatabaseError};
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

impl Part {
    fn is_shown(&self) -> bool {
        self.published == 1 && self.listed == 1
    }
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

    /// Brings the categories of these products up to date. What only came in is added, so that a new catalogue
    /// is not counted again and again; where something went or is another now, its category is counted anew.
    pub async fn count<'p>(
        &self,
        tx: &mut Conn,
        skus: impl Iterator<Item = &'p str>,
    ) -> Result<(), sqlx::Error> {
        let skus: Vec<&str> = skus.collect();
        let after = parts(tx, &skus).await?;
        let (mut changed, mut added) = (BTreeSet::new(), Vec::new());
        for sku in skus {
            let shown = |part: &&Part| part.is_shown();
            let before = self.0.get(sku).filter(shown);
            let after = after.get(sku).filter(shown);
            match (before, after) {
                (None, Some(part)) => added.push(part),
                (Some(before), after) if Some(before) != after => {
                    changed.insert(before.category_slug.as_str());
                    changed.extend(after.map(|part| part.category_slug.as_str()));
                }
                (Some(_) | None, _) => {}
            }
        }
        added.retain(|part| !changed.contains(part.category_slug.as_str()));
        add(tx, &added).await?;
        count_anew(tx, &changed.into_iter().collect::<Vec<_>>()).await
    }
}

/// Adds products that came into categories. The database compares names and pictures, as it does where it counts.
async fn add(tx: &mut Conn, added: &[&Part]) -> Result<(), sqlx::Error> {
    for some in added.chunks(BATCH_ROWS) {
        // Both engines name the columns of a list of values so.
        let sql = insert(
            "INSERT INTO categories (slug, name, products, image)
             SELECT column1, MIN(column2), COUNT(*), MAX(column3) FROM (",
            3,
            some.len(),
            ") AS new WHERE 1 = 1 GROUP BY column1
             ON CONFLICT (slug) DO UPDATE SET products = categories.products + excluded.products,
                 name = CASE WHEN excluded.name < categories.name
                             THEN excluded.name ELSE categories.name END,
                 image = CASE WHEN excluded.image > categories.image
                              THEN excluded.image ELSE categories.image END",
        );
        let query = some.iter().fold(sqlx::query(sql), |query, part| {
            let query = query.bind(&part.category_slug).bind(&part.category);
            query.bind(&part.image)
        });
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

async fn count_anew(tx: &mut Conn, slugs: &[&str]) -> Result<(), sqlx::Error> {
    for some in slugs.chunks(BATCH_ROWS) {
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

/// Counts all categories, of a new snapshot.
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

type Counted = Vec<(String, String, i64, String)>;

impl Store {
    /// Gives categories whose name has no letter addresses of their own: an earlier program, which may run beside
    /// this one, gave all of them the same.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    async fn tell_signs_apart(&self) -> Result<(), DatabaseError> {
        let names =
            sqlx::query_scalar("SELECT DISTINCT category FROM products WHERE category_slug = $1");
        let mut names: Vec<String> = names.bind(OTHER).fetch_all(self.db.reader()).await?;
        names.retain(|name| slug(name) != OTHER);
        if names.is_empty() {
            return Ok(());
        }
        let work = self.db.write("store.catalogue", |tx| {
            Box::pin(async move {
                for name in names {
                    let sql = "UPDATE products SET category_slug = $1 WHERE category_slug = $2 AND category = $3";
                    let query = sqlx::query(sql).bind(slug(&name)).bind(OTHER).bind(name);
                    query.execute(&mut *tx).await?;
                }
                Ok::<_, DatabaseError>(())
            })
        });
        work.await
    }

    /// Counts the categories anew where they are not those of the products: a program that does not count them
    /// may have changed products beside this one.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub(crate) async fn check_categories(&self) -> Result<(), DatabaseError> {
        self.tell_signs_apart().await?;
        let same = self.db.read(|conn| {
            Box::pin(async move {
                let told: Counted = sqlx::query_as(
                    "SELECT slug, name, products, image FROM categories ORDER BY slug",
                )
                .fetch_all(&mut *conn)
                .await?;
                let counted: Counted = sqlx::query_as(
                    "SELECT category_slug, MIN(category), COUNT(*), MAX(image) FROM products
                     WHERE published = 1 AND listed = 1 GROUP BY category_slug ORDER BY category_slug",
                )
                .fetch_all(conn)
                .await?;
                Ok::<_, DatabaseError>(told == counted)
            })
        });
        if same.await? {
            return Ok(());
        }
        self.db
            .write("store.catalogue", |tx| {
                Box::pin(async move { Ok::<_, DatabaseError>(count_all(tx).await?) })
            })
            .await
    }
}
