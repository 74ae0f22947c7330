//! What every page shares.

use crate::page::{Ask, Page, PageData, ask_first};
use leptos::prelude::*;
use model::Frame;

/// The shop around the pages, found through the context.
#[derive(Clone, Copy)]
pub struct Shop {
    /// Categories, cart badge, rehearsal.
    frame: PageData,
}

impl Shop {
    /// Opens the shop: to be called once, in the app.
    pub fn open() {
        provide_context(Self {
            frame: ask_first(|| Ask::Frame),
        });
    }

    /// The shop that the current page stands in.
    pub fn here() -> Self {
        expect_context()
    }

    /// What stands around the pages; to be read inside a suspense boundary.
    pub fn frame(&self) -> Option<Frame> {
        match self.frame.get()? {
            Ok(Page::Frame(frame)) => Some(frame),
            Ok(_) | Err(_) => None,
        }
    }
}
