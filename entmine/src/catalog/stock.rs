//! The stock pull: how many pieces there are now.

use crate::clock::rfc3339;
use crate::error::StorageError;
use crate::storage::EntMine;
use database::Conn;
use model::{StockAnswer, StockLevel};
use sqlx::Row;
use std::collections::HashSet;

impl EntMine {
    /// The stock of these products, each once, in the order asked; unknown SKUs are absent.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn stock(&self, skus: &[String]) -> Result<StockAnswer, StorageError> {
        let mut seen = HashSet::new();
        let skus: Vec<String> = skus
            .iter()
            // PostgreSQL takes no NUL in a text, and no SKU has one.
            .filter(|sku| !sku.contains('\0') && seen.insert(sku.as_str()))
            .cloned()
            .collect();
        let as_of = rfc3339(self.now_ms());
        let levels = self
            .read(move |conn| {
                Box::pin(async move {
                    let mut levels = Vec::with_capacity(skus.len());
                    for sku in skus {
                        levels.extend(level(conn, sku).await?);
                    }
                    Ok(levels)
                })
            })
            .await?;
        Ok(StockAnswer { as_of, levels })
    }
}

async fn level(conn: &mut Conn, sku: String) -> Result<Option<StockLevel>, StorageError> {
    let row = sqlx::query("SELECT on_hand, reserved FROM products WHERE sku = $1")
        .bind(&sku)
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let on_hand: i64 = row.try_get("on_hand")?;
    let reserved: i64 = row.try_get("reserved")?;
    Ok(Some(StockLevel {
        sku,
        on_hand,
        reserved,
        available: on_hand - reserved,
    }))
}
