//! Changes of the cart on their way: one request at a time, and of a line's changes the latest.
//!
//! Requests on two connections may be served in another order than they were sent, so a change
//! waits until the one before it is answered. Who presses an arrow key nine times means the ninth.

/// A wish for the quantity of a product, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub sku: String,
    pub quantity: String,
}

/// The changes of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CartChanges {
    under_way: Option<Change>,
    waiting: Vec<Change>,
}

impl CartChanges {
    /// Takes a change up. Gives it back where it is to be sent now.
    pub fn wish(&mut self, change: Change) -> Option<Change> {
        self.waiting.retain(|waiting| waiting.sku != change.sku);
        if self.under_way.is_none() {
            self.under_way = Some(change.clone());
            return Some(change);
        }
        if self.under_way.as_ref() != Some(&change) {
            self.waiting.push(change);
        }
        None
    }

    /// The change under way was answered, or its answer was lost. Gives the next one to send.
    pub fn answered(&mut self) -> Option<Change> {
        self.under_way = if self.waiting.is_empty() {
            None
        } else {
            Some(self.waiting.remove(0))
        };
        self.under_way.clone()
    }

    /// Whether a change of this product is on its way.
    pub fn concerns(&self, sku: &str) -> bool {
        let of_it = |change: &Change| change.sku == sku;
        self.under_way.as_ref().is_some_and(of_it) || self.waiting.iter().any(of_it)
    }
}

/// Whether a reply may write the quantity that the cart holds into the field: only where the field
/// still says what the page itself wrote or sent last. What is being typed is the customer's.
pub fn may_write(in_the_field: &str, written_or_sent: &str, change_waits: bool) -> bool {
    !change_waits && in_the_field == written_or_sent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(sku: &str, quantity: &str) -> Change {
        Change {
            sku: sku.into(),
            quantity: quantity.into(),
        }
    }

    #[test]
    fn nine_presses_of_an_arrow_key_are_two_requests() {
        let mut changes = CartChanges::default();
        let sent: Vec<_> = (1..=9)
            .filter_map(|n| changes.wish(change("A", &n.to_string())))
            .collect();
        assert_eq!(sent, [change("A", "1")]);
        assert_eq!(changes.answered(), Some(change("A", "9")));
        assert_eq!(changes.answered(), None);
        assert!(!changes.concerns("A"));
    }

    #[test]
    fn each_line_keeps_its_latest_change_in_turn() {
        let mut changes = CartChanges::default();
        changes.wish(change("A", "1"));
        changes.wish(change("B", "1"));
        changes.wish(change("A", "2"));
        changes.wish(change("B", "5"));
        assert!(changes.concerns("B"));
        assert_eq!(changes.answered(), Some(change("A", "2")));
        assert_eq!(changes.answered(), Some(change("B", "5")));
        assert!(!changes.concerns("A"));
        assert_eq!(changes.answered(), None);
    }

    #[test]
    fn back_to_what_is_under_way_needs_no_further_request() {
        let mut changes = CartChanges::default();
        changes.wish(change("A", "2"));
        changes.wish(change("A", "3"));
        changes.wish(change("A", "2"));
        assert_eq!(changes.answered(), None);
    }

    #[test]
    fn what_is_being_typed_is_never_overwritten() {
        assert!(may_write("3", "3", false));
        assert!(!may_write("31", "3", false));
        assert!(!may_write("", "3", false));
        assert!(!may_write("3", "3", true));
    }
}
