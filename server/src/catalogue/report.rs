//! What an operator sees of the catalogue cache, and its repair by hand.

use super::follow::{FollowError, Followed, take_anyway};
use super::source::CatalogueSource;
use model::{CatalogueDigest, Product};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use wizastore::{DatabaseError, Smaller, Store};

/// Differences that are named one by one.
const NAMED: usize = 100;

/// How the cache stands beside EntMine's catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueReport {
    /// The cache, from its rows.
    pub cache: CatalogueDigest,
    /// Seconds since EntMine was last heard of.
    pub age_s: Option<i64>,
    /// EntMine's catalogue; none where it could not be asked.
    pub entmine: Option<CatalogueDigest>,
    /// Why it could not be asked.
    pub entmine_error: Option<String>,
    /// Changes of EntMine's that the cache has not got yet.
    pub lag: Option<i64>,
    /// Movements of EntMine's stock that the store has not got yet.
    pub stock_lag: Option<i64>,
    /// Whether the two are the same; none where EntMine could not be asked or is further.
    pub matches: Option<bool>,
    /// Why the cache does not follow EntMine, as the running server found last.
    #[serde(default)]
    pub not_following: Option<String>,
    /// A catalogue so much smaller than the cache that an operator has to say whether it is meant:
    /// how many products it has.
    pub held_products: Option<i64>,
}

impl CatalogueReport {
    /// Whether somebody has to look at it.
    pub fn needs_a_person(&self) -> bool {
        let fails = self.not_following.is_some() && self.entmine.is_some();
        self.held_products.is_some() || self.matches == Some(false) || fails
    }
}

/// The cache beside EntMine's catalogue, product by product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The seq of the cache and EntMine's. Where they differ, so may products that just changed.
    pub cache_seq: i64,
    pub entmine_seq: i64,
    /// Of the stock.
    #[serde(default)]
    pub cache_stock_seq: i64,
    #[serde(default)]
    pub entmine_stock_seq: i64,
    /// How many products are not the same.
    pub differing: i64,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// A product that is not the same on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub sku: String,
    /// What differs: `missing in the store`, `not in EntMine`, or fields with both values.
    pub what: String,
}

/// How the cache stands.
///
/// # Errors
/// [`DatabaseError`] where the store's database does not answer.
pub async fn report(
    store: &Store,
    source: Option<&dyn CatalogueSource>,
) -> Result<CatalogueReport, DatabaseError> {
    let entmine = match source {
        Some(source) => source.digest().await.map_err(|error| error.to_string()),
        None => Err("EntMine is not here".to_owned()),
    };
    let cache = store.count_catalogue().await?;
    let same_time = entmine
        .as_ref()
        .ok()
        .filter(|theirs| theirs.epoch == cache.epoch);
    Ok(CatalogueReport {
        age_s: store.catalogue_age_ms().await?.map(|age| age / 1_000),
        lag: same_time.map(|theirs| theirs.seq - cache.seq),
        stock_lag: same_time.map(|theirs| theirs.stock.seq - cache.stock.seq),
        matches: match &entmine {
            Ok(theirs) if (theirs.epoch, theirs.seq) == (cache.epoch, cache.seq) => {
                Some(cache.is(&theirs.digest, Some(&theirs.stock)))
            }
            Ok(theirs) if theirs.epoch != cache.epoch => Some(false),
            Ok(_) | Err(_) => None,
        },
        held_products: store
            .catalogue_state()
            .await?
            .held
            .map(|held| held.products),
        not_following: store.catalogue_not_following(),
        entmine_error: entmine.as_ref().err().cloned(),
        entmine: entmine.ok(),
        cache,
    })
}

/// Compares every product.
///
/// # Errors
/// [`FollowError`] where one side cannot be read.
pub async fn compare(
    store: &Store,
    source: &dyn CatalogueSource,
) -> Result<Comparison, FollowError> {
    let theirs = source.snapshot().await?;
    let ours = store.catalogue_products().await?;
    let cache_seq = store.catalogue_watermark().await?.map_or(0, |(_, seq)| seq);
    let cache_stock_seq = store.stock_watermark().await?.map_or(0, |(_, seq)| seq);
    let mut sides: BTreeMap<&str, (Option<&Product>, Option<&Product>)> = BTreeMap::new();
    for product in &ours {
        sides.entry(&product.sku).or_default().0 = Some(product);
    }
    for product in &theirs.products {
        sides.entry(&product.sku).or_default().1 = Some(product);
    }
    let mut differing = 0;
    let mut differences = Vec::new();
    for (sku, (ours, theirs)) in sides {
        let Some(what) = difference(ours, theirs) else {
            continue;
        };
        differing += 1;
        if differences.len() < NAMED {
            differences.push(Difference {
                sku: sku.to_owned(),
                what,
            });
        }
    }
    Ok(Comparison {
        cache_seq,
        entmine_seq: theirs.seq,
        cache_stock_seq,
        entmine_stock_seq: theirs.stock_seq,
        differing,
        differences,
    })
}

fn difference(ours: Option<&Product>, theirs: Option<&Product>) -> Option<String> {
    let (ours, theirs) = match (ours, theirs) {
        (Some(ours), Some(theirs)) => (ours, theirs),
        (None, _) => return Some("missing in the store".to_owned()),
        (_, None) => return Some("not in EntMine".to_owned()),
    };
    let both = fields(ours).into_iter().zip(fields(theirs));
    let words: Vec<String> = both
        .filter(|(ours, theirs)| ours != theirs)
        .map(|((name, ours), (_, theirs))| match &*name {
            // It may be pages long.
            "description" => "the description".to_owned(),
            name => format!("{name} {}, EntMine {}", plain(&ours), plain(&theirs)),
        })
        .collect();
    (!words.is_empty()).then(|| words.join("; "))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The fields of a product by the names that the API has for them.
fn fields(product: &Product) -> Map<String, Value> {
    match serde_json::to_value(product) {
        Ok(Value::Object(fields)) => fields,
        // A struct is always an object.
        Ok(_) | Err(_) => Map::new(),
    }
}

/// Takes EntMine's whole catalogue anew.
///
/// # Errors
/// [`FollowError`]; the cache is then the old one.
pub async fn repair(
    store: &Store,
    source: &dyn CatalogueSource,
    take_smaller: bool,
) -> Result<Followed, FollowError> {
    let smaller = match take_smaller {
        true => Smaller::Take,
        false => Smaller::Hold,
    };
    take_anyway(source, store, smaller).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named_with_both_values_but_for_the_description() {
        let ours = Product {
            name: "Wand".into(),
            price_minor: 1299,
            description: "Of oak.".into(),
            ..Product::default()
        };
        let theirs = Product {
            name: "Stick".into(),
            price_minor: 1499,
            description: "Of elder.".into(),
            ..Product::default()
        };
        let what = difference(Some(&ours), Some(&theirs)).unwrap();
        let mut what: Vec<_> = what.split("; ").collect();
        what.sort_unstable();
        assert_eq!(
            what,
            [
                "name Wand, EntMine Stick",
                "price_minor 1299, EntMine 1499",
                "the description"
            ]
        );
        assert_eq!(difference(Some(&ours), Some(&ours)), None);
    }
}
