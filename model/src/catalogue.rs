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

/// What EntMine sends to a store: the body of `POST /hooks/entmine/catalog`.
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
    pub changes: Vec<Change>,
}

impl CatalogueMessage {
    /// What changed, or that nothing did.
    pub const KIND: &'static str = "catalog.changed";

    /// Staff want the store to take the whole catalogue anew. Has no changes.
    pub const REPAIR: &'static str = "catalog.repair";

    /// A message about a stretch of changes.
    pub fn new(changes: Changes, digest: Option<String>) -> Self {
        Self {
            kind: Self::KIND.to_owned(),
            epoch: changes.epoch,
            from: changes.from,
            to: changes.to,
            digest,
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
            available: product.available,
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
    pub available: i64,
    pub published: bool,
}

impl DigestLine {
    /// What the digest of a catalogue is worked out of.
    pub fn text_of(mut lines: Vec<Self>) -> String {
        // Not left to a database, which may sort by the rules of a language.
        lines.sort_unstable_by(|a, b| a.sku.cmp(&b.sku));
        lines.iter().map(Self::text).collect()
    }

    /// `sku:version:price_minor:available:published\n`, `published` as 1 or 0.
    fn text(&self) -> String {
        let Self {
            sku,
            version,
            price_minor,
            available,
            published,
        } = self;
        format!(
            "{sku}:{version}:{price_minor}:{available}:{}\n",
            u8::from(*published)
        )
    }
}
