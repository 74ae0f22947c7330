//! What every EntMine behind [`wizastore::erp::EntMine`] promises, as one suite.
//!
//! It knows nothing of how an EntMine is made: whoever wants one tested gives a [`Subject`] for each
//! row, and names the rows with `rows!`. It uses only `wizastore` and `model`, so that other crates'
//! tests can include it by its path.

pub mod listing;
pub mod orders;
pub mod placing;
pub mod refusing;
pub mod rejecting;
pub mod restoring;
pub mod voiding;
pub mod waiting;

use async_trait::async_trait;
use model::{OrderRequest, OrderStatus};
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use wizastore::OrderKey;
use wizastore::erp::{EntMine, Found, Identity, Placed, Voided};

/// Time enough for an order.
pub const TIME: Duration = Duration::from_secs(3);

/// An EntMine under test. It has the products of [`orders::PRODUCTS`] and no order.
pub struct Subject {
    pub erp: Arc<dyn EntMine>,
    pub office: Arc<dyn Office>,
    /// What has to live as long as it.
    pub _keep: Box<dyn Any + Send + Sync>,
}

/// What EntMine's staff and its clock do.
#[async_trait]
pub trait Office: Send + Sync {
    /// EntMine's time, milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;
    fn turn_clock(&self, ms: i64);
    /// Sets a product's price and stock.
    async fn product(&self, sku: &str, price_minor: i64, on_hand: i64);
    async fn status(&self, number: &str, to: OrderStatus);
    /// Declares that EntMine was restored from a backup.
    async fn restored(&self, highest: &[String]);
}

impl Subject {
    pub async fn place(&self, key: OrderKey, order: &OrderRequest) -> Placed {
        self.place_bytes(key, &orders::body(order)).await
    }

    pub async fn place_bytes(&self, key: OrderKey, body: &[u8]) -> Placed {
        let placed = self.erp.place(key, body, None, TIME).await;
        placed.expect("EntMine answers").answer
    }

    pub async fn place_as(&self, key: OrderKey, order: &OrderRequest, number: &str) -> Placed {
        let body = orders::body(order);
        let placed = self.erp.place(key, &body, Some(number), TIME).await;
        placed.expect("EntMine answers").answer
    }

    /// Places an order that EntMine has to accept; gives its number.
    pub async fn accepted(&self, key: OrderKey, order: &OrderRequest) -> String {
        match self.place(key, order).await {
            Placed::Accepted(acceptance) => acceptance.number,
            other => panic!("not accepted: {other:?}"),
        }
    }

    pub async fn find(&self, key: OrderKey) -> Found {
        self.erp.find(key).await.expect("EntMine answers").answer
    }

    pub async fn void(&self, key: OrderKey) -> Voided {
        self.erp.void(key).await.expect("EntMine answers").answer
    }

    pub async fn identity(&self) -> Identity {
        let found = self.erp.find(orders::new_key()).await;
        found.expect("EntMine answers").from
    }
}

/// One test for each row of the suite; `$open` is an async function that gives a [`Subject`].
macro_rules! rows {
    ($open:expr) => {
        crate::suite::rows! { $open;
            placing: an_order_is_stored_once_and_answered_alike,
            placing: the_same_key_fired_at_once_has_one_number,
            placing: each_key_has_a_number_of_its_own,
            placing: an_order_reserves_its_stock,
            placing: another_body_under_the_key_is_refused_for_ever,
            rejecting: every_reason_is_told_at_once,
            rejecting: a_rejection_is_remembered_whatever_comes_in,
            rejecting: a_rejected_key_takes_no_other_body,
            rejecting: a_rejection_reserves_nothing_and_has_no_number,
            waiting: a_price_is_honoured_for_72_hours,
            waiting: short_stock_holds_an_order_that_waited,
            voiding: a_key_never_seen_can_be_voided,
            voiding: an_order_that_comes_late_finds_the_tombstone,
            voiding: a_void_comes_too_late_for_an_accepted_order,
            voiding: there_is_nothing_to_void_in_a_rejected_order,
            listing: orders_are_listed_in_the_order_of_commit,
            listing: a_page_ends_with_a_cursor_and_the_last_without,
            listing: changes_of_status_are_listed_in_their_order,
            listing: a_cursor_that_nobody_gave_out_is_an_error,
            restoring: a_lost_order_keeps_its_number,
            restoring: a_number_that_is_taken_stores_nothing,
            restoring: an_order_that_was_told_a_number_is_not_judged_again,
            restoring: numbers_go_on_after_the_highest_that_was_told,
            restoring: cursors_do_not_outlive_a_restore,
            refusing: an_unknown_key_has_no_verdict,
            refusing: every_answer_says_whose_it_is,
            refusing: too_little_time_leaves_the_key_free,
            refusing: what_is_no_order_leaves_the_key_free,
            refusing: an_order_that_is_too_long_leaves_the_key_free,
            refusing: unknown_products_are_absent_from_the_stock,
        }
    };
    ($open:expr; $($part:ident: $row:ident,)+) => {
        $(
            #[tokio::test]
            async fn $row() {
                crate::suite::$part::$row(&$open.await).await;
            }
        )+
    };
}
pub(crate) use rows;
