//! What EntMine and a store say to each other about orders (HTTP contract, version 1), beside
//! [`crate::OrderRequest`] and [`crate::Acceptance`].

use crate::freely;
use crate::{Acceptance, OrderStatus, Reason};
use serde::{Deserialize, Serialize};

/// EntMine's answer to an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Placed {
    /// Stored now or before, as the acceptance says; with the order's status of today.
    Accepted(Acceptance),
    /// The verdict on this key, made now or before. A corrected order needs a new key.
    Rejected(Vec<Reason>),
    /// The key was voided: nothing was or will be ordered under it.
    Voided,
    /// The key has a verdict under other bytes, or belongs to another store.
    KeyReused,
    /// EntMine could not read the order. The key stays free. `detail` holds no customer data.
    Malformed { detail: String },
    /// The wanted number belongs to another order. Nothing was stored, the key stays free.
    NumberTaken,
}

/// What EntMine knows about a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Accepted(Acceptance),
    Rejected {
        fingerprint: String,
        reasons: Vec<Reason>,
    },
    Voided,
    /// No verdict yet, or another store's. A request that is still on its way may bring one.
    Unknown,
}

/// EntMine's answer to a void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voided {
    /// Nothing is or will be ordered under the key.
    Done,
    /// Too late: the order was accepted before; [`Found`] has it.
    AlreadyAccepted,
    /// There is nothing to void: the order was rejected; [`Found`] has the reasons.
    AlreadyRejected,
}

/// The body of 200 for `GET /entmine/v1/orders/{key}`, and an element of a listing. Tagged by
/// `verdict`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    Accepted(AcceptedOrder),
    Rejected {
        key: String,
        fingerprint: String,
        reasons: Vec<Reason>,
    },
}

/// An order that EntMine accepted, with its status of now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AcceptedOrder {
    pub key: String,
    pub number: String,
    /// `sha256:<hex>` of the body's bytes exactly as EntMine received them.
    pub fingerprint: String,
    pub total_minor: i64,
    pub currency: String,
    /// RFC 3339 UTC.
    pub accepted_at: String,
    pub status: OrderStatus,
    /// The customer's data were erased: the store erases its own copy. Missing where they were not.
    #[serde(
        default,
        deserialize_with = "freely::or_false",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub erased: bool,
}

impl From<AcceptedOrder> for Acceptance {
    fn from(order: AcceptedOrder) -> Self {
        Self {
            key: order.key,
            number: order.number,
            fingerprint: order.fingerprint,
            total_minor: order.total_minor,
            currency: order.currency,
            accepted_at: order.accepted_at,
            status: order.status,
            replayed: true,
        }
    }
}

impl From<Acceptance> for AcceptedOrder {
    fn from(order: Acceptance) -> Self {
        Self {
            key: order.key,
            number: order.number,
            fingerprint: order.fingerprint,
            total_minor: order.total_minor,
            currency: order.currency,
            accepted_at: order.accepted_at,
            status: order.status,
            erased: false,
        }
    }
}

/// The body of `GET /entmine/v1/orders?after=…` (accepted orders, in the order of commit) and of
/// `GET /entmine/v1/orders/changes?after=…` (those whose status changed or whose customer was
/// erased, in the order of the changes, each as it is now).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderPage {
    pub orders: Vec<Verdict>,
    /// Where to go on; null at the end.
    pub next: Option<String>,
}

/// An error, as `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:entmine:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// For people; holds no customer data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// With `order-rejected`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<Reason>>,
    /// With `key-reused` and `already-accepted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

/// What a problem's `type` begins with.
pub const PROBLEM_URN: &str = "urn:entmine:problem:";
