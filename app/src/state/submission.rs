//! One order as the browser sends it. Every repetition sends the very same.

use model::OrderForm;

/// The fields of the submit door. Kept from the click on, so that *Try again* sends the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    pub order_key: String,
    pub receipt: String,
    pub cart_revision: String,
    pub shown_total_minor: String,
    pub form: OrderForm,
}

impl Submission {
    /// Reads the fields by their names on the wire; `field` gives the value of one.
    pub fn read(field: impl Fn(&str) -> String) -> Self {
        Self {
            order_key: field("order_key"),
            receipt: field("receipt"),
            cart_revision: field("cart_revision"),
            shown_total_minor: field("shown_total_minor"),
            form: OrderForm {
                name: field("name"),
                email: field("email"),
                phone: field("phone"),
                line1: field("line1"),
                line2: field("line2"),
                city: field("city"),
                region: field("region"),
                postcode: field("postcode"),
                country: field("country"),
                note: field("note"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Submission;

    #[test]
    fn every_field_is_read_by_its_own_name() {
        let read = Submission::read(str::to_owned);
        assert_eq!(read.order_key, "order_key");
        assert_eq!(read.shown_total_minor, "shown_total_minor");
        assert_eq!(read.form.line2, "line2");
        assert_eq!(read.form.region, "region");
        assert_eq!(read.form.note, "note");
    }
}
