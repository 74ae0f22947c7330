//! What was typed at the checkout, kept for as long as the tab: *Change the cart*, a reload, a crash
//! of the browser, or going back and forward lose nothing.

use super::storage::{Shelf, read, remove, write};
use js_sys::{Array, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, FormData, HtmlFormElement, UrlSearchParams};

const KEY: &str = "wizastore-draft";

/// Keeps what stands in the form now.
pub fn keep(form: &HtmlFormElement) {
    if let Some(body) = body_of(form) {
        write(Shelf::Tab, KEY, &body);
    }
}

/// The order was placed: the next one begins with what the server knows.
pub fn clear() {
    remove(Shelf::Tab, KEY);
}

/// A form's fields as a browser sends them.
pub fn body_of(form: &HtmlFormElement) -> Option<String> {
    let data = FormData::new_with_form(form).ok()?;
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    Some(String::from(fields.to_string()))
}

/// Puts what was kept into the fields that are empty. What the server put there is newer, or what
/// the customer typed before the page woke up. `served`: the form came with an address, so also its
/// country is the server's.
pub fn restore(form: &HtmlFormElement, served: bool) {
    let kept = read(Shelf::Tab, KEY).and_then(|body| UrlSearchParams::new_with_str(&body).ok());
    let Some(kept) = kept else {
        return;
    };
    for (name, field) in typed_fields(form) {
        let Some(value) = kept.get(&name).filter(|value| !value.is_empty()) else {
            continue;
        };
        let now = text(&field, "value").unwrap_or_default();
        let untouched = match text(&field, "type").as_deref() {
            Some("select-one") => !served && Some(now) == preselected(&field),
            Some(_) | None => now.is_empty(),
        };
        if untouched {
            let _ = Reflect::set(&field, &"value".into(), &value.into());
        }
    }
}

/// The fields that customers fill in, by name.
fn typed_fields(form: &HtmlFormElement) -> Vec<(String, JsValue)> {
    let Ok(data) = FormData::new_with_form(form) else {
        return Vec::new();
    };
    let elements = Reflect::get(form, &"elements".into()).unwrap_or_default();
    Array::from(&data)
        .iter()
        .filter_map(|pair| Reflect::get_u32(&pair, 0).ok()?.as_string())
        .filter_map(|name| {
            let field = Reflect::get(&elements, &name.as_str().into()).ok()?;
            (text(&field, "type")? != "hidden").then_some((name, field))
        })
        .collect()
}

/// What a select shows before anybody chose.
fn preselected(select: &JsValue) -> Option<String> {
    select
        .dyn_ref::<Element>()?
        .query_selector("option[selected]")
        .ok()??
        .get_attribute("value")
}

fn text(object: &JsValue, property: &str) -> Option<String> {
    Reflect::get(object, &property.into()).ok()?.as_string()
}
