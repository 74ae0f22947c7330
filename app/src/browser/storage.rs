//! What the browser keeps for us. Where it keeps nothing (storage forbidden, or full), nothing here
//! fails: the page is then as forgetful as it looks.

use js_sys::{Object, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

/// Where something is kept.
#[derive(Clone, Copy)]
pub enum Shelf {
    /// For this tab, until it is closed.
    Tab,
    /// For all tabs, until it is taken away.
    Device,
}

fn storage(shelf: Shelf) -> Option<JsValue> {
    let name = match shelf {
        Shelf::Tab => "sessionStorage",
        Shelf::Device => "localStorage",
    };
    // Reading the property is what a browser refuses where storage is forbidden.
    let storage = Reflect::get(&window(), &name.into()).ok()?;
    storage.is_object().then_some(storage)
}

pub fn read(shelf: Shelf, key: &str) -> Option<String> {
    Reflect::get(&storage(shelf)?, &key.into())
        .ok()?
        .as_string()
}

pub fn write(shelf: Shelf, key: &str, value: &str) {
    if let Some(storage) = storage(shelf) {
        let _ = Reflect::set(&storage, &key.into(), &value.into());
    }
}

pub fn remove(shelf: Shelf, key: &str) {
    if let Some(storage) = storage(shelf) {
        let _ = Reflect::delete_property(storage.unchecked_ref::<Object>(), &key.into());
    }
}

/// The keys of what is kept that begin so.
pub fn keys(shelf: Shelf, prefix: &str) -> Vec<String> {
    let Some(storage) = storage(shelf) else {
        return Vec::new();
    };
    Object::keys(storage.unchecked_ref::<Object>())
        .iter()
        .filter_map(|key| key.as_string())
        .filter(|key| key.starts_with(prefix))
        .collect()
}
