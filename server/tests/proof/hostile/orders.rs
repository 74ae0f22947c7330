//! Bodies of orders, read by EntMine.

use super::Reader;
use crate::world::START_MS;
use crate::world::template::Template;
use database::Engine;
use database::testing::TestDatabase;
use entmine::{Conditions, EntMine, ManualClock, Options, Placed};
use model::OrderRequest;
use std::sync::Arc;
use uuid::Uuid;

pub struct Orders {
    entmine: EntMine,
    _home: TestDatabase,
}

impl Orders {
    pub async fn new() -> Self {
        let (_, home) = Template::new(Engine::Sqlite).await.copy().await;
        let options = Options {
            clock: Some(Arc::new(ManualClock::at(START_MS))),
            ..Options::default()
        };
        Self {
            entmine: EntMine::open(home.url(), options).await.unwrap(),
            _home: home,
        }
    }

    async fn place(&self, key: Uuid, body: &[u8]) -> Result<Placed, String> {
        let none = Conditions::default();
        let placed = self.entmine.place("wizastore", key, body, None, None, none);
        // A panic comes back as an error, too.
        placed.await.map_err(|error| error.to_string())
    }
}

impl Reader for Orders {
    const CORPUS: &'static str = "orders";

    async fn read(&mut self, input: &[u8]) -> Result<bool, String> {
        let key = Uuid::now_v7();
        match self.place(key, input).await? {
            Placed::Accepted(acceptance) => {
                let order: OrderRequest = serde_json::from_slice(input)
                    .map_err(|error| format!("stored what is no order: {error}"))?;
                let sum: i128 = order
                    .lines
                    .iter()
                    .map(|line| i128::from(line.quantity) * i128::from(line.unit_price_minor))
                    .sum();
                let fits = !acceptance.replayed
                    && acceptance.key == key.to_string()
                    && acceptance.fingerprint == wizastore::fingerprint(input)
                    && acceptance.total_minor == order.total_minor
                    && i128::from(order.total_minor) == sum
                    && acceptance.currency == order.currency;
                if !fits {
                    return Err(format!("stored another order: {acceptance:?}"));
                }
                match self.place(key, input).await? {
                    Placed::Accepted(again)
                        if again.replayed && again.number == acceptance.number =>
                    {
                        Ok(true)
                    }
                    other => Err(format!("the same bytes again: {other:?}")),
                }
            }
            Placed::Rejected(reasons) if !reasons.is_empty() => Ok(false),
            Placed::Malformed { detail } if detail.is_ascii() => Ok(false),
            other => Err(format!("{other:?}")),
        }
    }
}
