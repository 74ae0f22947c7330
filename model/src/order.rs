//! An order as it travels from the store to EntMine, and EntMine's acceptance of it.

use crate::Customer;
use crate::freely;
use serde::{Deserialize, Serialize};

/// The body of `PUT /entmine/v1/orders/{key}`.
///
/// The store serialises it once, when it journals the order, and sends those frozen bytes with
/// every attempt; the fingerprint is the SHA-256 of the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderRequest {
    /// When the customer placed the order, RFC 3339 UTC.
    pub placed_at: String,
    /// ISO 4217.
    pub currency: String,
    /// What the customer agreed to pay, minor units. EntMine books this or nothing.
    #[serde(deserialize_with = "freely::whole")]
    pub total_minor: i64,
    pub customer: Customer,
    pub lines: Vec<OrderLine>,
    pub note: Option<String>,
}

/// One product of an order, with the price that the customer saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderLine {
    pub sku: String,
    #[serde(deserialize_with = "freely::whole")]
    pub quantity: i64,
    #[serde(deserialize_with = "freely::whole")]
    pub unit_price_minor: i64,
    /// EntMine's version of that price.
    #[serde(deserialize_with = "freely::whole")]
    pub price_version: i64,
}

/// EntMine's answer when it accepted an order, now or before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Acceptance {
    pub key: String,
    /// The new order number, for example `SO-2026-000123`. EntMine alone gives them out.
    pub number: String,
    /// `sha256:<hex>` of the body's bytes exactly as EntMine received them.
    pub fingerprint: String,
    pub total_minor: i64,
    pub currency: String,
    /// RFC 3339 UTC.
    pub accepted_at: String,
    pub status: OrderStatus,
    /// The order was accepted by an earlier request with the same key and body.
    #[serde(default, deserialize_with = "freely::or_false")]
    pub replayed: bool,
}

/// How far EntMine's staff are with an accepted order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    New,
    /// Accepted, and staff settle something with the customer first: stock was short, or the order is
    /// beyond what is confirmed by itself.
    OnHold,
    Picked,
    Shipped,
    Cancelled,
}

impl OrderStatus {
    /// In the order in which an order goes through them.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::OnHold,
        Self::Picked,
        Self::Shipped,
        Self::Cancelled,
    ];

    /// The word on the wire and in databases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::OnHold => "on_hold",
            Self::Picked => "picked",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of a word that `as_str` wrote.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}
