//! What staff do to a product's stock: goods come in, or what is there is counted.

use super::{Moved, MovementKind, record_movements};
use crate::audit;
use crate::catalog::record_changes;
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use model::StockLevel;
use sqlx::Row;

/// The largest stock of one product, as in a merchant's file: beyond it somebody typed a barcode.
pub const MAX_ON_HAND: i64 = 1_000_000;

/// Goods that came in.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub sku: String,
    /// 1 or more.
    pub pieces: i64,
    /// A delivery note's number, for example. May be empty.
    pub reason: String,
    /// `staff:<name>`.
    pub actor: String,
}

/// What somebody counted.
#[derive(Clone, Debug)]
pub struct Count {
    pub sku: String,
    /// What EntMine said was on hand when it was counted.
    pub seen: i64,
    /// What was there, 0 or more, pieces reserved for orders among them.
    pub counted: i64,
    /// Why it differs.
    pub reason: String,
    /// `staff:<name>`.
    pub actor: String,
}

/// Why a stock stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StockRefused {
    #[error("there is no product with this SKU")]
    UnknownProduct,
    /// Goods came or went meanwhile, so that nobody knows what the count is of.
    #[error("meanwhile the stock on hand became {on_hand}; please count again")]
    Moved { on_hand: i64 },
    #[error("a receipt is of 1 to {MAX_ON_HAND} pieces, and no stock is larger")]
    OutOfRange,
    #[error("a count needs a reason")]
    NoReason,
}

impl EntMine {
    /// Adds pieces that came in. Gives the stock afterwards.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether they may have been added.
    pub async fn receive_stock(
        &self,
        receipt: Receipt,
    ) -> Result<Result<StockLevel, StockRefused>, StorageError> {
        if !(1..=MAX_ON_HAND).contains(&receipt.pieces) {
            return Ok(Err(StockRefused::OutOfRange));
        }
        self.write("entmine.receipt", move |tx| {
            Box::pin(async move { receive(tx, receipt).await })
        })
        .await
    }

    /// Corrects what is on hand to what was counted. A count that agrees is noted too. Gives the
    /// stock afterwards.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether it may have been corrected.
    pub async fn count_stock(
        &self,
        count: Count,
    ) -> Result<Result<StockLevel, StockRefused>, StorageError> {
        if !(0..=MAX_ON_HAND).contains(&count.counted) {
            return Ok(Err(StockRefused::OutOfRange));
        }
        if count.reason.trim().is_empty() {
            return Ok(Err(StockRefused::NoReason));
        }
        self.write("entmine.count", move |tx| {
            Box::pin(async move { correct(tx, count).await })
        })
        .await
    }
}

async fn receive(
    tx: &mut Writing<'_>,
    receipt: Receipt,
) -> Result<Result<StockLevel, StockRefused>, StorageError> {
    let Some(before) = level(tx, &receipt.sku).await? else {
        return Ok(Err(StockRefused::UnknownProduct));
    };
    let on_hand = before.on_hand + receipt.pieces;
    if on_hand > MAX_ON_HAND {
        return Ok(Err(StockRefused::OutOfRange));
    }
    let Receipt { reason, actor, .. } = &receipt;
    let after = set_on_hand(tx, &before, on_hand, MovementKind::Receipt, reason, actor).await?;
    Ok(Ok(after))
}

async fn correct(
    tx: &mut Writing<'_>,
    count: Count,
) -> Result<Result<StockLevel, StockRefused>, StorageError> {
    let Some(before) = level(tx, &count.sku).await? else {
        return Ok(Err(StockRefused::UnknownProduct));
    };
    if before.on_hand != count.seen {
        return Ok(Err(StockRefused::Moved {
            on_hand: before.on_hand,
        }));
    }
    let (reason, actor) = (&count.reason, &count.actor);
    let kind = MovementKind::Count;
    let after = set_on_hand(tx, &before, count.counted, kind, reason, actor).await?;
    Ok(Ok(after))
}

async fn level(tx: &mut Writing<'_>, sku: &str) -> Result<Option<StockLevel>, StorageError> {
    // PostgreSQL takes no NUL in a text, and no SKU has one.
    if sku.contains('\0') {
        return Ok(None);
    }
    let row = sqlx::query("SELECT on_hand, reserved FROM products WHERE sku = $1")
        .bind(sku)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let (on_hand, reserved): (i64, i64) = (row.try_get("on_hand")?, row.try_get("reserved")?);
    Ok(Some(StockLevel {
        sku: sku.to_owned(),
        on_hand,
        reserved,
        available: on_hand - reserved,
    }))
}

async fn set_on_hand(
    tx: &mut Writing<'_>,
    before: &StockLevel,
    on_hand: i64,
    kind: MovementKind,
    reason: &str,
    actor: &str,
) -> Result<StockLevel, StorageError> {
    let sku = &before.sku;
    let change = on_hand - before.on_hand;
    if change != 0 {
        let version: i64 = sqlx::query_scalar(
            "UPDATE products SET on_hand = $1, version = version + 1 WHERE sku = $2
             RETURNING version",
        )
        .bind(on_hand)
        .bind(sku)
        .fetch_one(tx.conn())
        .await?;
        record_changes(tx, &[(sku.clone(), version)]).await?;
    }
    let moved = Moved {
        sku: sku.clone(),
        on_hand_change: change,
        reserved_change: 0,
        on_hand,
        reserved: before.reserved,
    };
    record_movements(tx, kind, &[moved], actor, reason, None).await?;
    let entry = audit::Entry {
        actor,
        event: "product.stock",
        subject: sku,
        detail: &format!("{} -> {on_hand} ({})", before.on_hand, kind.as_str()),
    };
    audit::record(tx, entry).await?;
    Ok(StockLevel {
        on_hand,
        available: on_hand - before.reserved,
        ..before.clone()
    })
}
