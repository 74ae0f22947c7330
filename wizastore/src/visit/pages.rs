//! The pages' data.

use super::{Trouble, Visit};
use crate::cart::{self, LineRow, ShownCart};
use crate::catalogue;
use crate::clock::{local_time, rfc3339};
use crate::journal::{self, Order, WholeOrder};
use database::DatabaseError;
use model::{
    CartLine, CartPage, Category, CheckoutPage, Frame, HomePage, OrderForm, OrderSummary,
    OrdersPage, Outcome, ProductList, ProductPage, Reason, ReceiptOrder, ReceiptPage, StockWord,
};

/// Orders on one page of a list.
const ORDERS: i64 = 20;

impl Visit {
    /// What stands around every page.
    pub async fn frame(&self) -> Result<Frame, Trouble> {
        let cart_pieces = self.cart_pieces().await?;
        let db = self.store.db.reader();
        let (categories, more_categories) = catalogue::named_categories(db).await?;
        Ok(Frame {
            categories,
            more_categories,
            cart_pieces,
            rehearsal: self.rehearsal,
            shop: self.shop().as_ref().clone(),
        })
    }

    /// Pieces in this browser's cart, for the badge.
    pub async fn cart_pieces(&self) -> Result<i64, Trouble> {
        match &self.token {
            Some(token) => Ok(cart::pieces(self.store.db.reader(), token).await?),
            None => Ok(0),
        }
    }

    pub async fn home(&self) -> Result<HomePage, Trouble> {
        Ok(HomePage {
            featured: catalogue::featured(self.store.db.reader()).await?,
            age_s: self.catalogue_age_s().await?,
        })
    }

    /// All categories that have something to show, by name.
    pub async fn categories(&self) -> Result<Vec<Category>, Trouble> {
        Ok(catalogue::categories(self.store.db.reader()).await?)
    }

    /// None: no such category (the response's status becomes 404).
    pub async fn category(&self, slug: &str, page: i64) -> Result<Option<ProductList>, Trouble> {
        let mut list = catalogue::in_category(self.store.db.reader(), slug, page).await?;
        if let Some(list) = &mut list {
            list.age_s = self.catalogue_age_s().await?;
        }
        Ok(self.or_not_found(list))
    }

    pub async fn search(&self, words: &str, page: i64) -> Result<ProductList, Trouble> {
        let words = words.to_owned();
        let found = self.store.db.read(move |conn| {
            Box::pin(async move {
                Ok::<_, DatabaseError>(catalogue::matching(conn, &words, page).await?)
            })
        });
        let mut list = found.await?;
        list.age_s = self.catalogue_age_s().await?;
        Ok(list)
    }

    /// None: no such product (the response's status becomes 404).
    pub async fn product(&self, slug: &str) -> Result<Option<ProductPage>, Trouble> {
        let mut page = catalogue::product(self.store.db.reader(), slug).await?;
        if let Some(page) = &mut page {
            page.age_s = self.catalogue_age_s().await?;
        }
        Ok(self.or_not_found(page))
    }

    /// A product's stock, pulled from EntMine while the customer waits a moment.
    pub async fn stock(&self, sku: &str) -> Result<StockWord, Trouble> {
        if catalogue::is_untracked(self.store.db.reader(), sku).await? {
            return Ok(StockWord::Always);
        }
        let skus = [sku.to_owned()];
        let pull = self.store.erp.stock(&skus);
        let answer = tokio::time::timeout(self.store.knobs.stock_wait, pull).await;
        let level = match answer {
            Ok(Ok(stock)) => stock.levels.into_iter().find(|level| level.sku == sku),
            Ok(Err(error)) => {
                tracing::info!(%error, "stock could not be pulled");
                None
            }
            Err(_) => None,
        };
        Ok(match level {
            Some(level) => StockWord::Checked {
                available: level.available,
            },
            None => StockWord::Unchecked {
                age_s: self.catalogue_age_s().await?,
            },
        })
    }

    /// Seconds since EntMine last said what its catalogue is.
    async fn catalogue_age_s(&self) -> Result<i64, DatabaseError> {
        Ok(self.store.catalogue_age_ms().await?.unwrap_or(0) / 1_000)
    }

    pub async fn cart_page(&self) -> Result<CartPage, Trouble> {
        let Some(session_id) = self.session_id().await? else {
            return Ok(CartPage::default());
        };
        Ok(self.fresh_cart(&session_id).await?)
    }

    pub async fn checkout_page(&self) -> Result<CheckoutPage, Trouble> {
        let Some(session_id) = self.session_id().await? else {
            return Ok(CheckoutPage::default());
        };
        let cart = self.fresh_cart(&session_id).await?;
        let mut db = self.store.db.reader().acquire().await?;
        let kept: Option<(Option<String>, Option<String>)> =
            sqlx::query_as("SELECT draft, reasons FROM sessions WHERE id = $1")
                .bind(&session_id)
                .fetch_optional(&mut *db)
                .await?;
        let (draft, reasons) = kept.unwrap_or_default();
        let open = journal::open_of_session(&mut db, &session_id).await?;
        drop(db);
        Ok(CheckoutPage {
            cart,
            form: read_json::<OrderForm>(draft),
            reasons: read_json::<Vec<Reason>>(reasons),
            open_orders: self.summaries(&open),
        })
    }

    /// What `/orders/{receipt}` shows (for an unknown receipt the response's status becomes 404).
    pub async fn receipt_page(&self, receipt: &str) -> Result<ReceiptPage, Trouble> {
        let mut db = self.store.db.reader().acquire().await?;
        let whole = journal::whole_by_receipt(&mut db, receipt).await?;
        if let Some(WholeOrder { order, content }) = whole {
            let own = self.session_id().await?.as_deref() == Some(&order.session_id);
            let returned = own && order.back_in_cart;
            let placed_again = match returned {
                true => journal::placed_again(&mut db, &order).await?,
                false => None,
            };
            drop(db);
            if own {
                self.seen().await?;
            }
            let lines = content.lines();
            let back_in_cart = returned && self.has_some_of(&lines).await?;
            return Ok(ReceiptPage::Order(Box::new(ReceiptOrder {
                summary: self.summary(&order, self.outcome_of(&order).await?),
                lines,
                form: content.form(),
                back_in_cart,
                placed_again,
                cancel_wished: order.cancel_wished,
                other_fields: order.other_fields,
            })));
        }
        if cart::by_receipt(&mut db, receipt).await?.is_some() {
            return Ok(ReceiptPage::NotReceived);
        }
        self.reply.set_not_found();
        Ok(ReceiptPage::Unknown)
    }

    /// Whether anything of an order's lines is in this visitor's cart now.
    async fn has_some_of(&self, lines: &[CartLine]) -> Result<bool, DatabaseError> {
        let cart = self.own_cart().await?;
        let mut in_cart = cart.iter().flat_map(|cart| &cart.lines);
        Ok(in_cart.any(|line| lines.iter().any(|ordered| ordered.sku == line.sku)))
    }

    pub async fn orders_page(&self, page: i64) -> Result<OrdersPage, Trouble> {
        let empty = OrdersPage {
            orders: Vec::new(),
            total: 0,
            page: 1,
            pages: 1,
        };
        let Some(session_id) = self.session_id().await? else {
            return Ok(empty);
        };
        self.seen().await?;
        let page = page.clamp(1, i64::MAX / ORDERS);
        let read = async |page: i64| {
            let (db, before) = (self.store.db.reader(), (page - 1) * ORDERS);
            journal::of_session(db, &session_id, ORDERS, before).await
        };
        let (total, mut orders) = read(page).await?;
        let pages = ((total + ORDERS - 1) / ORDERS).max(1);
        if page > pages {
            (_, orders) = read(pages).await?;
        }
        let page = page.min(pages);
        Ok(OrdersPage {
            orders: self.summaries(&orders),
            total,
            page,
            pages,
        })
    }

    /// For the fallback of unknown addresses: the response's status becomes 404.
    pub async fn not_found(&self) -> Result<(), Trouble> {
        self.reply.set_not_found();
        Ok(())
    }

    /// The session's cart with EntMine's newest prices, which are written down where they differ,
    /// so that the page, its form and the cart agree.
    async fn fresh_cart(&self, session_id: &str) -> Result<CartPage, DatabaseError> {
        let mut db = self.store.db.reader().acquire().await?;
        let Some(shown) = cart::shown(&mut db, session_id).await? else {
            return Ok(CartPage::default());
        };
        drop(db);
        if !shown.lines.iter().any(LineRow::is_behind) {
            return Ok(page(shown));
        }
        let (scope, session_id) = (session_id, session_id.to_owned());
        self.store
            .db
            .write_beside("store.cart", Some(scope), move |tx| {
                Box::pin(async move {
                    if let Some((row, lines)) = cart::of_session(tx, &session_id).await? {
                        cart::follow_prices(tx, &row, &lines).await?;
                    }
                    let shown = cart::shown(tx, &session_id).await?;
                    Ok::<_, DatabaseError>(shown.map(page).unwrap_or_default())
                })
            })
            .await
    }

    fn summary(&self, order: &Order, outcome: Outcome) -> OrderSummary {
        OrderSummary {
            receipt: order.receipt.clone(),
            placed_at: rfc3339(order.placed_at),
            placed_at_words: local_time(order.placed_at, &self.shop().time_zone),
            pieces: order.pieces,
            total_minor: order.total_minor,
            currency: order.currency.clone(),
            outcome,
        }
    }

    /// Of a list, whose orders bring no cart with them.
    fn summaries(&self, orders: &[Order]) -> Vec<OrderSummary> {
        let summary = |order: &Order| {
            let outcome = self.told(&order.receipt, &order.standing, None);
            self.summary(order, outcome)
        };
        orders.iter().map(summary).collect()
    }

    fn or_not_found<T>(&self, found: Option<T>) -> Option<T> {
        if found.is_none() {
            self.reply.set_not_found();
        }
        found
    }
}

fn page(shown: ShownCart) -> CartPage {
    CartPage {
        cart: Some(cart::on_the_wire(&shown.cart, &shown.lines)),
        details: shown.details,
    }
}

/// What the session kept; something from an older version that cannot be read is as good as none.
fn read_json<T: Default + serde::de::DeserializeOwned>(kept: Option<String>) -> T {
    kept.and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}
