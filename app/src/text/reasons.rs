//! Why an order was not placed: the words, and what can be done about each.

use model::{Cart, Reason, format_minor};

/// What a customer can do about a reason, with one click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Place the order again: the cart has the new price already.
    AcceptPrice,
    /// Place the order again as it is.
    TryAgain,
    /// Take what is left.
    ChangeQuantity { sku: String, to: i64 },
    /// Take the product out of the cart.
    Remove { sku: String },
    /// Go to the field and put it right.
    GoToField { field: String },
}

/// What can be done about a reason, the likeliest first.
pub fn remedies(reason: &Reason) -> Vec<Remedy> {
    match reason {
        Reason::OutOfStock { sku, available, .. } if *available > 0 => vec![
            Remedy::ChangeQuantity {
                sku: sku.clone(),
                to: *available,
            },
            Remedy::Remove { sku: sku.clone() },
        ],
        Reason::OutOfStock { sku, .. } | Reason::Discontinued { sku } => {
            vec![Remedy::Remove { sku: sku.clone() }]
        }
        Reason::PriceChanged {
            shown_minor,
            current_minor,
            ..
        } if shown_minor == current_minor => vec![Remedy::TryAgain],
        Reason::PriceChanged { sku, .. } => {
            vec![Remedy::AcceptPrice, Remedy::Remove { sku: sku.clone() }]
        }
        Reason::TotalMismatch { .. } | Reason::CartChanged => vec![Remedy::TryAgain],
        Reason::InvalidCustomer { field, .. } | Reason::InvalidField { field, .. } => {
            match form_field(field) {
                Some(field) => vec![Remedy::GoToField {
                    field: field.to_owned(),
                }],
                None => vec![Remedy::TryAgain],
            }
        }
        Reason::UnknownOrder | Reason::NotSaved => vec![Remedy::TryAgain],
        Reason::CartEmpty => vec![],
    }
}

/// More than one price changed: one button for all of them accepts them, because one order is placed.
pub fn accepts_prices_at_once(reasons: &[Reason]) -> bool {
    let accepts = |reason: &&Reason| remedies(reason).contains(&Remedy::AcceptPrice);
    reasons.iter().filter(accepts).count() > 1
}

/// The label of that button.
pub const ACCEPT_ALL: &str = "Accept the new prices";

/// A reason in a sentence. `name_of` gives a product's name by its SKU.
pub fn reason_words(reason: &Reason, currency: &str, name_of: impl Fn(&str) -> String) -> String {
    match reason {
        Reason::OutOfStock {
            sku,
            requested,
            available,
        } => {
            let name = name_of(sku);
            if *available > 0 {
                format!("{name}: only {available} left, and you asked for {requested}.")
            } else {
                format!("{name} is out of stock.")
            }
        }
        Reason::PriceChanged {
            sku,
            shown_minor,
            current_minor,
            ..
        } if shown_minor == current_minor => format!(
            "{} costs {} again.",
            name_of(sku),
            format_minor(*current_minor, currency)
        ),
        Reason::PriceChanged {
            sku,
            shown_minor,
            current_minor,
            ..
        } => format!(
            "{} now costs {} instead of {}.",
            name_of(sku),
            format_minor(*current_minor, currency),
            format_minor(*shown_minor, currency)
        ),
        Reason::Discontinued { sku } => format!("{} is no longer sold.", name_of(sku)),
        Reason::TotalMismatch {
            shown_minor,
            computed_minor,
        } => format!(
            "The total is {} instead of {}.",
            format_minor(*computed_minor, currency),
            format_minor(*shown_minor, currency)
        ),
        Reason::InvalidCustomer { field, detail } | Reason::InvalidField { field, detail } => {
            match field_label(field) {
                Some(label) => format!("{label}: {detail}"),
                None => detail.clone(),
            }
        }
        Reason::CartChanged => "Your cart was changed, perhaps in another tab. Please look at it \
                                again before you order."
            .to_owned(),
        Reason::CartEmpty => "Your cart is empty.".to_owned(),
        Reason::UnknownOrder => {
            "This order does not belong to this browser's cart any more. Please look at the cart \
             again before you order."
                .to_owned()
        }
        Reason::NotSaved => "We could not save your order. Nothing was ordered, and nothing of it \
                             will turn up later. Your cart and your form are kept."
            .to_owned(),
    }
}

/// Why a change of the cart was refused, in one text. `cart` gives the product's name and the
/// currency, where the page knows one.
pub fn refusal_sentence(reasons: &[Reason], cart: Option<&Cart>, sku: &str) -> String {
    let line = cart.and_then(|cart| cart.lines.iter().find(|line| line.sku == sku));
    let name = line.map_or(sku, |line| &line.name);
    let currency = cart.map_or("", |cart| &cart.currency);
    named_refusal(reasons, currency, name)
}

/// The same where the product's name and the currency are known.
pub fn named_refusal(reasons: &[Reason], currency: &str, name: &str) -> String {
    let words = reasons
        .iter()
        .map(|reason| reason_words(reason, currency, |_| name.to_owned()));
    words.collect::<Vec<_>>().join(" ")
}

/// What is wrong with one field of the form, if anything.
pub fn field_error(reasons: &[Reason], name: &str) -> Option<String> {
    reasons.iter().find_map(|reason| match reason {
        Reason::InvalidCustomer { field, detail } | Reason::InvalidField { field, detail } => {
            (form_field(field) == Some(name)).then(|| detail.clone())
        }
        Reason::OutOfStock { .. }
        | Reason::PriceChanged { .. }
        | Reason::Discontinued { .. }
        | Reason::TotalMismatch { .. }
        | Reason::CartChanged
        | Reason::CartEmpty
        | Reason::UnknownOrder
        | Reason::NotSaved => None,
    })
}

const FIELDS: [(&str, &str); 10] = [
    ("name", "Name"),
    ("email", "E-mail"),
    ("phone", "Telephone"),
    ("line1", "Address"),
    ("line2", "Address, second line"),
    ("city", "Town or city"),
    ("region", "County, state or province"),
    ("postcode", "Postcode"),
    ("country", "Country"),
    ("note", "Note"),
];

/// The form's field that a reason names; EntMine may name it with a path (`address.city`).
fn form_field(field: &str) -> Option<&'static str> {
    let name = field.rsplit('.').next().unwrap_or(field);
    FIELDS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(known, _)| *known)
}

/// The label of a form's field.
pub fn field_label(field: &str) -> Option<&'static str> {
    let name = form_field(field)?;
    FIELDS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, label)| *label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::CartLine;

    fn short(available: i64) -> Reason {
        Reason::OutOfStock {
            sku: "A".into(),
            requested: 3,
            available,
        }
    }

    fn cart(quantity: i64) -> Cart {
        Cart {
            order_key: "k".into(),
            receipt: "r".into(),
            revision: 1,
            lines: vec![CartLine {
                sku: "A".into(),
                name: "Oak wand".into(),
                quantity,
                unit_price_minor: 100,
            }],
            total_minor: 100 * quantity,
            currency: "GBP".into(),
        }
    }

    #[test]
    fn short_stock_offers_what_is_left() {
        let words = reason_words(&short(2), "GBP", |_| "Oak wand".into());
        assert_eq!(words, "Oak wand: only 2 left, and you asked for 3.");
        assert_eq!(
            remedies(&short(2))[0],
            Remedy::ChangeQuantity {
                sku: "A".into(),
                to: 2
            }
        );
        assert_eq!(
            remedies(&short(0)),
            vec![Remedy::Remove { sku: "A".into() }]
        );
    }

    #[test]
    fn a_reason_goes_when_the_cart_answers_it() {
        assert!(short(2).still_stands(&cart(3)));
        assert!(!short(2).still_stands(&cart(2)));
        let gone = Reason::Discontinued { sku: "B".into() };
        assert!(!gone.still_stands(&cart(1)));
    }

    #[test]
    fn a_refusal_names_the_product_as_the_cart_does() {
        let gone = [Reason::Discontinued { sku: "A".into() }];
        assert_eq!(
            refusal_sentence(&gone, Some(&cart(1)), "A"),
            "Oak wand is no longer sold."
        );
        assert_eq!(refusal_sentence(&gone, None, "A"), "A is no longer sold.");
    }

    #[test]
    fn a_new_price_is_told_with_the_old_one() {
        let reason = Reason::PriceChanged {
            sku: "A".into(),
            shown_minor: 1299,
            current_minor: 1349,
            price_version: 2,
        };
        let words = reason_words(&reason, "GBP", |_| "Oak wand".into());
        assert_eq!(words, "Oak wand now costs £13.49 instead of £12.99.");
        assert_eq!(remedies(&reason)[0], Remedy::AcceptPrice);
    }

    fn price(sku: &str, current_minor: i64) -> Reason {
        Reason::PriceChanged {
            sku: sku.into(),
            shown_minor: 1299,
            current_minor,
            price_version: 2,
        }
    }

    #[test]
    fn a_price_that_came_back_is_no_new_one() {
        let words = reason_words(&price("A", 1299), "GBP", |_| "Oak wand".into());
        assert_eq!(words, "Oak wand costs £12.99 again.");
        assert_eq!(remedies(&price("A", 1299)), [Remedy::TryAgain]);
    }

    #[test]
    fn several_new_prices_are_accepted_at_once() {
        assert!(!accepts_prices_at_once(&[price("A", 1), short(2)]));
        assert!(!accepts_prices_at_once(&[price("A", 1), price("B", 1299)]));
        assert!(accepts_prices_at_once(&[
            price("A", 1),
            short(2),
            price("B", 2)
        ]));
    }

    #[test]
    fn an_order_that_was_not_saved_can_be_sent_again() {
        let words = reason_words(&Reason::NotSaved, "GBP", str::to_owned);
        assert!(words.starts_with("We could not save your order. Nothing was ordered,"));
        assert_eq!(remedies(&Reason::NotSaved), vec![Remedy::TryAgain]);
        assert!(Reason::NotSaved.still_stands(&cart(1)));
    }

    #[test]
    fn a_field_is_found_by_the_name_that_either_system_gives_it() {
        let reasons = [
            Reason::InvalidCustomer {
                field: "address.postcode".into(),
                detail: "is missing".into(),
            },
            Reason::InvalidField {
                field: "email".into(),
                detail: "needs an @".into(),
            },
        ];
        assert_eq!(
            field_error(&reasons, "postcode").as_deref(),
            Some("is missing")
        );
        assert_eq!(
            field_error(&reasons, "email").as_deref(),
            Some("needs an @")
        );
        assert_eq!(field_error(&reasons, "name"), None);
        assert_eq!(
            reason_words(&reasons[1], "GBP", str::to_owned),
            "E-mail: needs an @"
        );
    }
}
