//! A page that only says something.

use super::frame::{Desk, outside, page};
use leptos::prelude::*;

/// Says something, with a way back.
pub fn message_page(desk: Option<&Desk>, title: &str, text: &str) -> String {
    let content = view! {
        <p role="alert">{text.to_owned()}</p>
        <p><a href="/entmine/orders">"To the orders"</a></p>
    };
    match desk {
        Some(desk) => page(desk, "", title, content),
        None => outside(title, content),
    }
}
