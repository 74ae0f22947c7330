//! Reading what a customer typed: every field is checked, and every fault is named at once.

use model::{
    Address, COUNTRIES, Customer, MAX_FIELD_CHARS, MAX_NOTE_CHARS, MAX_QUANTITY, OrderForm, Reason,
};

/// The longest e-mail address there is (RFC 5321, section 4.5.3.1.3, less the brackets).
const MAX_EMAIL_CHARS: usize = 254;
const MAX_PHONE_CHARS: usize = 40;

pub(crate) fn invalid(field: &str, detail: &str) -> Reason {
    Reason::InvalidField {
        field: field.to_owned(),
        detail: detail.to_owned(),
    }
}

/// A trimmed text, or none where nothing was typed.
pub(crate) fn optional(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
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

/// The customer of a form, or every field that is wrong.
pub(crate) fn check(form: &OrderForm) -> Result<Customer, Vec<Reason>> {
    let mut faults = Vec::new();
    let mut field = |name: &str, text: &str, most: usize, missing: Option<&str>| {
        let text = text.trim();
        let multi_line = name == "note";
        if let (true, Some(missing)) = (text.is_empty(), missing) {
            faults.push(invalid(name, missing));
        } else if text.chars().count() > most {
            faults.push(invalid(
                name,
                &format!("This is too long: {most} characters at most."),
            ));
        } else if text
            .chars()
            .any(|c| c.is_control() && !(multi_line && matches!(c, '\n' | '\r')))
        {
            faults.push(invalid(
                name,
                "This contains a character that cannot be printed; type it again.",
            ));
        }
        text.to_owned()
    };
    let most = MAX_FIELD_CHARS;
    let name = field("name", &form.name, most, Some("Enter your name."));
    let email = field(
        "email",
        &form.email,
        MAX_EMAIL_CHARS,
        Some("Enter your e-mail address."),
    );
    let phone = field("phone", &form.phone, MAX_PHONE_CHARS, None);
    let line1 = field(
        "line1",
        &form.line1,
        most,
        Some("Enter the first line of your address."),
    );
    let line2 = field("line2", &form.line2, most, None);
    let city = field("city", &form.city, most, Some("Enter your town or city."));
    let postcode = field("postcode", &form.postcode, 20, Some("Enter your postcode."));
    field("note", &form.note, MAX_NOTE_CHARS, None);
    let country = form.country.trim().to_owned();
    if !COUNTRIES.iter().any(|(code, _)| *code == country) {
        faults.push(invalid("country", "Choose a country from the list."));
    }
    if !email.is_empty() && !looks_like_email(&email) {
        faults.push(invalid(
            "email",
            "Enter an e-mail address like name@example.org.",
        ));
    }
    if !phone
        .chars()
        .all(|c| c.is_ascii_digit() || " +-()./x".contains(c))
    {
        faults.push(invalid(
            "phone",
            "Use digits, spaces and + - ( ) only, or leave it empty.",
        ));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Customer {
        name,
        email,
        phone: optional(&phone),
        address: Address {
            line1,
            line2: optional(&line2),
            city,
            postcode,
            country,
        },
    })
}

/// Something before one `@`, a host with a dot or alone after it, no blanks. Whether anyone reads
/// mail there, only a mail tells.
fn looks_like_email(text: &str) -> bool {
    match text.split_once('@') {
        Some((local, host)) => {
            !local.is_empty()
                && !host.is_empty()
                && !host.contains('@')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !text.chars().any(char::is_whitespace)
        }
        None => false,
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
        let customer = check(&good()).expect("good");
        assert_eq!(customer.phone, None);
        assert_eq!(customer.address.line2, None);
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
                    city: "a\nb".into(),
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
