//! Changing one product's stock or price, as programs do.

use super::{NewPrice, record_changes, record_prices};
use crate::audit;
use crate::error::StorageError;
use crate::stock::{Moved, MovementKind, record_movements};
use crate::storage::{EntMine, Writing};
use sqlx::Row;

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
    let row = sqlx::query("SELECT on_hand, reserved FROM products WHERE sku = $1")
        .bind(sku)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else {
        return Ok(false);
    };
    let before: i64 = row.try_get("on_hand")?;
    if before == on_hand {
        return Ok(true);
    }
    let version: i64 = sqlx::query_scalar(
        "UPDATE products SET on_hand = $1, version = version + 1 WHERE sku = $2
         RETURNING version",
    )
    .bind(on_hand)
    .bind(sku)
    .fetch_one(tx.conn())
    .await?;
    record_changes(tx, &[(sku.to_owned(), version)]).await?;
    let moved = Moved {
        sku: sku.to_owned(),
        on_hand_change: on_hand - before,
        reserved_change: 0,
        on_hand,
        reserved: row.try_get("reserved")?,
    };
    record_movements(tx, MovementKind::Count, &[moved], "entmine", "", None).await?;
    note(tx, "product.stock", sku, before, on_hand).await?;
    Ok(true)
}

async fn price(tx: &mut Writing<'_>, sku: &str, price_minor: i64) -> Result<bool, StorageError> {
    let before: Option<i64> = sqlx::query_scalar("SELECT price_minor FROM products WHERE sku = $1")
        .bind(sku)
        .fetch_optional(tx.conn())
        .await?;
    let Some(before) = before else {
        return Ok(false);
    };
    if before == price_minor {
        return Ok(true);
    }
    let row = sqlx::query(
        "UPDATE products
         SET price_minor = $1, price_version = price_version + 1, version = version + 1
         WHERE sku = $2
         RETURNING version, price_version",
    )
    .bind(price_minor)
    .bind(sku)
    .fetch_one(tx.conn())
    .await?;
    tx.urgent |= price_minor > before;
    let price = NewPrice {
        sku: sku.to_owned(),
        price_version: row.try_get("price_version")?,
        price_minor,
    };
    record_prices(tx, &[price]).await?;
    record_changes(tx, &[(sku.to_owned(), row.try_get("version")?)]).await?;
    note(tx, "product.price", sku, before, price_minor).await?;
    Ok(true)
}

async fn note(
    tx: &mut Writing<'_>,
    event: &str,
    sku: &str,
    before: i64,
    after: i64,
) -> Result<(), StorageError> {
    let entry = audit::Entry {
        actor: "entmine",
        event,
        subject: sku,
        detail: &format!("{before} -> {after}"),
    };
    audit::record(tx, entry).await
}
