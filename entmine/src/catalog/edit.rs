//! Changing one product's stock or price, as programs do.

use super::{ProductChange, StockChange, apply, read_products};
use crate::error::StorageError;
use crate::stock::MovementKind;
use crate::storage::{EntMine, Writing};

impl EntMine {
    /// Sets how many pieces are in the warehouse (0 or more; the reserved ones are among them).
    /// Gives false where there is no such product.
    ///
    /// # Errors
    /// [`StorageError`]; a negative count is refused by the database.
    pub async fn set_stock(&self, sku: &str, on_hand: i64) -> Result<bool, StorageError> {
        let sku = sku.to_owned();
        self.write("entmine.stock", move |tx| {
            Box::pin(async move { stock(tx, &sku, on_hand).await })
        })
        .await
    }

    /// Sets the price in minor units (0 or more). The price before it is honoured for orders that
    /// were placed while it was shown. Gives false where there is no such product.
    ///
    /// # Errors
    /// [`StorageError`]; a negative price is refused by the database.
    pub async fn set_price(&self, sku: &str, price_minor: i64) -> Result<bool, StorageError> {
        let sku = sku.to_owned();
        self.write("entmine.price", move |tx| {
            Box::pin(async move { price(tx, &sku, price_minor).await })
        })
        .await
    }
}

async fn stock(tx: &mut Writing<'_>, sku: &str, on_hand: i64) -> Result<bool, StorageError> {
    let Some(row) = read_products(tx.conn(), &[sku]).await?.remove(sku) else {
        return Ok(false);
    };
    let before = row.on_hand;
    if before != on_hand {
        let count = StockChange {
            kind: MovementKind::Count,
            on_hand: on_hand - before,
            reserved: 0,
            reason: "",
            number: None,
            request: None,
        };
        let detail = format!("{before} -> {on_hand}");
        let change = ProductChange::of(row)
            .moved(count)
            .noted("product.stock", detail);
        apply(tx, "entmine", vec![change]).await?;
    }
    Ok(true)
}

async fn price(tx: &mut Writing<'_>, sku: &str, price_minor: i64) -> Result<bool, StorageError> {
    let Some(row) = read_products(tx.conn(), &[sku]).await?.remove(sku) else {
        return Ok(false);
    };
    let before = row.product.price_minor;
    if before != price_minor {
        let change = ProductChange::of(row)
            .with(|row| row.product.price_minor = price_minor)
            .noted("product.price", format!("{before} -> {price_minor}"));
        apply(tx, "entmine", vec![change]).await?;
    }
    Ok(true)
}
