//! Reading what a customer typed: every field is cleaned and checked, and every fault is named at
//! once.

use model::typed::{self, TextFault};
use model::{
    Address, COUNTRIES, Customer, MAX_QUANTITY, OrderField, OrderForm, Postcode, Reason,
    postcode_of,
};

pub(crate) fn invalid(field: &str, detail: &str) -> Reason {
    Reason::InvalidField {
        field: field.to_owned(),
        detail: detail.to_owned(),
    }
}

/// None where nothing was typed.
fn optional(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// A quantity between `least` and 999, or what is wrong with it.
pub(crate) fn parse_quantity(text: &str, least: i64) -> Result<i64, Reason> {
    match text.trim().parse::<i64>() {
        Ok(quantity) if (least..=MAX_QUANTITY).contains(&quantity) => Ok(quantity),
        Ok(_) | Err(_) => Err(invalid(
            "quantity",
            &format!("Choose a whole number from {least} to {MAX_QUANTITY}."),
        )),
    }
}

/// What of a form goes into the order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Checked {
    pub customer: Customer,
    pub note: Option<String>,
}

/// The customer and the note of a form, or every field that is wrong.
pub(crate) fn check(form: &OrderForm) -> Result<Checked, Vec<Reason>> {
    let mut faults = Faults(Vec::new());
    let name = faults.required(OrderField::Name, &form.name, "Enter your name.");
    let email = faults.email(&form.email);
    let phone = faults.text(OrderField::Phone, typed::phone(&form.phone));
    let line1 = faults.required(
        OrderField::Line1,
        &form.line1,
        "Enter the first line of your address.",
    );
    let line2 = faults.text(OrderField::Line2, typed::line(&form.line2));
    let city = faults.required(OrderField::City, &form.city, "Enter your town or city.");
    let region = faults.text(OrderField::Region, typed::line(&form.region));
    let country = form.country.trim().to_owned();
    let postcode = faults.postcode(&form.postcode, &country);
    let note = faults.text(OrderField::Note, typed::note(&form.note));
    if !COUNTRIES.iter().any(|(code, _)| *code == country) {
        faults.add(OrderField::Country, "Choose a country from the list.");
    }
    if !faults.0.is_empty() {
        return Err(faults.0);
    }
    Ok(Checked {
        customer: Customer {
            name,
            email,
            phone: optional(phone),
            address: Address {
                line1,
                line2: optional(line2),
                city,
                region: optional(region),
                postcode,
                country,
            },
        },
        note: optional(note),
    })
}

/// What is wrong so far.
struct Faults(Vec<Reason>);

impl Faults {
    fn add(&mut self, field: OrderField, detail: &str) {
        self.0.push(invalid(field.name(), detail));
    }

    /// A cleaned text; empty where it is wrong, which is noted.
    fn text(&mut self, field: OrderField, cleaned: Result<String, TextFault>) -> String {
        let most = field.max_chars();
        let fault = match cleaned {
            Ok(text) if text.chars().count() <= most => return text,
            Ok(_) => TextFault::TooLong { most },
            Err(fault) => fault,
        };
        self.add(field, &fault.to_string());
        String::new()
    }

    /// A line that has to be there.
    fn required(&mut self, field: OrderField, typed: &str, missing: &str) -> String {
        self.required_as(field, typed, missing, typed::line(typed))
    }

    fn required_as(
        &mut self,
        field: OrderField,
        typed: &str,
        missing: &str,
        cleaned: Result<String, TextFault>,
    ) -> String {
        if typed::is_unseen(typed) {
            self.add(field, missing);
            return String::new();
        }
        self.text(field, cleaned)
    }

    /// A postcode, which some countries do not have. Where the country is not known it is required,
    /// so that both faults are named.
    fn postcode(&mut self, typed: &str, country: &str) -> String {
        let cleaned = typed::postcode(typed);
        let known = COUNTRIES.iter().any(|(code, _)| *code == country);
        if known && postcode_of(country) != Postcode::Required {
            return self.text(OrderField::Postcode, cleaned);
        }
        let missing = "Enter your postcode.";
        self.required_as(OrderField::Postcode, typed, missing, cleaned)
    }

    fn email(&mut self, typed: &str) -> String {
        if typed::is_unseen(typed) {
            self.add(OrderField::Email, "Enter your e-mail address.");
            return String::new();
        }
        match typed::email(typed) {
            Ok(address) => address,
            Err(fault) => {
                self.add(OrderField::Email, &fault.to_string());
                String::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> OrderForm {
        OrderForm {
            name: "Ada Fenwick".into(),
            email: "ada@example.org".into(),
            line1: "1 Owl Lane".into(),
            city: "York".into(),
            postcode: "YO1 7HH".into(),
            country: "GB".into(),
            ..OrderForm::default()
        }
    }

    fn fields(form: &OrderForm) -> Vec<String> {
        match check(form) {
            Ok(_) => Vec::new(),
            Err(reasons) => reasons
                .into_iter()
                .map(|reason| match reason {
                    Reason::InvalidField { field, .. } => field,
                    other => panic!("{other:?}"),
                })
                .collect(),
        }
    }

    #[test]
    fn a_good_form_becomes_a_customer() {
        let checked = check(&good()).expect("good");
        assert_eq!(checked.customer.phone, None);
        assert_eq!(checked.customer.address.line2, None);
        assert_eq!(checked.note, None);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let named = fields(&OrderForm::default());
        assert_eq!(
            named,
            ["name", "email", "line1", "city", "postcode", "country"]
        );
    }

    #[test]
    fn each_bad_field_is_refused_by_name() {
        let long = "x".repeat(10_000);
        let cases: [(&str, OrderForm); 8] = [
            (
                "email",
                OrderForm {
                    email: "ada.example.org".into(),
                    ..good()
                },
            ),
            (
                "email",
                OrderForm {
                    email: "a@b@c".into(),
                    ..good()
                },
            ),
            (
                "name",
                OrderForm {
                    name: long,
                    ..good()
                },
            ),
            (
                "name",
                OrderForm {
                    name: "Ada\u{7}".into(),
                    ..good()
                },
            ),
            (
                "city",
                OrderForm {
                    city: "a\u{202E}b".into(),
                    ..good()
                },
            ),
            (
                "country",
                OrderForm {
                    country: "XX".into(),
                    ..good()
                },
            ),
            (
                "phone",
                OrderForm {
                    phone: "call me".into(),
                    ..good()
                },
            ),
            (
                "note",
                OrderForm {
                    note: "a\u{0}b".into(),
                    ..good()
                },
            ),
        ];
        for (field, form) in cases {
            assert_eq!(fields(&form), [field]);
        }
    }

    #[test]
    fn quantities_are_whole_numbers_in_range() {
        assert_eq!(parse_quantity("999", 1), Ok(999));
        assert_eq!(parse_quantity("0", 0), Ok(0));
        for bad in [
            "0",
            "-1",
            "1000",
            "1000000000000000001",
            "99999999999999999999",
            "two",
            "",
            "1.5",
        ] {
            assert!(parse_quantity(bad, 1).is_err(), "{bad}");
        }
    }
}
