//! What the shop's pages are made of: read by the browser, never sent back.

use crate::{Cart, CartLine, OrderForm, Outcome, Product, Reason, RehearsalMode, ShopInfo};
use serde::{Deserialize, Serialize};

/// What stands around every page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// A dozen at most, by name.
    pub categories: Vec<Category>,
    /// The shop has more categories than these.
    #[serde(default)]
    pub more_categories: bool,
    /// Pieces in the cart, for the badge.
    pub cart_pieces: i64,
    /// Set while EntMine rehearses a failure; `Some(Normal)` when the rehearsal is on but quiet.
    pub rehearsal: Option<RehearsalMode>,
    /// The merchant's words.
    #[serde(default)]
    pub shop: ShopInfo,
}

/// A category and how many products it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub name: String,
    pub slug: String,
    pub products: i64,
    /// The picture of one of its products.
    pub image: String,
}

/// A product in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCard {
    pub sku: String,
    pub name: String,
    pub slug: String,
    pub image: String,
    pub price_minor: i64,
    pub currency: String,
    /// Last known, not promised.
    pub available: i64,
    /// Its stock is counted; else `available` says nothing.
    pub tracked: bool,
}

/// One page of a list of products.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductList {
    /// The category's name, or what was searched for.
    pub title: String,
    pub products: Vec<ProductCard>,
    /// On all pages together.
    pub total: i64,
    /// From 1; never beyond `pages`.
    pub page: i64,
    /// At least 1.
    pub pages: i64,
    /// Seconds since EntMine last said that this is its catalogue.
    pub age_s: i64,
}

/// The home page: a few products to start with (categories are in the [`Frame`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomePage {
    pub featured: Vec<ProductCard>,
    /// Seconds since EntMine last said that this is its catalogue.
    pub age_s: i64,
}

/// A product page without its stock, which is pulled live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPage {
    pub product: Product,
    /// The last part of its category's address; empty where that category has nothing to show.
    pub category_slug: String,
    /// Other products of the category.
    pub related: Vec<ProductCard>,
    /// Seconds since EntMine last confirmed the prices.
    pub age_s: i64,
}

/// What a product page says about stock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stock", rename_all = "snake_case")]
pub enum StockWord {
    /// EntMine answered in time; zero or less is out of stock.
    Checked { available: i64 },
    /// Its stock is not counted: it can always be bought.
    Always,
    /// EntMine did not answer in time: the customer can still order. `age_s`: seconds since EntMine
    /// was last heard of at all.
    Unchecked { age_s: i64 },
}

/// What a page shows of a cart line beyond the line itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDetail {
    pub sku: String,
    pub slug: String,
    pub image: String,
    /// Last known, not promised.
    pub available: i64,
    /// The price that this line had before EntMine changed it, where that was since the customer
    /// last saw the cart. Minor units.
    pub price_was: Option<i64>,
}

/// The cart's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartPage {
    /// None where nothing was ever added.
    pub cart: Option<Cart>,
    /// One for each line of the cart, in its order.
    pub details: Vec<LineDetail>,
}

/// The checkout's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutPage {
    pub cart: CartPage,
    /// What was typed before, where an order was not placed.
    pub form: OrderForm,
    /// Why the last order of this session was not placed; empty otherwise.
    pub reasons: Vec<Reason>,
    /// Orders whose end is still open, so that nobody buys again for want of news.
    pub open_orders: Vec<OrderSummary>,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSummary {
    pub receipt: String,
    /// RFC 3339 UTC.
    pub placed_at: String,
    /// The same as people at the shop's place read it.
    #[serde(default)]
    pub placed_at_words: String,
    pub pieces: i64,
    pub total_minor: i64,
    pub currency: String,
    pub outcome: Outcome,
}

/// One page of the session's orders, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdersPage {
    pub orders: Vec<OrderSummary>,
    pub total: i64,
    pub page: i64,
    pub pages: i64,
}

/// What `/orders/{receipt}` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "receipt_page", rename_all = "snake_case")]
pub enum ReceiptPage {
    /// A journalled order.
    Order(Box<ReceiptOrder>),
    /// The receipt belongs to a cart that was not placed, as far as the store has heard.
    NotReceived,
    /// No order and no cart.
    Unknown,
}

/// A journalled order on its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptOrder {
    pub summary: OrderSummary,
    pub lines: Vec<CartLine>,
    /// What the customer typed.
    pub form: OrderForm,
    /// The lines went back into this visitor's cart, and some are still there.
    pub back_in_cart: bool,
    /// The receipt of the order by which this visitor placed it again.
    #[serde(default)]
    pub placed_again: Option<String>,
    /// Somebody asked for it to be cancelled; what came of that is in the outcome.
    #[serde(default)]
    pub cancel_wished: bool,
    /// The order's key came again with other fields, which changed nothing.
    #[serde(default)]
    pub other_fields: bool,
}
