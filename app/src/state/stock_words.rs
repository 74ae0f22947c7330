//! What a product page says about stock.

/// Up to this many pieces, the page says "only … left".
const FEW: i64 = 3;

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

/// The words for what EntMine says is available (none: it did not say in time), and how they look.
pub fn stock_words(available: Option<i64>) -> (String, StockTone) {
    match available {
        Some(available) if available <= 0 => ("out of stock".to_owned(), StockTone::None),
        Some(available) if available <= FEW => (format!("only {available} left"), StockTone::Few),
        Some(available) => (format!("{available} in stock"), StockTone::Plenty),
        None => (
            "stock can't be checked just now, you can still order".to_owned(),
            StockTone::Unknown,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_promised_ones() {
        let words = |available| stock_words(Some(available)).0;
        assert_eq!(words(12), "12 in stock");
        assert_eq!(words(4), "4 in stock");
        assert_eq!(words(1), "only 1 left");
        assert_eq!(words(0), "out of stock");
        assert_eq!(words(-2), "out of stock");
        assert_eq!(
            stock_words(None).0,
            "stock can't be checked just now, you can still order"
        );
    }
}
