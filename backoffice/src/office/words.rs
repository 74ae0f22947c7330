//! Values as staff read them.

use entmine::MOST_COUNTED;
use jiff::Timestamp;
use leptos::prelude::*;
use model::OrderStatus;

/// A time to the minute, UTC.
pub(super) fn time(ms: i64) -> AnyView {
    let Ok(time) = Timestamp::from_millisecond(ms) else {
        return "?".into_any();
    };
    let machine = time.to_string();
    let words = time.strftime("%Y-%m-%d %H:%M").to_string();
    view! { <time datetime=machine>{words}</time> }.into_any()
}

pub(super) fn status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::New => "New",
        OrderStatus::OnHold => "On hold",
        OrderStatus::Picked => "Picked",
        OrderStatus::Shipped => "Shipped",
        OrderStatus::Cancelled => "Cancelled",
    }
}

/// Text that a customer typed, shown by itself: letters that run from right to left do not move what
/// stands beside it.
pub(super) fn theirs(text: &str) -> AnyView {
    view! { <bdi>{text.to_owned()}</bdi> }.into_any()
}

/// A status as a coloured word.
pub(super) fn status_mark(of: OrderStatus) -> AnyView {
    let class = format!("mark-{}", of.as_str().replace('_', "-"));
    view! { <span class=format!("status {class}")>{status(of)}</span> }.into_any()
}

/// The class of a cell with a SKU or another name for machines: whole, unless it is longer than a phone
/// is wide.
pub(super) fn code_class(text: &str) -> &'static str {
    match text.chars().count() {
        0..=24 => "code",
        _longer => "code long",
    }
}

/// `1 order`, `2 orders`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// How many there are of what is not counted to its end: `87`, `1000+`.
pub(super) fn so_many(count: i64) -> String {
    match count {
        ..=MOST_COUNTED => count.to_string(),
        _ => format!("{MOST_COUNTED}+"),
    }
}

/// `+3`, `−3` or `0`.
pub(super) fn signed(pieces: i64) -> String {
    match pieces {
        0 => "0".to_owned(),
        1.. => format!("+{pieces}"),
        _negative => format!("−{}", pieces.unsigned_abs()),
    }
}

/// Percent-encodes what stands in an address.
pub fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            _other => format!("%{byte:02X}"),
        })
        .collect()
}

/// `path?a=1&b=2`, without those that are empty.
pub(super) fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    match fields.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", fields.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sku_is_broken_only_where_it_is_very_long() {
        assert_eq!(code_class("WAND-OAK-11"), "code");
        assert_eq!(code_class(&"x".repeat(25)), "code long");
    }

    #[test]
    fn addresses_take_any_text() {
        let address = address("/a", &[("q", "a&b é"), ("none", "")]);
        assert_eq!(address, "/a?q=a%26b%20%C3%A9");
        assert_eq!((signed(3), signed(-3)), ("+3".into(), "−3".into()));
    }
}
