//! A change of the cart that was not made, for browsers without JavaScript: the server's redirect
//! names the reason in the query (`/cart?refused=quantity`), and the page says it in fixed words.

/// The words for a refusal's name. Only known names have words, so nobody can put text of their
/// own into a link; and the words are true for whoever follows one, also where nothing was refused.
pub fn refusal_words(name: &str) -> Option<&'static str> {
    match name {
        "quantity" => Some(
            "A quantity is a whole number, and an order takes at most 999 of one product. What is in \
             your cart stands below.",
        ),
        "sku" => Some(
            "A cart takes products that are on sale, priced in one currency, and at most 100 \
             different ones. What is in your cart stands below.",
        ),
        "other" => Some("What is in your cart stands below. If you just changed it, look again."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::refusal_words;

    #[test]
    fn a_link_cannot_bring_its_own_words() {
        for name in ["", "call 0900-SCAM", "Quantity", "discontinued"] {
            assert_eq!(refusal_words(name), None, "{name}");
        }
    }

    #[test]
    fn nothing_is_claimed_to_have_happened() {
        for name in ["quantity", "sku", "other"] {
            let words = refusal_words(name).expect(name);
            assert!(!words.contains(" was "), "{words}");
            assert!(words.contains("What is in your cart"), "{words}");
        }
    }
}
