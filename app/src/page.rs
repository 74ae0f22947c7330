//! What pages are made of, and how they get it.
//!
//! All pages share one type of data and one type of resource. A resource and a reader for each page
//! of its own would make the browser's half a third larger, for nothing that a customer sees.

use crate::server_fns::{self, DoorError};
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use model::{
    CartPage, Category, CheckoutPage, Frame, HomePage, OrdersPage, ProductList, ProductPage,
    ReceiptOrder, ReceiptPage, StockWord,
};
use serde::{Deserialize, Serialize};
use std::{future::Future, pin::Pin};

/// The data of a page, or of a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    Frame(Frame),
    Home(HomePage),
    Categories(Vec<Category>),
    /// Of a category or a search; none where there is no such category.
    Products(Option<ProductList>),
    /// None where there is no such product.
    Product(Option<ProductPage>),
    Stock(StockWord),
    Cart(CartPage),
    Checkout(CheckoutPage),
    Order(Box<ReceiptOrder>),
    /// The receipt belongs to a cart that was not placed.
    OrderNotReceived,
    OrderUnknown,
    Orders(OrdersPage),
    NotFound,
}

impl From<ReceiptPage> for Page {
    fn from(page: ReceiptPage) -> Self {
        match page {
            ReceiptPage::Order(order) => Self::Order(order),
            ReceiptPage::NotReceived => Self::OrderNotReceived,
            ReceiptPage::Unknown => Self::OrderUnknown,
        }
    }
}

/// What a page asks the store for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Frame,
    Home,
    Categories,
    Category { slug: String, page: i64 },
    Search { words: String, page: i64 },
    Product { slug: String },
    Cart,
    Checkout,
    Receipt { receipt: String },
    Orders { page: i64 },
    NotFound,
}

impl Ask {
    /// Asks the door in question.
    async fn answer(self) -> Answer {
        match self {
            Self::Frame => server_fns::frame().await,
            Self::Home => server_fns::home().await,
            Self::Categories => server_fns::categories().await,
            Self::Category { slug, page } => server_fns::category(slug, page.to_string()).await,
            Self::Search { words, page } => server_fns::search(words, page.to_string()).await,
            Self::Product { slug } => server_fns::product(slug).await,
            Self::Cart => server_fns::cart_page().await,
            Self::Checkout => server_fns::checkout_page().await,
            Self::Receipt { receipt } => server_fns::receipt_page(receipt).await,
            Self::Orders { page } => server_fns::orders_page(page.to_string()).await,
            Self::NotFound => server_fns::not_found().await,
        }
    }
}

/// A door's answer to a page.
pub type Answer = Result<Page, DoorError>;

/// The data of a page, on their way or there.
pub type PageData = Resource<Answer, PageCodec>;

/// Loads what is asked for, and again when that changes.
pub fn ask(what: impl Fn() -> Ask + Send + Sync + 'static) -> PageData {
    load(
        Box::new(what),
        Box::new(|ask| Box::pin(ask.answer())),
        false,
    )
}

/// The same for what decides the response's status or title: nothing is sent before it is there.
pub fn ask_first(what: impl Fn() -> Ask + Send + Sync + 'static) -> PageData {
    load(Box::new(what), Box::new(|ask| Box::pin(ask.answer())), true)
}

/// The stock of the product of another page's data.
pub fn ask_stock_of(product: PageData) -> PageData {
    let stock = move |_| -> Pending {
        Box::pin(async move {
            match product.await? {
                Page::Product(Some(page)) => server_fns::stock(page.product.sku).await,
                other => Ok(other),
            }
        })
    };
    load(Box::new(|| Ask::NotFound), Box::new(stock), false)
}

type Pending = Pin<Box<dyn Future<Output = Answer> + Send>>;
type What = Box<dyn Fn() -> Ask + Send + Sync>;
type Fetch = Box<dyn Fn(Ask) -> Pending + Send + Sync>;

fn load(what: What, fetch: Fetch, first: bool) -> PageData {
    Resource::new_with_options(what, fetch, first)
}

/// JSON, read by the same code as the doors' answers.
pub struct PageCodec;

impl Encoder<Answer> for PageCodec {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(answer: &Answer) -> Result<String, Self::Error> {
        serde_json::to_string(answer)
    }
}

impl Decoder<Answer> for PageCodec {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(json: &str) -> Result<Answer, Self::Error> {
        serde_json::from_slice(json.as_bytes())
    }
}
