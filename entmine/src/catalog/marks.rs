//! Which fields of a product somebody changed in a form, where somebody else saved meanwhile.

use super::{ProductFields, StockedProduct};
use sha2::{Digest, Sha256};
use std::fmt;

/// Fields that staff edit.
const FIELDS: usize = 7;

/// A mark of each field as it was when a form was filled in. They are in the product's edition, which
/// the form carries, so that its other fields can be told from the ones that were typed into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldMarks([String; FIELDS]);

impl FieldMarks {
    /// The marks of a product as it is.
    pub fn of(product: &StockedProduct) -> Self {
        Self::of_fields(&ProductFields::of(product))
    }

    /// Reads the edition that a form carried. What is none has no mark that fits, so that every field
    /// counts as changed.
    pub fn parse(edition: &str) -> Self {
        let mut marks = edition.split('-').map(str::to_owned);
        Self([(); FIELDS].map(|()| marks.next().unwrap_or_default()))
    }

    /// What is to be saved of `mine`, which began as what these marks are of: the fields that I
    /// changed; the others stay as they are in EntMine now.
    pub fn merge(&self, mine: &ProductFields, now: &StockedProduct) -> ProductFields {
        let (now, marks) = (ProductFields::of(now), Self::of_fields(mine));
        let changed: Vec<bool> = self.0.iter().zip(&marks.0).map(|(a, b)| a != b).collect();
        fn pick<T: Clone>(changed: bool, mine: &T, now: T) -> T {
            if changed { mine.clone() } else { now }
        }
        ProductFields {
            name: pick(changed[0], &mine.name, now.name),
            category: pick(changed[1], &mine.category, now.category),
            description: pick(changed[2], &mine.description, now.description),
            image: pick(changed[3], &mine.image, now.image),
            price_minor: pick(changed[4], &mine.price_minor, now.price_minor),
            status: pick(changed[5], &mine.status, now.status),
            tracked: pick(changed[6], &mine.tracked, now.tracked),
        }
    }

    /// The fields that are another in `mine` than what these marks are of, and another in EntMine by now
    /// too, where the two differ.
    pub(crate) fn conflicts(
        &self,
        mine: &ProductFields,
        now: &StockedProduct,
    ) -> Vec<&'static str> {
        const NAMES: [&str; FIELDS] = [
            "name",
            "category",
            "text",
            "picture",
            "price",
            "status",
            "counted or not",
        ];
        let (mine, now) = (Self::of_fields(mine), Self::of(now));
        let both = |field: &usize| {
            let (seen, mine, now) = (&self.0[*field], &mine.0[*field], &now.0[*field]);
            seen != mine && seen != now && mine != now
        };
        (0..FIELDS).filter(both).map(|field| NAMES[field]).collect()
    }

    fn of_fields(fields: &ProductFields) -> Self {
        Self([
            mark(fields.name.as_bytes()),
            mark(fields.category.as_bytes()),
            mark(fields.description.as_bytes()),
            mark(fields.image.as_bytes()),
            mark(&fields.price_minor.to_be_bytes()),
            mark(fields.status.as_str().as_bytes()),
            mark(&[u8::from(fields.tracked)]),
        ])
    }
}

impl fmt::Display for FieldMarks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("-"))
    }
}

fn mark(value: &[u8]) -> String {
    format!("{:x}", Sha256::digest(value))[..12].to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::ProductStatus;
    use super::*;
    use model::Product;

    fn product(name: &str, price_minor: i64) -> StockedProduct {
        StockedProduct {
            product: Product {
                sku: "WAND".into(),
                version: 1,
                name: name.into(),
                slug: "wand".into(),
                category: "Wands".into(),
                description: "Of oak.".into(),
                image: String::new(),
                currency: "GBP".into(),
                price_minor,
                price_version: 1,
                available: 0,
                published: true,
                tracked: true,
                listed: true,
            },
            on_hand: 0,
            reserved: 0,
            status: ProductStatus::Active,
        }
    }

    #[test]
    fn only_ones_own_changes_are_saved() {
        let seen = product("Wand", 1299);
        let marks = FieldMarks::parse(&seen.edition());
        assert_eq!(marks, FieldMarks::of(&seen));
        let mine = ProductFields {
            category: "Sticks".into(),
            ..ProductFields::of(&seen)
        };
        let merged = marks.merge(&mine, &product("Better wand", 1499));
        assert_eq!(merged.name, "Better wand");
        assert_eq!(merged.price_minor, 1499);
        assert_eq!(merged.category, "Sticks");
    }

    #[test]
    fn what_both_changed_is_mine() {
        let seen = product("Wand", 1299);
        let mine = ProductFields {
            name: "My wand".into(),
            ..ProductFields::of(&seen)
        };
        let merged = FieldMarks::of(&seen).merge(&mine, &product("Their wand", 1299));
        assert_eq!(merged.name, "My wand");
    }

    #[test]
    fn without_marks_everything_counts_as_changed() {
        let mine = ProductFields::of(&product("Wand", 1299));
        for text in ["", "x", "----------"] {
            let merged = FieldMarks::parse(text).merge(&mine, &product("Other", 1));
            assert_eq!(merged, mine, "{text}");
        }
    }
}
