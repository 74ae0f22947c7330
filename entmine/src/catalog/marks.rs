//! Which fields of a product somebody changed in a form, where somebody else saved meanwhile.

use super::fields::FIELDS;
use super::{ProductFields, StockedProduct};
use sha2::{Digest, Sha256};
use std::fmt;

/// A mark of each field as it was when a form was filled in. They are in the product's edition, which
/// the form carries, so that its other fields can be told from the ones that were typed into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMarks([String; FIELDS.len()]);

impl FieldMarks {
    /// The marks of a product as it is.
    pub fn of(product: &StockedProduct) -> Self {
        Self::of_fields(&ProductFields::of(product))
    }

    /// Reads the edition that a form carried. What is none has no mark that fits, so that every field
    /// counts as changed; so does a field that there was not yet when the edition was made.
    pub fn parse(edition: &str) -> Self {
        let mut marks = edition.split('-').map(str::to_owned);
        Self([(); FIELDS.len()].map(|()| marks.next().unwrap_or_default()))
    }

    /// What is to be saved of `mine`, which began as what these marks are of: the fields that I
    /// changed; the others stay as they are in EntMine now.
    pub fn merge(&self, mine: &ProductFields, now: &StockedProduct) -> ProductFields {
        let (mut merged, marks) = (ProductFields::of(now), Self::of_fields(mine));
        for (field, (seen, mark)) in FIELDS.iter().zip(self.0.iter().zip(&marks.0)) {
            if seen != mark {
                field.copy(mine, &mut merged);
            }
        }
        merged
    }

    /// The fields that are another in `mine` than what these marks are of, and another in EntMine by now
    /// too, where the two differ.
    pub(crate) fn conflicts(&self, mine: &ProductFields, now: &StockedProduct) -> Vec<String> {
        let (mine, now) = (Self::of_fields(mine), Self::of(now));
        let both = |place: &usize| {
            let (seen, mine, now) = (&self.0[*place], &mine.0[*place], &now.0[*place]);
            seen != mine && seen != now && mine != now
        };
        let places = (0..FIELDS.len()).filter(both);
        places.map(|place| FIELDS[place].word()).collect()
    }

    /// Whether the field at this place was so.
    pub(super) fn is_of(&self, place: usize, bytes: &[u8]) -> bool {
        self.0[place] == mark(bytes)
    }

    fn of_fields(fields: &ProductFields) -> Self {
        Self(FIELDS.each_ref().map(|field| mark(&field.bytes(fields))))
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
    use super::*;
    use model::Product;

    fn product(name: &str, price_minor: i64) -> StockedProduct {
        StockedProduct {
            product: Product {
                name: name.into(),
                category: "Wands".into(),
                price_minor,
                published: true,
                ..Product::default()
            },
            ..StockedProduct::default()
        }
    }

    #[test]
    fn marks_are_those_of_files_that_were_exported_before() {
        let mut seen = product("Wand", 1299);
        seen.product.description = "Of oak.".into();
        let edition = "3e7962d21cc5-7edc4daecbea-7079403fd4ca-e3b0c44298fc-98e65c6a\
             ddb0-96879611650f-4bf5122f3445-";
        // Marks of later fields come after these.
        assert!(seen.edition().starts_with(edition), "{}", seen.edition());
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
