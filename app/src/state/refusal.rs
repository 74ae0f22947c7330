//! A change of the cart that was not made, for browsers without JavaScript: the server's redirect
//! names the reason in the query (`/cart?refused=quantity`), and the page says it in fixed words.

/// The words for a refusal's name. Only known names have words, so nobody can put text of their
/// own into a link.
pub fn refusal_words(name: &str) -> Option<&'static str> {
    match name {
        "" => None,
        "quantity" => Some("That quantity was not taken: please give a whole number up to 999."),
        "sku" | "discontinued" => Some("That product is not sold (any more)."),
        "out_of_stock" => Some("That product is out of stock."),
        _ => Some("The cart could not be changed that way."),
    }
}

#[cfg(test)]
mod tests {
    use super::refusal_words;

    #[test]
    fn a_link_cannot_bring_its_own_words() {
        assert_eq!(refusal_words(""), None);
        assert_eq!(
            refusal_words("call 0900-SCAM"),
            Some("The cart could not be changed that way.")
        );
    }
}
