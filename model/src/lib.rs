//! The words that the store, EntMine and the browser share.
//!
//! Everything here crosses a wire, so the JSON of each type is a contract: money is an integer of
//! minor units (pence) beside an ISO 4217 currency, times are RFC 3339 UTC, and no `usize` appears.
//! It builds for the browser: nothing here knows of files, networks or databases. What customers type
//! is read here too ([`typed`]), because both systems hold the same limits.

mod cart;
mod catalogue;
mod contract;
mod country;
mod customer;
mod fold;
mod freely;
mod money;
mod order;
mod outcome;
mod page;
mod postal;
mod product;
mod rehearsal;
mod shop;
pub mod typed;

pub use cart::{Cart, CartLine};
pub use catalogue::{
    CatalogueDigest, CatalogueMessage, Change, Changes, DigestLine, HookMessage, HookMessageKind,
    Snapshot, StockChanges, StockDigest, StockMessage, StockOf,
};
pub use contract::{
    AcceptedOrder, Found, OrderPage, PROBLEM_URN, Placed, Problem, Verdict, Voided,
};
pub use country::{COUNTRIES, country_name};
pub use customer::{Address, Customer, OrderForm};
pub use fold::fold;
pub use money::format_minor;
pub use order::{Acceptance, OrderLine, OrderRequest, OrderStatus};
pub use outcome::{CartAnswer, Outcome, Reason};
pub use page::{
    CartPage, Category, CheckoutPage, Frame, HomePage, LineDetail, OrderSummary, OrdersPage,
    ProductCard, ProductList, ProductPage, ReceiptOrder, ReceiptPage, StockWord,
};
pub use postal::{Postcode, has_region, postcode_of};
pub use product::{Product, StockAnswer, StockLevel};
pub use rehearsal::{Rehearsal, RehearsalMode};
pub use shop::{DEFAULT_COLOUR, DEFAULT_LOGO, DEFAULT_TIME_ZONE, ShopInfo};
pub use typed::OrderField;

/// The largest quantity of one product in one order. Beyond it a merchant wants to talk first.
pub const MAX_QUANTITY: i64 = 999;

/// How far the clocks of a store and of EntMine may be apart, in milliseconds: the tolerance of the
/// Standard Webhooks scheme that signs the catalogue's messages, and of `placed_at`.
pub const CLOCK_TOLERANCE_MS: i64 = 5 * 60 * 1_000;
