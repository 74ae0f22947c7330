//! Bodies of forms, read by the doors' guard, and what comes through by the checkout.

use super::Reader;
use crate::world::line::Line;
use crate::world::template::{Template, WAND};
use crate::world::{START_MS, knobs};
use database::Engine;
use database::testing::TestDatabase;
use entmine::ManualClock;
use model::{Cart, OrderForm, Outcome};
use server::http::read_form;
use std::sync::Arc;
use wizastore::{Knobs, Store, StoreConfig, SubmitFields};

pub struct Forms {
    store: Store,
    /// A session with something in its cart.
    token: Option<String>,
    _home: TestDatabase,
}

impl Forms {
    pub async fn new() -> Self {
        let (home, _) = Template::new(Engine::Sqlite).await.copy().await;
        // EntMine is down: what is placed stays in the journal.
        let config = StoreConfig {
            clock: Some(Arc::new(ManualClock::at(START_MS))),
            knobs: Knobs {
                live_attempts: 1,
                ..knobs()
            },
            ..StoreConfig::new(home.url(), Arc::new(Line::default()))
        };
        Self {
            store: Store::open(config).await.unwrap(),
            token: None,
            _home: home,
        }
    }

    /// A cart with a wand; after an order it is a new one.
    async fn cart(&mut self) -> Cart {
        loop {
            let visit = self.store.visit(self.token.clone(), None);
            let page = visit.cart_page().await.unwrap();
            if let Some(cart) = page.cart.filter(|cart| !cart.lines.is_empty()) {
                return cart;
            }
            visit.cart_add(WAND, "1").await.unwrap();
            self.token = visit.reply().session_token().or(self.token.take());
        }
    }
}

impl Reader for Forms {
    const CORPUS: &'static str = "forms";

    async fn read(&mut self, input: &[u8]) -> Result<bool, String> {
        let Ok(fields) = read_form(input) else {
            return Ok(false);
        };
        let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() != fields.len() {
            return Err("a field is there twice".to_owned());
        }
        let clean = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&fields)
            .finish();
        if read_form(clean.as_bytes()) != Ok(fields.clone()) {
            return Err(format!("it is read otherwise a second time: {clean}"));
        }
        let cart = self.cart().await;
        let submission = submission(&fields, &cart);
        let visit = self.store.visit(self.token.clone(), None);
        let own = submission.order_key == cart.order_key;
        match visit.submit(submission).await {
            Ok(Outcome::NotPlaced { reasons, .. }) if !reasons.is_empty() => Ok(false),
            Ok(Outcome::Safe { .. } | Outcome::Checking { .. }) if own => Ok(true),
            Ok(other) => Err(format!("{other:?}")),
            // A panic ends like this.
            Err(trouble) => Err(trouble.to_string()),
        }
    }
}

/// The fields of a submission, those of the cart where the corpus leaves them open.
fn submission(fields: &[(String, String)], cart: &Cart) -> SubmitFields {
    let text = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        let text = found.map_or("", |(_, value)| value.as_str());
        text.replace("{key}", &cart.order_key)
            .replace("{receipt}", &cart.receipt)
            .replace("{revision}", &cart.revision.to_string())
            .replace("{total}", &cart.total_minor.to_string())
    };
    SubmitFields {
        order_key: text("order_key"),
        receipt: text("receipt"),
        cart_revision: text("cart_revision"),
        shown_total_minor: text("shown_total_minor"),
        form: OrderForm {
            name: text("name"),
            email: text("email"),
            phone: text("phone"),
            line1: text("line1"),
            line2: text("line2"),
            city: text("city"),
            region: text("region"),
            postcode: text("postcode"),
            country: text("country"),
            note: text("note"),
        },
    }
}
