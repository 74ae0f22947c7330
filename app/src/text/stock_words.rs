//! What pages say about stock and prices, and how that grows more careful when nothing is heard from
//! EntMine for a while.

use model::{ProductCard, StockWord};

/// Up to this many pieces, the page says "only … left".
const FEW: i64 = 3;

/// EntMine is heard from every 20 seconds. After three times that, pages say how old prices are.
const PRICES_OLD_S: i64 = 60;

/// After a quarter of an hour the last known stock says nothing any more.
const STOCK_OLD_S: i64 = 15 * 60;

/// How a stock word looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockTone {
    Plenty,
    Few,
    None,
    Unknown,
}

impl StockTone {
    /// The class of the element that shows it.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plenty => "stock stock-plenty",
            Self::Few => "stock stock-few",
            Self::None => "stock stock-none",
            Self::Unknown => "stock stock-unknown",
        }
    }
}

/// The words for what EntMine says of a product's stock, and how they look.
pub fn stock_words(stock: &StockWord) -> (String, StockTone) {
    match stock {
        StockWord::Checked { available } if *available <= 0 => {
            ("out of stock".to_owned(), StockTone::None)
        }
        StockWord::Checked { available } if *available <= FEW => {
            (format!("only {available} left"), StockTone::Few)
        }
        StockWord::Checked { available } => (format!("{available} in stock"), StockTone::Plenty),
        StockWord::Always => ("in stock".to_owned(), StockTone::Plenty),
        StockWord::Unchecked { age_s } if *age_s > STOCK_OLD_S => (
            "stock is checked when you order".to_owned(),
            StockTone::Unknown,
        ),
        StockWord::Unchecked { .. } => (
            "stock can't be checked just now, you can still order".to_owned(),
            StockTone::Unknown,
        ),
    }
}

/// EntMine has just said that there is none, so nothing of it can be ordered.
pub fn is_sold_out(stock: &StockWord) -> bool {
    match stock {
        StockWord::Checked { available } => *available <= 0,
        StockWord::Always | StockWord::Unchecked { .. } => false,
    }
}

/// What a list says of a product's stock as it was last known, if that is worth a word.
pub fn card_hint(product: &ProductCard, age_s: i64) -> Option<&'static str> {
    if !product.tracked {
        None
    } else if age_s > STOCK_OLD_S {
        Some("stock checked when you order")
    } else if product.available <= 0 {
        Some("probably out of stock")
    } else {
        None
    }
}

/// What a product page says of prices that nobody confirmed for a while.
pub fn prices_notice(age_s: i64) -> Option<String> {
    if age_s <= PRICES_OLD_S {
        return None;
    }
    let since = match age_s {
        ..120 => "a minute ago".to_owned(),
        120..7_200 => format!("{} minutes ago", age_s / 60),
        7_200..172_800 => format!("{} hours ago", age_s / 3_600),
        172_800.. => format!("{} days ago", age_s / 86_400),
    };
    Some(format!(
        "This price was last confirmed {since}. Should it have changed, you decide before anything \
         is ordered."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_promised_ones() {
        let words = |available| stock_words(&StockWord::Checked { available }).0;
        let unchecked = |age_s| stock_words(&StockWord::Unchecked { age_s }).0;
        assert_eq!(words(12), "12 in stock");
        assert_eq!(words(4), "4 in stock");
        assert_eq!(words(1), "only 1 left");
        assert_eq!(words(0), "out of stock");
        assert_eq!(words(-2), "out of stock");
        let unknown = "stock can't be checked just now, you can still order";
        assert_eq!(stock_words(&StockWord::Always).0, "in stock");
        assert_eq!(unchecked(0), unknown);
        assert_eq!(unchecked(900), unknown);
        assert_eq!(unchecked(901), "stock is checked when you order");
    }

    #[test]
    fn only_what_is_known_to_be_gone_cannot_be_added() {
        assert!(is_sold_out(&StockWord::Checked { available: 0 }));
        assert!(is_sold_out(&StockWord::Checked { available: -3 }));
        assert!(!is_sold_out(&StockWord::Checked { available: 1 }));
        assert!(!is_sold_out(&StockWord::Always));
        assert!(!is_sold_out(&StockWord::Unchecked { age_s: 9_000 }));
    }

    #[test]
    fn prices_that_nobody_confirmed_say_so() {
        let prefix = "This price was last confirmed ";
        let since =
            |age_s| prices_notice(age_s).map(|text| text.strip_prefix(prefix).unwrap().to_owned());
        assert_eq!(since(0), None);
        assert_eq!(since(60), None);
        for (age_s, words) in [
            (61, "a minute ago"),
            (119, "a minute ago"),
            (120, "2 minutes ago"),
            (3_600, "60 minutes ago"),
            (7_200, "2 hours ago"),
            (172_800, "2 days ago"),
        ] {
            assert!(since(age_s).unwrap().starts_with(words), "{age_s}");
        }
    }

    #[test]
    fn a_list_says_less_the_older_it_is() {
        let card = |available| ProductCard {
            sku: "WAND".into(),
            name: "Wand".into(),
            slug: "wand".into(),
            image: String::new(),
            price_minor: 1,
            currency: "GBP".into(),
            available,
            tracked: true,
        };
        assert_eq!(card_hint(&card(1), 900), None);
        assert_eq!(card_hint(&card(0), 900), Some("probably out of stock"));
        let careful = Some("stock checked when you order");
        assert_eq!(card_hint(&card(1), 901), careful);
        assert_eq!(card_hint(&card(0), 901), careful);
        let uncounted = ProductCard {
            tracked: false,
            ..card(0)
        };
        assert_eq!(card_hint(&uncounted, 900), None);
        assert_eq!(card_hint(&uncounted, 901), None);
    }
}
