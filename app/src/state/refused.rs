//! A form that the server refused, for browsers without JavaScript: what its page says.

use model::OrderForm;

/// A refused form. The server leaves it in the context of the page that tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The HTTP status of the refusal.
    pub status: u16,
    /// Where the form was sent to.
    pub path: String,
    /// What was in it, where that could be read.
    pub fields: Vec<(String, String)>,
}

/// What the form was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    PlaceOrder,
    ChangeCart,
    TryAgain,
    CancelOrder,
    Other,
}

impl Refused {
    pub fn purpose(&self) -> Purpose {
        match self.path.as_str() {
            "/api/orders/submit" => Purpose::PlaceOrder,
            "/api/cart/add" | "/api/cart/set" => Purpose::ChangeCart,
            "/api/orders/retry" => Purpose::TryAgain,
            "/api/orders/cancel" => Purpose::CancelOrder,
            _ => Purpose::Other,
        }
    }

    /// A field's value; empty where there was none.
    pub fn field(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// What was typed into the checkout.
    pub fn form(&self) -> OrderForm {
        OrderForm {
            name: self.field("name"),
            email: self.field("email"),
            phone: self.field("phone"),
            line1: self.field("line1"),
            line2: self.field("line2"),
            city: self.field("city"),
            region: self.field("region"),
            postcode: self.field("postcode"),
            country: self.field("country"),
            note: self.field("note"),
        }
    }

    /// Whether the same form may be taken in a moment.
    pub fn may_pass_later(&self) -> bool {
        self.is_away() || self.status == 429
    }

    /// The shop's side failed.
    fn is_away(&self) -> bool {
        self.status >= 500
    }

    pub fn heading(&self) -> &'static str {
        match self.purpose() {
            Purpose::PlaceOrder => "Your order was not placed",
            // What asks for something to be done about an order may have been written down.
            Purpose::CancelOrder if self.is_away() => "We cannot tell whether it is cancelled",
            Purpose::CancelOrder => "Your order was not cancelled",
            Purpose::TryAgain => "We did not try again",
            Purpose::ChangeCart if self.is_away() => "The cart cannot be changed just now",
            Purpose::ChangeCart => "Your cart was not changed",
            Purpose::Other => "That did not work",
        }
    }

    /// What happened, and what to do.
    pub fn words(&self) -> &'static str {
        match (self.status, self.purpose()) {
            (429, _) => {
                "There were very many tries in a short time, so this one was not taken. Wait a few \
                 seconds, then send it again."
            }
            (403, _) => {
                "This form did not come from a page of this shop, as far as your browser says, so \
                 nothing of it was taken. Open the page again, and send it from there."
            }
            (413, _) => {
                "The form was larger than anything that this shop takes, so nothing of it was taken. \
                 Go back, make it shorter, and send it again."
            }
            (400, Purpose::PlaceOrder) if !self.fields.is_empty() => {
                "The form did not arrive as this shop writes its forms, so nothing was ordered by this \
                 try. What could be read of it is here. Look it through, and send it again."
            }
            (400..500, _) => {
                "The form did not arrive as this shop writes its forms, so nothing of it was taken. \
                 Open the page again, and send it from there."
            }
            (_, Purpose::PlaceOrder) => {
                "The shop cannot save orders just now, so nothing was ordered by this try. What you \
                 typed is here: send it again in a moment. However often you send it, it is one \
                 order."
            }
            (_, Purpose::CancelOrder | Purpose::TryAgain) => {
                "Something on our side is not working. The order's page says what is true, as soon \
                 as it is back."
            }
            (_, Purpose::ChangeCart) => {
                "Something on our side is not working. What is in your cart is kept. Try again in a \
                 moment, and look at the cart."
            }
            (_, Purpose::Other) => "Something on our side is not working. Try again in a moment.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, path: &str) -> Refused {
        Refused {
            status,
            path: path.into(),
            fields: vec![
                ("name".into(), "Ada".into()),
                ("region".into(), "York".into()),
            ],
        }
    }

    #[test]
    fn what_was_typed_is_read_by_name() {
        let form = refused(503, "/api/orders/submit").form();
        assert_eq!((form.name.as_str(), form.region.as_str()), ("Ada", "York"));
        assert_eq!(form.city, "");
    }

    #[test]
    fn words_speak_of_a_form_that_is_there() {
        let mut bad = refused(400, "/api/orders/submit");
        assert!(bad.words().contains("is here"));
        bad.fields.clear();
        assert!(bad.words().contains("Open the page again"));
    }

    #[test]
    fn only_what_is_certain_is_said_to_have_failed() {
        let heading = |status, path| refused(status, path).heading();
        assert_eq!(
            heading(429, "/api/orders/cancel"),
            "Your order was not cancelled"
        );
        assert!(heading(503, "/api/orders/cancel").starts_with("We cannot tell"));
        assert_eq!(heading(403, "/api/cart/add"), "Your cart was not changed");
        assert!(heading(503, "/api/cart/add").contains("cannot be changed just now"));
    }

    #[test]
    fn every_refusal_has_words_that_say_what_to_do() {
        for status in [400, 403, 405, 413, 415, 429, 500, 503] {
            for path in [
                "/api/orders/submit",
                "/api/cart/add",
                "/api/orders/retry",
                "/api/x",
            ] {
                let refused = refused(status, path);
                assert!(refused.words().contains('.'), "{status} {path}");
                assert_eq!(refused.may_pass_later(), [429, 500, 503].contains(&status));
            }
        }
    }
}
