//! The cart's page after the cart changed.

use model::{Cart, CartPage, LineDetail};

/// The page with another state of its cart: details of lines that stay are kept, and a notice of a
/// changed price goes once the customer has dealt with that line.
pub fn with_cart(page: &CartPage, cart: Cart) -> CartPage {
    let details = cart
        .lines
        .iter()
        .map(|line| {
            page.details
                .iter()
                .find(|detail| detail.sku == line.sku)
                .cloned()
                .unwrap_or_else(|| unknown(&line.sku))
        })
        .collect();
    CartPage {
        cart: Some(cart),
        details,
    }
}

/// A line of which only the cart knows (added in another tab): no picture, no link.
fn unknown(sku: &str) -> LineDetail {
    LineDetail {
        sku: sku.to_owned(),
        slug: String::new(),
        image: String::new(),
        available: 0,
        price_was: None,
    }
}

/// "1 piece", "3 pieces".
pub fn pieces(count: i64) -> String {
    if count == 1 {
        "1 piece".to_owned()
    } else {
        format!("{count} pieces")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::CartLine;

    #[test]
    fn details_follow_their_lines() {
        let line = |sku: &str| CartLine {
            sku: sku.into(),
            name: sku.into(),
            quantity: 1,
            unit_price_minor: 100,
        };
        let mut cart = Cart {
            order_key: "k".into(),
            receipt: "r".into(),
            revision: 1,
            lines: vec![line("A"), line("B")],
            total_minor: 200,
            currency: "GBP".into(),
        };
        let detail = |sku: &str| LineDetail {
            slug: format!("slug-{sku}"),
            ..unknown(sku)
        };
        let page = CartPage {
            cart: Some(cart.clone()),
            details: vec![detail("A"), detail("B")],
        };
        cart.lines = vec![line("B"), line("C")];
        let page = with_cart(&page, cart);
        assert_eq!(page.details, vec![detail("B"), unknown("C")]);
    }
}
