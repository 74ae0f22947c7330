//! Orders to send.

use super::{Office, Subject};
use model::{Address, Customer, OrderLine, OrderRequest};
use uuid::Uuid;
use wizastore::OrderKey;

/// SKU, price in pence, pieces. Sold in GBP.
pub const PRODUCTS: [(&str, i64, i64); 2] = [("WAND", 1299, 10), ("BROOM", 8000, 1)];

pub const SECOND: i64 = 1_000;
pub const HOUR: i64 = 3_600 * SECOND;

pub fn new_key() -> OrderKey {
    OrderKey(Uuid::now_v7())
}

pub fn body(order: &OrderRequest) -> Vec<u8> {
    serde_json::to_vec(order).expect("plain data")
}

impl Subject {
    /// An order for one product at its price of [`PRODUCTS`], placed now by EntMine's clock.
    pub fn order(&self, sku: &str, quantity: i64) -> OrderRequest {
        let price = PRODUCTS.iter().find(|product| product.0 == sku);
        let unit_price_minor = price.map_or(100, |product| product.1);
        let line = OrderLine {
            sku: sku.to_owned(),
            quantity,
            unit_price_minor,
            price_version: 1,
        };
        OrderRequest {
            placed_at: time(self.office.as_ref()),
            currency: "GBP".into(),
            total_minor: quantity * unit_price_minor,
            customer: customer(),
            lines: vec![line],
            note: Some("Ring twice: “Ding”".into()),
        }
    }
}

fn time(office: &dyn Office) -> String {
    let now = jiff::Timestamp::from_millisecond(office.now_ms());
    now.expect("a time of this age").to_string()
}

fn customer() -> Customer {
    Customer {
        name: "Ada Fenwick".into(),
        email: "ada@example.org".into(),
        phone: None,
        address: Address {
            line1: "1 Owl Lane".into(),
            line2: None,
            city: "York".into(),
            region: None,
            postcode: "YO1 7HH".into(),
            country: "GB".into(),
        },
    }
}
