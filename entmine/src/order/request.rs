//! Reading the body of an order. What is refused here was never an order: nothing is recorded and
//! the key stays free.

use crate::clock::parse_rfc3339;
use model::{MAX_QUANTITY, OrderRequest};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// The largest body that is looked at, as the contract says (docs/contract.md).
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// The deepest nesting of arrays and objects that is parsed.
const MAX_DEPTH: usize = 32;

/// The most lines of an order that are looked at: each is a few statements in the one writer that all
/// orders wait for.
pub const MAX_LINES: usize = 200;

/// A well-formed order; whether it can be accepted is for the judge.
#[derive(Debug)]
pub(super) struct Request {
    pub order: OrderRequest,
    pub placed_at_ms: i64,
}

/// `sha256:<hex>` of the bytes exactly as received.
pub(super) fn fingerprint(body: &[u8]) -> String {
    format!("sha256:{:x}", Sha256::digest(body))
}

/// Reads a body.
///
/// # Errors
/// Why it is malformed, in words that quote nothing of it but positions: the text is sent out and
/// may be logged.
pub(super) fn parse(body: &[u8]) -> Result<Request, String> {
    if body.len() > MAX_BODY_BYTES {
        return Err(format!("the body is larger than {MAX_BODY_BYTES} bytes"));
    }
    if depth(body) > MAX_DEPTH {
        return Err(format!("the body is nested deeper than {MAX_DEPTH}"));
    }
    let order: OrderRequest = serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() {
            "the body is not the JSON of an order"
        } else {
            "the body is not JSON"
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })?;
    let placed_at_ms =
        parse_rfc3339(&order.placed_at).ok_or("placed_at is not a time of RFC 3339")?;
    check(&order)?;
    Ok(Request {
        order,
        placed_at_ms,
    })
}

/// Whether any text holds a NUL, which PostgreSQL cannot store. The judge refuses it by the field;
/// this is for orders that are not judged.
pub(super) fn holds_nul(order: &OrderRequest) -> bool {
    let customer = &order.customer;
    let address = &customer.address;
    let skus = order.lines.iter().map(|line| &line.sku);
    [
        Some(&customer.name),
        Some(&customer.email),
        customer.phone.as_ref(),
        Some(&address.line1),
        address.line2.as_ref(),
        Some(&address.city),
        address.region.as_ref(),
        Some(&address.postcode),
        Some(&address.country),
        order.note.as_ref(),
    ]
    .into_iter()
    .flatten()
    .chain(skus)
    .any(|text| text.contains('\0'))
}

fn check(order: &OrderRequest) -> Result<(), String> {
    if !is_currency(&order.currency) {
        return Err("currency is not a code of ISO 4217".into());
    }
    if order.total_minor < 0 {
        return Err("total_minor is negative".into());
    }
    if order.lines.is_empty() {
        return Err("lines is empty".into());
    }
    if order.lines.len() > MAX_LINES {
        return Err(format!("lines has more than {MAX_LINES} lines"));
    }
    let mut seen = HashSet::new();
    for (line, number) in order.lines.iter().zip(1..) {
        if !(1..=MAX_QUANTITY).contains(&line.quantity) {
            return Err(format!(
                "quantity of line {number} is not 1 to {MAX_QUANTITY}"
            ));
        }
        if line.unit_price_minor < 0 {
            return Err(format!("unit_price_minor of line {number} is negative"));
        }
        if !seen.insert(line.sku.as_str()) {
            return Err(format!("the SKU of line {number} is there twice"));
        }
    }
    Ok(())
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// How deep brackets are nested outside strings. serde_json has a limit of its own, but it is 128
/// and cannot be set.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut in_string = false;
    let mut escaped = false;
    for &byte in body {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _other => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = r#"{"placed_at":"2026-11-22T21:00:00Z","currency":"GBP","total_minor":2598,
        "customer":{"name":"Merlin","email":"m@example.org","phone":null,"address":{"line1":"1",
        "line2":null,"city":"Camelot","postcode":"C1","country":"GB"}},
        "lines":[{"sku":"A","quantity":2,"unit_price_minor":1299,"price_version":7}],"note":null}"#;

    #[test]
    fn the_contract_s_example_is_an_order() {
        let request = parse(ORDER.as_bytes()).unwrap();
        assert_eq!(request.order.total_minor, 2598);
        assert_eq!(request.placed_at_ms, 1_795_381_200_000);
    }

    #[test]
    fn what_is_no_order_is_malformed_and_nothing_of_it_is_quoted() {
        let changed = |from: &str, to: &str| {
            assert!(ORDER.contains(from), "{from}");
            ORDER.replacen(from, to, 1)
        };
        for body in [
            String::new(),
            "[]".into(),
            "not JSON, Merlin".into(),
            changed("\"Merlin\"", "7"),
            changed("2598", "25.98"),
            changed("2598", "\"Merlin\""),
            changed("2598", "-1"),
            changed("2598", "99999999999999999999"),
            changed("\"GBP\"", "\"gbp\""),
            changed("\"quantity\":2", "\"quantity\":0"),
            changed("\"quantity\":2", "\"quantity\":1000"),
            changed("\"quantity\":2", "\"quantity\":1e18"),
            changed("1299", "-1299"),
            changed("2026-11-22T21:00:00Z", "Merlin's day"),
            changed(
                "\"lines\":[",
                r#""lines":[{"sku":"A","quantity":1,"unit_price_minor":1,"price_version":1},"#,
            ),
            changed(
                r#"[{"sku":"A","quantity":2,"unit_price_minor":1299,"price_version":7}]"#,
                "[]",
            ),
            ORDER.replace(
                "\"note\":null",
                &format!("\"x\":{}{}", "[".repeat(40), "]".repeat(40)),
            ),
            format!("{ORDER}{}", " ".repeat(MAX_BODY_BYTES)),
        ] {
            let detail = parse(body.as_bytes()).expect_err(&body);
            assert!(!detail.contains("Merlin"), "{detail}");
        }
    }

    #[test]
    fn brackets_in_strings_are_text() {
        assert_eq!(depth(br#"{"a":"[[[[\"[[","b":[{}]}"#), 3);
        assert_eq!(depth(br#"{"a":"\\"}[[["#), 3);
    }

    #[test]
    fn a_fingerprint_is_the_sha_256_of_the_bytes() {
        assert_eq!(
            fingerprint(b""),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
