//! EntMine's catalogue on its way to a store.

use crate::Product;
use serde::{Deserialize, Serialize};

/// The whole catalogue at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Snapshot {
    /// Raised when EntMine is restored from a backup: a cache of an earlier epoch is worth nothing.
    pub epoch: i64,
    /// The newest change that is in it; the stream of changes goes on from here.
    pub seq: i64,
    /// The newest movement of stock that is in it; the stream of stocks goes on from here.
    pub stock_seq: i64,
    /// See [`DigestLine`].
    pub digest: String,
    /// By SKU (its bytes), unpublished ones included.
    pub products: Vec<Product>,
}

/// What a catalogue is, without the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogueDigest {
    pub epoch: i64,
    pub seq: i64,
    /// How many there are.
    pub products: i64,
    /// See [`DigestLine`].
    pub digest: String,
    pub stock: StockDigest,
}

impl CatalogueDigest {
    /// Whether this catalogue has such a digest, and its stock such a one. A stock at another movement, or that
    /// is not said, is not compared.
    pub fn is(&self, digest: &str, stock: Option<&StockDigest>) -> bool {
        let same_stock = stock
            .filter(|stock| stock.seq == self.stock.seq)
            .is_none_or(|stock| stock.digest.eq_ignore_ascii_case(&self.stock.digest));
        self.digest.eq_ignore_ascii_case(digest) && same_stock
    }
}

/// What the stocks are at one moment. They have an order of their own, because every sale moves one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StockDigest {
    /// The newest movement.
    pub seq: i64,
    /// See [`StockOf`].
    pub digest: String,
}

/// A stretch of the stream of changes, without gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changes {
    pub epoch: i64,
    /// The seq that was asked for: the one just before the first change.
    pub from: i64,
    /// The seq of the last change, and where to go on. `from` where there is none; less than `from`
    /// where EntMine has not even got so far, which only an earlier backup explains.
    pub to: i64,
    /// There are later ones.
    pub more: bool,
    pub changes: Vec<Change>,
}

/// One change of one product. The product is given as it is now, not as it was after the change, so
/// a later change in the stream can bring the same version once more, never an older one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    pub seq: i64,
    pub sku: String,
    pub version: i64,
    pub deleted: bool,
    /// None where deleted.
    pub product: Option<Product>,
}

/// A stretch of the stream of stocks: the products whose stock moved, each once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StockChanges {
    pub epoch: i64,
    /// The movement that was asked for: the one just before the first.
    pub from: i64,
    /// The last movement, and where to go on. As in [`Changes`] less than `from` only after an earlier
    /// backup.
    pub to: i64,
    /// There are later ones.
    pub more: bool,
    pub stocks: Vec<StockOf>,
}

/// How many pieces of a product can be had: as it was when the stretch was read, which is never before its
/// `to`. What moved after that comes in a later stretch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StockOf {
    pub sku: String,
    /// Below zero where an order on hold waits for goods.
    pub available: i64,
}

impl From<&Product> for StockOf {
    fn from(product: &Product) -> Self {
        Self {
            sku: product.sku.clone(),
            available: product.available,
        }
    }
}

impl StockOf {
    /// What the digest of stocks is worked out of: the lines `sku:available\n` of all products, sorted by
    /// the bytes of their SKUs.
    pub fn text_of(stocks: &mut [Self]) -> String {
        stocks.sort_unstable_by(|a, b| a.sku.cmp(&b.sku));
        let line = |stock: &Self| format!("{}:{}\n", stock.sku, stock.available);
        stocks.iter().map(line).collect()
    }
}

/// What EntMine sends to a store: the body of `POST /hooks/entmine/catalog`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum HookMessage {
    Catalogue(CatalogueMessage),
    Stock(StockMessage),
}

impl HookMessage {
    /// Epoch, and the stretch of its stream: the seq just before it and its last.
    pub fn stretch(&self) -> (i64, i64, i64) {
        match self {
            Self::Catalogue(message) => (message.epoch, message.from, message.to),
            Self::Stock(message) => (message.epoch, message.from, message.to),
        }
    }
}

/// Of a message, what it is about.
#[derive(Deserialize)]
pub struct HookMessageKind {
    #[serde(rename = "type")]
    pub kind: String,
}

/// Which stocks moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockMessage {
    /// `stock.changed`.
    #[serde(rename = "type")]
    pub kind: String,
    pub epoch: i64,
    /// The movement just before the first.
    pub from: i64,
    pub to: i64,
    pub stocks: Vec<StockOf>,
}

impl StockMessage {
    pub const KIND: &'static str = "stock.changed";

    /// A message about a stretch of movements.
    pub fn new(changes: StockChanges) -> Self {
        Self {
            kind: Self::KIND.to_owned(),
            epoch: changes.epoch,
            from: changes.from,
            to: changes.to,
            stocks: changes.stocks,
        }
    }
}

/// What changed in the catalogue, or that nothing did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueMessage {
    /// `catalog.changed`, or `catalog.repair`.
    #[serde(rename = "type")]
    pub kind: String,
    pub epoch: i64,
    /// The seq just before the first change.
    pub from: i64,
    /// The seq of the last change; `from` in a heartbeat, which has none.
    pub to: i64,
    /// What the catalogue is at `to`; none while there are later changes already, and while so much
    /// changes that it is not worked out each time.
    pub digest: Option<String>,
    /// What the stocks are at the moment of `digest`.
    #[serde(default)]
    pub stock: Option<StockDigest>,
    pub changes: Vec<Change>,
}

impl CatalogueMessage {
    /// What changed, or that nothing did.
    pub const KIND: &'static str = "catalog.changed";

    /// Staff want the store to take the whole catalogue anew. Has no changes.
    pub const REPAIR: &'static str = "catalog.repair";

    /// A message about a stretch of changes, with what the catalogue is after it, where that is known.
    pub fn new(changes: Changes, digest: Option<CatalogueDigest>) -> Self {
        let (digest, stock) = digest.map(|whole| (whole.digest, whole.stock)).unzip();
        Self {
            kind: Self::KIND.to_owned(),
            epoch: changes.epoch,
            from: changes.from,
            to: changes.to,
            digest,
            stock,
            changes: changes.changes,
        }
    }

    /// Says only that nothing changed.
    pub fn is_heartbeat(&self) -> bool {
        self.from == self.to
    }
}

impl From<&Product> for DigestLine {
    fn from(product: &Product) -> Self {
        Self {
            sku: product.sku.clone(),
            version: product.version,
            price_minor: product.price_minor,
            published: product.published,
        }
    }
}

/// What of a product counts for the digest, by which both sides see whether they have the same
/// catalogue: `sha256:<hex>` over the lines of all products, sorted by the bytes of their SKUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestLine {
    pub sku: String,
    pub version: i64,
    pub price_minor: i64,
    pub published: bool,
}

impl DigestLine {
    /// What the digest of a catalogue is worked out of.
    pub fn text_of(mut lines: Vec<Self>) -> String {
        // Not left to a database, which may sort by the rules of a language.
        lines.sort_unstable_by(|a, b| a.sku.cmp(&b.sku));
        lines.iter().map(Self::text).collect()
    }

    /// `sku:version:price_minor:published\n`, `published` as 1 or 0.
    fn text(&self) -> String {
        let published = u8::from(self.published);
        format!(
            "{}:{}:{}:{published}\n",
            self.sku, self.version, self.price_minor
        )
    }
}
