//! Which state of the cart is the newest that this page knows.

/// The newest cart that is known, by its key and revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CartNews {
    /// None: nothing is known yet.
    newest: Option<(String, i64)>,
    /// Carts before it, that became orders. Replies about them come too late.
    past: Vec<String>,
}

impl CartNews {
    /// Nothing is known yet; usable in a `static`.
    pub const fn new() -> Self {
        Self {
            newest: None,
            past: Vec::new(),
        }
    }

    /// Takes note of a state of the cart. False: a newer one is known, and this one is to be
    /// ignored. Replies overtake each other, and may even be served in another order.
    pub fn is_news(&mut self, order_key: &str, revision: i64) -> bool {
        if self.past.iter().any(|past| past == order_key) {
            return false;
        }
        match &mut self.newest {
            Some((key, known)) if key == order_key => {
                let news = revision >= *known;
                *known = revision.max(*known);
                news
            }
            newest => {
                let before = newest.replace((order_key.to_owned(), revision));
                self.past.extend(before.map(|(key, _)| key));
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CartNews;

    #[test]
    fn an_older_state_of_the_cart_is_ignored() {
        let mut news = CartNews::new();
        assert!(news.is_news("a", 3));
        assert!(!news.is_news("a", 2));
        assert!(news.is_news("a", 3), "the same again is no older");
        assert!(news.is_news("a", 4));
        assert!(!news.is_news("a", 3));
    }

    #[test]
    fn a_cart_that_became_an_order_does_not_come_back() {
        let mut news = CartNews::new();
        assert!(news.is_news("a", 7));
        assert!(news.is_news("b", 0));
        assert!(!news.is_news("a", 8));
        assert!(news.is_news("b", 1));
    }
}
