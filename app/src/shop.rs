//! What every page shares.

use crate::server_fns::{self, Answer, DoorError};
use leptos::prelude::*;
use model::{Frame, ShopInfo};
use std::sync::Arc;

/// The shop around the pages, found through the context.
#[derive(Clone, Copy)]
pub struct Shop {
    /// Categories, cart badge, rehearsal.
    frame: Resource<Answer<Frame>>,
    /// The merchant's words where the server gives them; in the browser alone they come with the frame.
    given: StoredValue<Option<Arc<ShopInfo>>>,
}

impl Shop {
    /// Opens the shop: to be called once, in the app.
    pub fn open() -> Self {
        let shop = Self {
            frame: Resource::new_blocking(|| (), |()| server_fns::frame()),
            given: StoredValue::new(use_context::<Arc<ShopInfo>>()),
        };
        provide_context(shop);
        shop
    }

    /// The shop that the current page stands in.
    pub fn here() -> Self {
        expect_context()
    }

    /// What stands around the pages; to be read inside a suspense boundary.
    pub fn frame(&self) -> Option<Frame> {
        self.frame.get()?.ok()
    }

    /// Why what stands around the pages cannot be had; to be read inside a suspense boundary.
    pub fn trouble(&self) -> Option<DoorError> {
        self.frame.get()?.err()
    }

    /// What the merchant says of the shop; neutral until it is known.
    pub fn info(&self) -> Arc<ShopInfo> {
        match self.given.try_get_value().flatten() {
            Some(info) => info,
            None => Arc::new(self.frame().map(|frame| frame.shop).unwrap_or_default()),
        }
    }
}
