//! Looking through the products, page by page, and at one of them.

use super::StockedProduct;
use crate::error::StorageError;
use crate::search::{Paging, patterns};
use crate::storage::EntMine;
use database::Conn;
use sqlx::Row;

/// Products on one page.
const PAGE: i64 = 50;

/// At most so many pieces available count as short: time to order more.
pub const SHORT_STOCK: i64 = 5;

/// Which products are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductQuery {
    /// Words of the name, the SKU or the category; all have to be there.
    pub text: String,
    pub category: Option<String>,
    pub shelf: Shelf,
    /// Only those of which [`SHORT_STOCK`] pieces or fewer are available.
    pub short: bool,
    /// From 1; one that is not there counts as the nearest that is.
    pub page: i64,
}

/// Which products a list shows, by what the merchant decided about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shelf {
    /// All but the archived ones.
    #[default]
    Current,
    Published,
    Unlisted,
    /// Drafts: neither published nor archived.
    Unpublished,
    Archived,
}

impl Shelf {
    pub const ALL: [Self; 5] = [
        Self::Current,
        Self::Published,
        Self::Unlisted,
        Self::Unpublished,
        Self::Archived,
    ];

    /// The word in addresses; empty for what a list shows at first.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "",
            Self::Published => "yes",
            Self::Unlisted => "unlisted",
            Self::Unpublished => "no",
            Self::Archived => "archived",
        }
    }

    /// The shelf of a word; [`Shelf::Current`] for another one.
    pub fn parse(word: &str) -> Self {
        let shelf = Self::ALL.into_iter().find(|shelf| shelf.as_str() == word);
        shelf.unwrap_or_default()
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Current => "archived = 0",
            Self::Published => "archived = 0 AND published = 1",
            Self::Unlisted => "archived = 0 AND published = 1 AND listed = 0",
            Self::Unpublished => "archived = 0 AND published = 0",
            Self::Archived => "archived = 1",
        }
    }
}

/// A page of products, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Products {
    pub products: Vec<StockedProduct>,
    pub paging: Paging,
}

/// One price of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPrice {
    pub price_version: i64,
    pub price_minor: i64,
    pub valid_from_ms: i64,
    /// None while it is the price.
    pub valid_to_ms: Option<i64>,
}

impl EntMine {
    /// A page of the products that are wanted.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn products(&self, query: ProductQuery) -> Result<Products, StorageError> {
        self.read(move |conn| Box::pin(async move { page(conn, query).await }))
            .await
    }

    /// One product.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn product(&self, sku: &str) -> Result<Option<StockedProduct>, StorageError> {
        let sku = sku.replace('\0', "?");
        self.read(move |conn| {
            Box::pin(async move {
                let row = sqlx::query("SELECT * FROM products WHERE sku = $1")
                    .bind(sku)
                    .fetch_optional(conn)
                    .await?;
                row.map(|row| StockedProduct::read(&row)).transpose()
            })
        })
        .await
    }

    /// Every price that a product ever had, the newest first.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn price_history(&self, sku: &str) -> Result<Vec<PastPrice>, StorageError> {
        let sku = sku.replace('\0', "?");
        self.read(move |conn| Box::pin(async move { prices(conn, sku).await }))
            .await
    }

    /// Every product by SKU, for an export.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn all_products(&self) -> Result<Vec<StockedProduct>, StorageError> {
        self.read(|conn| {
            Box::pin(async move {
                let rows = sqlx::query("SELECT * FROM products")
                    .fetch_all(conn)
                    .await?;
                let products: Result<Vec<StockedProduct>, StorageError> =
                    rows.iter().map(StockedProduct::read).collect();
                let mut products = products?;
                products.sort_unstable_by(|a, b| a.product.sku.cmp(&b.product.sku));
                Ok(products)
            })
        })
        .await
    }

    /// The categories that there are, by name.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn categories(&self) -> Result<Vec<String>, StorageError> {
        self.read(|conn| {
            Box::pin(async move {
                // From one to the next by the index, instead of through all products.
                let sql = "WITH RECURSIVE found (category) AS (
                               SELECT MIN(category) FROM products
                               UNION ALL
                               SELECT (SELECT MIN(category) FROM products
                                       WHERE products.category > found.category)
                               FROM found WHERE found.category IS NOT NULL)
                           SELECT category FROM found WHERE category IS NOT NULL ORDER BY category";
                Ok(sqlx::query_scalar(sql).fetch_all(conn).await?)
            })
        })
        .await
    }
}

async fn page(conn: &mut Conn, query: ProductQuery) -> Result<Products, StorageError> {
    // Only what is asked for stands there, so that each of the lists has its index.
    let mut condition = format!("WHERE {}", query.shelf.condition());
    if query.short {
        condition += &format!(" AND tracked = 1 AND on_hand - reserved <= {SHORT_STOCK}");
    }
    let mut values = Vec::new();
    if let Some(category) = query.category.filter(|category| !category.is_empty()) {
        values.push(category.replace('\0', "?"));
        condition += " AND category = $1";
    }
    for pattern in patterns(&query.text)
        .into_iter()
        .filter(|pattern| pattern != "%")
    {
        values.push(pattern);
        condition += &format!(" AND search_text LIKE ${} ESCAPE '!'", values.len());
    }
    let count = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM products {condition}"));
    let counting = values
        .iter()
        .fold(sqlx::query_scalar(count), |query, value| query.bind(value));
    let total: i64 = counting.fetch_one(&mut *conn).await?;
    let paging = Paging::of(query.page, PAGE, total);
    let (limit, offset) = (values.len() + 1, values.len() + 2);
    // The searched text begins with the name, so that this is by name as people sort.
    let list = sqlx::AssertSqlSafe(format!(
        "SELECT * FROM products {condition} ORDER BY substr(search_text, 1, 40), sku
         LIMIT ${limit} OFFSET ${offset}"
    ));
    let listing = values
        .iter()
        .fold(sqlx::query(list), |query, value| query.bind(value));
    let rows = listing
        .bind(PAGE)
        .bind(paging.offset())
        .fetch_all(conn)
        .await?;
    let products: Result<_, _> = rows.iter().map(StockedProduct::read).collect();
    Ok(Products {
        products: products?,
        paging,
    })
}

/// Every price that a product ever had, the newest first.
pub(super) async fn prices(conn: &mut Conn, sku: String) -> Result<Vec<PastPrice>, StorageError> {
    let rows = sqlx::query(
        "SELECT price_version, price_minor, valid_from_ms, valid_to_ms
         FROM prices WHERE sku = $1 ORDER BY price_version DESC",
    )
    .bind(sku)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PastPrice {
                price_version: row.try_get("price_version")?,
                price_minor: row.try_get("price_minor")?,
                valid_from_ms: row.try_get("valid_from_ms")?,
                valid_to_ms: row.try_get("valid_to_ms")?,
            })
        })
        .collect()
}
