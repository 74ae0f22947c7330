//! The columns that are read, by all the names that exports give them.

/// A column that means something here. Others are ignored, the order is free, and so is the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Handle,
    Title,
    Body,
    Type,
    Category,
    Published,
    Option1,
    Option2,
    Option3,
    Sku,
    Price,
    Quantity,
    Tracker,
    Policy,
    Image,
    ImagePosition,
    VariantImage,
    Status,
    /// The stock that an export of EntMine's saw.
    Seen,
    /// The product's revision when it was exported.
    Revision,
    /// Of Shopify's inventory file.
    Location,
    Available,
    OnHand,
    /// What somebody counted and wrote into an inventory file.
    Counted,
}

impl Column {
    pub const ALL: [Self; 24] = [
        Self::Handle,
        Self::Title,
        Self::Body,
        Self::Type,
        Self::Category,
        Self::Published,
        Self::Option1,
        Self::Option2,
        Self::Option3,
        Self::Sku,
        Self::Price,
        Self::Quantity,
        Self::Tracker,
        Self::Policy,
        Self::Image,
        Self::ImagePosition,
        Self::VariantImage,
        Self::Status,
        Self::Seen,
        Self::Revision,
        Self::Location,
        Self::Available,
        Self::OnHand,
        Self::Counted,
    ];

    /// Its name in an export, then the others that are read, in small letters: Shopify's newer ones,
    /// and what people write by hand.
    fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Handle => ("Handle", &["url handle", "product handle"]),
            Self::Title => ("Title", &["product title", "product name", "name"]),
            Self::Body => ("Body (HTML)", &["description", "body html", "body"]),
            Self::Type => ("Type", &["product type", "custom product type"]),
            Self::Category => (
                "Product Category",
                &["standard product type", "standardized product type"],
            ),
            Self::Published => ("Published", &["published on online store"]),
            Self::Option1 => ("Option1 Value", &[]),
            Self::Option2 => ("Option2 Value", &[]),
            Self::Option3 => ("Option3 Value", &[]),
            Self::Sku => ("Variant SKU", &["sku"]),
            Self::Price => ("Variant Price", &["price", "regular price"]),
            Self::Quantity => (
                "Variant Inventory Qty",
                &[
                    "inventory quantity",
                    "variant inventory quantity",
                    "inventory qty",
                    "stock quantity",
                    "quantity",
                    "qty",
                    "stock",
                ],
            ),
            Self::Tracker => ("Variant Inventory Tracker", &["inventory tracker"]),
            Self::Policy => (
                "Variant Inventory Policy",
                &["continue selling when out of stock", "inventory policy"],
            ),
            Self::Image => ("Image Src", &["product image url", "image url"]),
            Self::ImagePosition => ("Image Position", &["product image position"]),
            Self::VariantImage => ("Variant Image", &["variant image url"]),
            Self::Status => ("Status", &[]),
            Self::Seen => ("Seen", &[]),
            Self::Revision => ("Revision", &[]),
            Self::Location => ("Location", &[]),
            Self::Available => ("Available", &["available (not editable)"]),
            Self::OnHand => ("On hand", &["on hand (current)"]),
            Self::Counted => ("On hand (new)", &["available (new)"]),
        }
    }

    /// The name in an export's header, and in what is said about a file.
    pub fn name(self) -> &'static str {
        self.names().0
    }

    /// The column of a name in a header.
    pub fn of(name: &str) -> Option<Self> {
        Some(Self::ranked(name)?.0)
    }

    /// The column of a name in a header, and which of its names it is: the first ones go before others
    /// where a file has several.
    pub fn ranked(name: &str) -> Option<(Self, usize)> {
        let words: Vec<&str> = name.split_whitespace().collect();
        let name = words.join(" ").to_lowercase();
        Self::ALL.into_iter().find_map(|column| {
            let (usual, others) = column.names();
            if usual.eq_ignore_ascii_case(&name) {
                return Some((column, 0));
            }
            let other = others.iter().position(|other| *other == name)?;
            Some((column, other + 1))
        })
    }
}

/// Whether a column is one that shops' exports have and that means nothing here, so that it need not be
/// named to a merchant: Shopify's others, and unnamed ones.
pub(super) fn is_of_others(name: &str) -> bool {
    const NAMES: [&str; 18] = [
        "vendor",
        "tags",
        "option1 name",
        "option2 name",
        "option3 name",
        "option1 linked to",
        "option2 linked to",
        "option3 linked to",
        "image alt text",
        "gift card",
        "collection",
        "bin name",
        "hs code",
        "coo",
        "incoming",
        "committed",
        "unavailable",
        "reason",
    ];
    const BEGINNINGS: [&str; 18] = [
        "variant ",
        "google shopping",
        "seo ",
        "price /",
        "included /",
        "compare-at price",
        "compare at price",
        "cost per item",
        "product image ",
        "charge tax",
        "tax code",
        "unit price",
        "weight ",
        "requires shipping",
        "fulfillment service",
        "barcode",
        "incoming",
        "unavailable",
    ];
    let name = name.to_lowercase();
    name.is_empty()
        || NAMES.contains(&name.as_str())
        || BEGINNINGS.iter().any(|start| name.starts_with(start))
        || name.contains("metafield")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_means_one_column() {
        for column in Column::ALL {
            assert_eq!(Column::of(column.name()), Some(column));
            for name in column.names().1 {
                assert_eq!(Column::of(&name.to_uppercase()), Some(column), "{name}");
            }
        }
        assert_eq!(Column::of("  variant   sku "), Some(Column::Sku));
        assert_eq!(Column::of("Vendor"), None);
    }
}
