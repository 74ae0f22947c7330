//! What staff do to a product's stock: goods come in, or what is there is counted.

use super::list::movement_of_request;
use super::{Movement, MovementKind};
use crate::catalog::{ProductChange, StockChange, StockedProduct, apply, read_products};
use crate::error::StorageError;
use crate::storage::{EntMine, Writing};
use model::StockLevel;

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
    /// What whoever asks calls this request, 1 to 255 visible ASCII characters: asked again under the
    /// same name, nothing is added again. None where nobody can ask again by mistake.
    pub request: Option<String>,
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
    /// As of a [`Receipt`].
    pub request: Option<String>,
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
    /// The name of the request belongs to another one.
    #[error("this request key was used for another change of stock; nothing was changed")]
    RequestReused,
}

impl EntMine {
    /// Adds pieces that came in. Gives the stock afterwards; asked again under the same request, what
    /// it was then.
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
    /// stock afterwards; asked again under the same request, what it was then.
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
    let request = request_key(&receipt.actor, receipt.request.as_deref());
    if let Some(done) = done_before(tx, request.as_deref()).await? {
        let same = done.kind == MovementKind::Receipt && done.on_hand_change == receipt.pieces;
        return Ok(replay(done, &receipt.sku, same));
    }
    let Some(before) = product(tx, &receipt.sku).await? else {
        return Ok(Err(StockRefused::UnknownProduct));
    };
    let on_hand = before.on_hand + receipt.pieces;
    if on_hand > MAX_ON_HAND {
        return Ok(Err(StockRefused::OutOfRange));
    }
    let change = Change {
        on_hand,
        kind: MovementKind::Receipt,
        reason: &receipt.reason,
        actor: &receipt.actor,
        request: request.as_deref(),
    };
    Ok(Ok(set_on_hand(tx, before, change).await?))
}

async fn correct(
    tx: &mut Writing<'_>,
    count: Count,
) -> Result<Result<StockLevel, StockRefused>, StorageError> {
    let request = request_key(&count.actor, count.request.as_deref());
    if let Some(done) = done_before(tx, request.as_deref()).await? {
        let same = done.kind == MovementKind::Count && done.level.on_hand == count.counted;
        return Ok(replay(done, &count.sku, same));
    }
    let Some(before) = product(tx, &count.sku).await? else {
        return Ok(Err(StockRefused::UnknownProduct));
    };
    if before.on_hand != count.seen {
        return Ok(Err(StockRefused::Moved {
            on_hand: before.on_hand,
        }));
    }
    let change = Change {
        on_hand: count.counted,
        kind: MovementKind::Count,
        reason: &count.reason,
        actor: &count.actor,
        request: request.as_deref(),
    };
    Ok(Ok(set_on_hand(tx, before, change).await?))
}

/// The request's name in the ledger. Two who choose the same one mean two requests.
fn request_key(actor: &str, request: Option<&str>) -> Option<String> {
    request.map(|request| format!("{actor} {request}"))
}

async fn done_before(
    tx: &mut Writing<'_>,
    request: Option<&str>,
) -> Result<Option<Movement>, StorageError> {
    match request {
        Some(request) => movement_of_request(tx.conn(), request).await,
        None => Ok(None),
    }
}

/// The answer of then to the same request.
fn replay(done: Movement, sku: &str, same: bool) -> Result<StockLevel, StockRefused> {
    if same && done.sku == sku {
        Ok(done.level)
    } else {
        Err(StockRefused::RequestReused)
    }
}

async fn product(tx: &mut Writing<'_>, sku: &str) -> Result<Option<StockedProduct>, StorageError> {
    Ok(read_products(tx.conn(), &[sku]).await?.remove(sku))
}

/// A change of what is on hand.
struct Change<'a> {
    /// Afterwards.
    on_hand: i64,
    kind: MovementKind,
    reason: &'a str,
    actor: &'a str,
    request: Option<&'a str>,
}

async fn set_on_hand(
    tx: &mut Writing<'_>,
    before: StockedProduct,
    change: Change<'_>,
) -> Result<StockLevel, StorageError> {
    let (on_hand, kind) = (change.on_hand, change.kind);
    let level = StockLevel {
        sku: before.product.sku.clone(),
        on_hand,
        reserved: before.reserved,
        available: on_hand - before.reserved,
    };
    let detail = format!("{} -> {on_hand} ({})", before.on_hand, kind.as_str());
    let moved = StockChange {
        kind,
        on_hand: on_hand - before.on_hand,
        reserved: 0,
        reason: change.reason,
        number: None,
        request: change.request,
    };
    let product = ProductChange::of(before)
        .moved(moved)
        .noted("product.stock", detail);
    apply(tx, change.actor, vec![product]).await?;
    Ok(level)
}
