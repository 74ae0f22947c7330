//! Whether and where customers see a product: the four words that Shopify's *Status* has too.

/// What a merchant decided about a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProductStatus {
    /// Shown and sold.
    #[default]
    Active,
    /// Sold to whoever has its page's address, but in no list and not found by search.
    Unlisted,
    /// Neither shown nor sold.
    Draft,
    /// As a draft, and hidden from staff's lists; kept for its orders and its history.
    Archived,
}

impl ProductStatus {
    pub const ALL: [Self; 4] = [Self::Active, Self::Unlisted, Self::Draft, Self::Archived];

    /// The word in forms, files and the audit.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Unlisted => "unlisted",
            Self::Draft => "draft",
            Self::Archived => "archived",
        }
    }

    /// The status of a word, in any case; nothing for another word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str().eq_ignore_ascii_case(word))
    }

    /// Customers can buy it.
    pub fn is_published(self) -> bool {
        match self {
            Self::Active | Self::Unlisted => true,
            Self::Draft | Self::Archived => false,
        }
    }

    /// It is in lists and search, as far as it is published.
    pub fn is_listed(self) -> bool {
        self != Self::Unlisted
    }

    /// The status that a row's columns add up to.
    pub(crate) fn of(published: bool, listed: bool, archived: bool) -> Self {
        match (archived, published, listed) {
            (true, _, _) => Self::Archived,
            (false, false, _) => Self::Draft,
            (false, true, true) => Self::Active,
            (false, true, false) => Self::Unlisted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_is_what_its_columns_add_up_to() {
        for status in ProductStatus::ALL {
            let archived = status == ProductStatus::Archived;
            let (published, listed) = (status.is_published(), status.is_listed());
            assert_eq!(ProductStatus::of(published, listed, archived), status);
            assert_eq!(ProductStatus::parse(status.as_str()), Some(status));
        }
        let word = ProductStatus::parse("UNLISTED");
        assert_eq!(word, Some(ProductStatus::Unlisted));
        assert_eq!(ProductStatus::parse("sold"), None);
    }
}
