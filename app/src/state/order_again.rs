//! What can be done on the page of an order that was not placed, once its goods are back in the cart.

use crate::text::reasons::{Remedy, remedies};
use model::{Cart, CartLine, Reason};

/// The order once more, from the cart as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// The cart is the order: one click places it.
    Place(Cart),
    /// The cart holds other goods or other quantities than the order: look at the checkout first.
    Look,
    /// Nothing of the order is in the cart any more, or this is another browser.
    Gone,
}

/// Whether the cart still is what the customer wanted to order, so that it can be placed unseen.
pub fn again(ordered: &[CartLine], cart: Option<&Cart>) -> Again {
    let Some(cart) = cart else {
        return Again::Gone;
    };
    let wanted = |line: &CartLine| {
        ordered
            .iter()
            .any(|one| one.sku == line.sku && one.quantity == line.quantity)
    };
    if cart.lines.len() == ordered.len() && cart.lines.iter().all(wanted) {
        return Again::Place(cart.clone());
    }
    let some = |line: &CartLine| ordered.iter().any(|one| one.sku == line.sku);
    match cart.lines.iter().any(some) {
        true => Again::Look,
        false => Again::Gone,
    }
}

/// A reason as things are now: it names the prices that the cart has, because those are ordered. The
/// verdict's own may be months old.
pub fn reason_now(reason: &Reason, again: &Again, cart: &Cart) -> Reason {
    let mut now = reason.clone();
    if let Reason::PriceChanged {
        sku, current_minor, ..
    } = &mut now
        && *again != Again::Gone
        && let Some(line) = cart.lines.iter().find(|line| line.sku == *sku)
    {
        *current_minor = line.unit_price_minor;
    }
    if let Reason::TotalMismatch {
        shown_minor,
        computed_minor,
    } = &mut now
        && matches!(again, Again::Place(_))
        && cart.total_minor != *shown_minor
    {
        *computed_minor = cart.total_minor;
    }
    now
}

/// The remedies for a reason as things are now: none where the cart has answered it already.
pub fn remedies_now(reason: &Reason, cart: &Cart) -> Vec<Remedy> {
    match reason.still_stands(cart) {
        true => remedies(reason),
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(sku: &str, quantity: i64) -> CartLine {
        CartLine {
            sku: sku.into(),
            name: sku.into(),
            quantity,
            unit_price_minor: 100,
        }
    }

    fn cart(lines: Vec<CartLine>) -> Cart {
        Cart {
            order_key: "k".into(),
            receipt: "r".into(),
            revision: 1,
            total_minor: lines.iter().map(|line| line.quantity * 100).sum(),
            lines,
            currency: "GBP".into(),
        }
    }

    #[test]
    fn one_click_orders_nothing_that_was_not_in_the_order() {
        let ordered = [line("A", 2), line("B", 1)];
        let same = cart(vec![line("B", 1), line("A", 2)]);
        assert_eq!(again(&ordered, Some(&same)), Again::Place(same.clone()));
        for lines in [
            vec![line("A", 3), line("B", 1)],
            vec![line("A", 2)],
            vec![line("A", 2), line("B", 1), line("C", 1)],
            vec![line("A", 2), line("C", 1)],
        ] {
            assert_eq!(again(&ordered, Some(&cart(lines))), Again::Look);
        }
        assert_eq!(
            again(&ordered, Some(&cart(vec![line("C", 1)]))),
            Again::Gone
        );
        assert_eq!(again(&ordered, Some(&cart(vec![]))), Again::Gone);
        assert_eq!(again(&ordered, None), Again::Gone);
    }

    #[test]
    fn the_price_that_is_told_is_the_one_that_is_ordered() {
        let reason = Reason::PriceChanged {
            sku: "A".into(),
            shown_minor: 90,
            current_minor: 95,
            price_version: 2,
        };
        let told = |again: &Again, cart: &Cart| match reason_now(&reason, again, cart) {
            Reason::PriceChanged { current_minor, .. } => current_minor,
            other => panic!("{other:?}"),
        };
        let cart = cart(vec![line("A", 1)]);
        assert_eq!(told(&Again::Place(cart.clone()), &cart), 100);
        assert_eq!(told(&Again::Look, &cart), 100);
        assert_eq!(told(&Again::Gone, &cart), 95, "history stays as it was");
        let total = Reason::TotalMismatch {
            shown_minor: 90,
            computed_minor: 95,
        };
        let now = Reason::TotalMismatch {
            shown_minor: 90,
            computed_minor: 100,
        };
        assert_eq!(reason_now(&total, &Again::Place(cart.clone()), &cart), now);
    }

    #[test]
    fn what_the_cart_has_answered_needs_no_remedy() {
        let short = Reason::OutOfStock {
            sku: "A".into(),
            requested: 3,
            available: 2,
        };
        assert_eq!(remedies_now(&short, &cart(vec![line("A", 3)])).len(), 2);
        assert_eq!(remedies_now(&short, &cart(vec![line("A", 2)])), vec![]);
        let gone = Reason::Discontinued { sku: "A".into() };
        assert_eq!(remedies_now(&gone, &cart(vec![line("B", 1)])), vec![]);
    }
}
