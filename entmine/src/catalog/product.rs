//! A product's row.

use super::{FieldMarks, ProductStatus};
use crate::error::StorageError;
use crate::search::product_text;
use model::Product;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A product with its stock as counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StockedProduct {
    pub product: Product,
    /// Pieces in the warehouse, the reserved ones among them.
    pub on_hand: i64,
    /// Pieces promised to orders.
    pub reserved: i64,
    /// Kept for its history only; never published.
    pub(crate) archived: bool,
    /// The stock that the last file set, as long as files may compare with it; none where no file did.
    pub(crate) imported_on_hand: Option<i64>,
}

/// The columns of `products`, in the order in which [`StockedProduct::bind`] gives their values.
pub(super) const COLUMNS: [&str; 18] = [
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
    "on_hand",
    "reserved",
    "published",
    "listed",
    "archived",
    "tracked",
    "imported_on_hand",
    "search_text",
];

/// The columns that another stock changes, which each order makes.
pub(super) const STOCK_COLUMNS: [&str; 3] = ["on_hand", "reserved", "imported_on_hand"];

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

impl StockedProduct {
    /// Reads a row that has all columns of `products`.
    pub(crate) fn read(row: &AnyRow) -> Result<Self, StorageError> {
        let on_hand: i64 = row.try_get("on_hand")?;
        let reserved: i64 = row.try_get("reserved")?;
        let flag = |column: &str| Ok::<_, sqlx::Error>(row.try_get::<i64, _>(column)? == 1);
        let product = Product {
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
            available: on_hand - reserved,
            published: flag("published")?,
            tracked: flag("tracked")?,
            listed: flag("listed")?,
        };
        Ok(Self {
            product,
            on_hand,
            reserved,
            archived: flag("archived")?,
            imported_on_hand: row.try_get("imported_on_hand")?,
        })
    }

    /// Gives a statement the values of [`COLUMNS`].
    pub(super) fn bind<'q>(&'q self, query: Query<'q>) -> Query<'q> {
        let product = &self.product;
        query
            .bind(&product.sku)
            .bind(product.version)
            .bind(&product.name)
            .bind(&product.slug)
            .bind(&product.category)
            .bind(&product.description)
            .bind(&product.image)
            .bind(&product.currency)
            .bind(product.price_minor)
            .bind(product.price_version)
            .bind(self.on_hand)
            .bind(self.reserved)
            .bind(i64::from(product.published))
            .bind(i64::from(product.listed))
            .bind(i64::from(self.archived))
            .bind(i64::from(product.tracked))
            .bind(self.imported_on_hand)
            .bind(product_text(&product.name, &product.sku, &product.category))
    }

    /// What a merchant decided about it.
    pub fn status(&self) -> ProductStatus {
        ProductStatus::of(self.product.published, self.product.listed, self.archived)
    }

    /// Sets the columns that a status consists of.
    pub(crate) fn set_status(&mut self, status: ProductStatus) {
        self.product.published = status.is_published();
        self.product.listed = status.is_listed();
        self.archived = status == ProductStatus::Archived;
    }

    /// A mark of everything that staff edit, field by field ([`FieldMarks`]). Whoever saves a form
    /// under another mark than the product's did not see what they are about to overwrite.
    pub fn edition(&self) -> String {
        // The same price again is another one, with a version of its own.
        format!("{}-{}", FieldMarks::of(self), self.product.price_version)
    }
}
