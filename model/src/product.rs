//! Products and stock as EntMine publishes them.

use crate::freely;
use serde::{Deserialize, Serialize};

/// A product. Each SKU is one; variants of a handle are products of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Product {
    pub sku: String,
    /// Goes up by one with every change of anything here.
    pub version: i64,
    pub name: String,
    /// The last part of the product page's address.
    pub slug: String,
    pub category: String,
    /// Plain text; paragraphs are separated by an empty line.
    pub description: String,
    /// Path of a picture, or empty.
    pub image: String,
    pub currency: String,
    pub price_minor: i64,
    /// Goes up by one with every change of the price.
    pub price_version: i64,
    /// On hand minus reserved. Below zero where an order on hold waits for goods.
    pub available: i64,
    pub published: bool,
    /// Its stock is counted. False: it can always be bought, whatever `available` says.
    #[serde(default = "yes", deserialize_with = "freely::or_true")]
    pub tracked: bool,
    /// It is in lists and search. False: only whoever has its page's address sees it.
    #[serde(default = "yes", deserialize_with = "freely::or_true")]
    pub listed: bool,
}

impl Default for Product {
    /// One of which nothing is said: counted and listed, as EntMine's are that know no flags.
    fn default() -> Self {
        Self {
            sku: String::new(),
            version: 0,
            name: String::new(),
            slug: String::new(),
            category: String::new(),
            description: String::new(),
            image: String::new(),
            currency: String::new(),
            price_minor: 0,
            price_version: 0,
            available: 0,
            published: false,
            tracked: yes(),
            listed: yes(),
        }
    }
}

impl Product {
    /// All that is text.
    pub fn texts(&self) -> [&str; 7] {
        [
            &self.sku,
            &self.name,
            &self.slug,
            &self.category,
            &self.description,
            &self.image,
            &self.currency,
        ]
    }
}

/// An EntMine that does not know these flags counts every product and lists it.
fn yes() -> bool {
    true
}

/// One product's stock, pulled live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StockLevel {
    pub sku: String,
    pub on_hand: i64,
    pub reserved: i64,
    pub available: i64,
}

/// The answer to a stock pull; unknown SKUs are absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StockAnswer {
    /// RFC 3339 UTC.
    pub as_of: String,
    pub levels: Vec<StockLevel>,
}
