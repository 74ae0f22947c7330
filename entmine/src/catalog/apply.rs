//! The one door through which products change, their stock and prices with them.
//!
//! Whoever changes products reads them with [`read_products`], says with [`ProductChange`] what they are to
//! be, and gives that to [`apply`] in the same transaction. No other code writes `products`, `prices`,
//! `stock_movements` or `catalog_changes` (`scripts/check-layers` refuses it).

use super::StockedProduct;
use super::price::{NewPrice, record_prices};
use super::product::{COLUMNS, STOCK_COLUMNS};
use crate::audit;
use crate::batch::{self, BATCH_ROWS};
use crate::error::StorageError;
use crate::stock::{Moved, MovementKind};
use crate::storage::Writing;
use database::{Change, Conn};
use sqlx::any::AnyRow;
use std::collections::HashMap;

/// What a product was when it was read, if there was one, and what it is to be.
pub(crate) struct ProductChange {
    before: Option<StockedProduct>,
    after: StockedProduct,
    moved: Vec<Moved>,
    event: Option<(&'static str, String)>,
}

/// How a stock changes, and why.
#[derive(Clone, Debug)]
pub(crate) struct StockChange<'a> {
    pub kind: MovementKind,
    pub on_hand: i64,
    pub reserved: i64,
    /// In the words of whoever does it; may be empty.
    pub reason: &'a str,
    /// The order that it is for.
    pub number: Option<&'a str>,
    /// The request that made it, which no other movement may have.
    pub request: Option<&'a str>,
}

impl ProductChange {
    /// A product that there was not.
    pub fn new(product: StockedProduct) -> Self {
        Self {
            before: None,
            after: product,
            moved: Vec::new(),
            event: None,
        }
    }

    /// A product as it was read.
    pub fn of(before: StockedProduct) -> Self {
        Self {
            after: before.clone(),
            before: Some(before),
            moved: Vec::new(),
            event: None,
        }
    }

    /// Changes anything but the stock. Versions follow by themselves.
    pub fn with(mut self, change: impl FnOnce(&mut StockedProduct)) -> Self {
        change(&mut self.after);
        self
    }

    /// Changes the stock, and writes that into the ledger.
    pub fn moved(mut self, stock: StockChange<'_>) -> Self {
        self.move_stock(stock);
        self
    }

    /// The same where the change is kept elsewhere.
    pub fn move_stock(&mut self, stock: StockChange<'_>) {
        self.after.on_hand += stock.on_hand;
        self.after.reserved += stock.reserved;
        self.moved.push(Moved {
            sku: self.after.product.sku.clone(),
            kind: stock.kind,
            on_hand_change: stock.on_hand,
            reserved_change: stock.reserved,
            on_hand: self.after.on_hand,
            reserved: self.after.reserved,
            reason: stock.reason.to_owned(),
            number: stock.number.map(str::to_owned),
            request: stock.request.map(str::to_owned),
        });
    }

    /// Writes it into the audit, as something that happened to this product.
    pub fn noted(mut self, event: &'static str, detail: String) -> Self {
        self.event = Some((event, detail));
        self
    }

    pub fn before(&self) -> Option<&StockedProduct> {
        self.before.as_ref()
    }

    pub fn after(&self) -> &StockedProduct {
        &self.after
    }

    /// The same number in another currency is another price.
    pub fn price_differs(&self) -> bool {
        self.before.as_ref().is_none_or(|before| {
            let (has, wants) = (&before.product, &self.after.product);
            has.price_minor != wants.price_minor || has.currency != wants.currency
        })
    }

    /// Whether stores have to hear of it, because it is not only a note of EntMine's own.
    pub fn is_news(&self) -> bool {
        self.differs(|before, after| before.imported_on_hand = after.imported_on_hand)
    }

    /// Whether it makes another version of the product, which another stock alone does not: stores hear of
    /// that by the ledger.
    fn is_versioned(&self) -> bool {
        self.differs(|before, after| {
            before.imported_on_hand = after.imported_on_hand;
            (before.on_hand, before.reserved) = (after.on_hand, after.reserved);
            before.product.available = after.product.available;
        })
    }

    /// Whether it differs in more than what `except` makes the same.
    fn differs(&self, except: impl FnOnce(&mut StockedProduct, &StockedProduct)) -> bool {
        self.before.as_ref().is_none_or(|before| {
            let mut before = before.clone();
            except(&mut before, &self.after);
            before != self.after
        })
    }

    /// Whoever is shown the product as it was before pays too little, or cannot have it.
    fn is_urgent(&self) -> bool {
        let after = &self.after.product;
        self.before.as_ref().is_some_and(|before| {
            let has = &before.product;
            has.published && (!after.published || has.price_minor < after.price_minor)
        })
    }

    /// Gives the product its next versions.
    fn versioned(&mut self) {
        self.after.product.available = self.after.on_hand - self.after.reserved;
        let (other, price) = (self.is_versioned(), self.price_differs());
        let before = self.before.as_ref().map(|before| &before.product);
        let product = &mut self.after.product;
        product.version = before.map_or(0, |before| before.version) + i64::from(other);
        product.price_version = before.map_or(0, |before| before.price_version) + i64::from(price);
    }

    /// Whether it is new, or more of it than its stock is another.
    fn is_product(&self) -> bool {
        self.before.is_none() || self.is_versioned()
    }

    /// Whether anything at all is another.
    pub fn is_written(&self) -> bool {
        self.before.as_ref() != Some(&self.after)
    }
}

/// The products with these SKUs, as they are now.
pub(crate) async fn read_products(
    conn: &mut Conn,
    skus: &[&str],
) -> Result<HashMap<String, StockedProduct>, StorageError> {
    let mut rows = Vec::with_capacity(skus.len());
    for question in ask_for_products(skus) {
        rows.extend(question.fetch_all(&mut *conn).await?);
    }
    products_of(&rows)
}

/// The questions for some products; [`products_of`] has the answers.
pub(crate) fn ask_for_products(skus: &[&str]) -> Vec<Change<'static>> {
    // PostgreSQL takes no NUL in a text, and no SKU has one.
    let skus: Vec<_> = skus.iter().filter(|sku| !sku.contains('\0')).collect();
    let questions = skus.chunks(BATCH_ROWS).map(|skus| {
        let sql = batch::listed("SELECT * FROM products WHERE sku IN", skus.len(), "");
        let skus = skus.iter().map(|sku| (**sku).to_owned());
        skus.fold(sqlx::query(sql), |query, sku| query.bind(sku))
    });
    questions.collect()
}

/// Products by SKU.
pub(crate) fn products_of<'r>(
    rows: impl IntoIterator<Item = &'r AnyRow>,
) -> Result<HashMap<String, StockedProduct>, StorageError> {
    let products = rows.into_iter().map(|row| {
        let row = StockedProduct::read(row)?;
        Ok((row.product.sku.clone(), row))
    });
    products.collect()
}

/// Writes changes of products, each of another one, and all that belongs to a change: its versions, the
/// history of its price, the ledger of its stock, its place in the stream that stores follow, and the
/// audit. `actor` is who does it. Where nothing of a product differs only its movements and its event are
/// written.
pub(crate) async fn apply(
    tx: &mut Writing<'_>,
    actor: &str,
    changes: Vec<ProductChange>,
) -> Result<(), StorageError> {
    apply_later(tx, actor, changes).await?;
    tx.flush().await
}

/// The same, with the other changes of this work that wait for its end.
pub(crate) async fn apply_later(
    tx: &mut Writing<'_>,
    actor: &str,
    mut changes: Vec<ProductChange>,
) -> Result<(), StorageError> {
    changes.iter_mut().for_each(ProductChange::versioned);
    let written: Vec<_> = changes.iter().filter(|c| c.is_written()).collect();
    let (products, stocks): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|change| change.is_product());
    // Each column that is written costs the indexes in which it is.
    for (written, columns) in [(products, &COLUMNS[1..]), (stocks, &STOCK_COLUMNS)] {
        for some in written.chunks(BATCH_ROWS) {
            write(tx, some, columns).await?;
        }
    }
    tx.urgent |= changes.iter().any(ProductChange::is_urgent);
    let priced = changes.iter().filter(|change| change.price_differs());
    let prices: Vec<_> = priced
        .map(|change| NewPrice {
            sku: change.after.product.sku.clone(),
            price_version: change.after.product.price_version,
            price_minor: change.after.product.price_minor,
        })
        .collect();
    if !prices.is_empty() {
        // A new product's price refers to it.
        tx.flush().await?;
        record_prices(tx, &prices).await?;
    }
    for change in changes {
        let is_versioned = change.is_versioned();
        let sku = change.after.product.sku;
        if is_versioned {
            tx.lists
                .changed
                .push((sku.clone(), change.after.product.version));
        }
        let moved = change.moved.into_iter();
        tx.lists
            .moved
            .extend(moved.map(|moved| (actor.to_owned(), moved)));
        if let Some((event, detail)) = &change.event {
            let subject = &sku;
            tx.note(audit::Entry {
                actor,
                event,
                subject,
                detail,
            });
        }
    }
    Ok(())
}

async fn write(
    tx: &mut Writing<'_>,
    changes: &[&ProductChange],
    columns: &[&'static str],
) -> Result<(), StorageError> {
    let sql = batch::upsert("products", &COLUMNS, changes.len(), "sku", columns, "");
    let query = changes
        .iter()
        .fold(sqlx::query(sql), |query, change| change.after.bind(query));
    tx.later(query).await
}
