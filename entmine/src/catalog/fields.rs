//! The fields of a product that staff edit. Forms (`entry.rs`), the rules for what is typed, the marks by which two people who
//! edit at once are told apart, and the words of the audit all go by [`FIELDS`].

use super::{ProductStatus, StockedProduct};
use crate::import::{decimal, field, price, tidy};
use model::format_minor;

/// A product's fields that staff edit, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductFields {
    pub name: String,
    pub category: String,
    /// Plain text; paragraphs are separated by an empty line.
    pub description: String,
    /// Path or address of a picture; may be empty.
    pub image: String,
    /// Minor units, tax included.
    pub price_minor: i64,
    pub status: ProductStatus,
    /// Its stock is counted.
    pub tracked: bool,
}

impl Default for ProductFields {
    /// What a product is of which nothing is said.
    fn default() -> Self {
        Self {
            name: String::new(),
            category: "Other".to_owned(),
            description: String::new(),
            image: String::new(),
            price_minor: 0,
            status: ProductStatus::default(),
            tracked: true,
        }
    }
}

impl ProductFields {
    /// The fields of a product as it is.
    pub fn of(stocked: &StockedProduct) -> Self {
        let product = &stocked.product;
        Self {
            name: product.name.clone(),
            category: product.category.clone(),
            description: product.description.clone(),
            image: product.image.clone(),
            price_minor: product.price_minor,
            status: stocked.status(),
            tracked: product.tracked,
        }
    }

    /// Gives a product these fields.
    pub(crate) fn write_into(&self, stocked: &mut StockedProduct) {
        let product = &mut stocked.product;
        product.name.clone_from(&self.name);
        product.category.clone_from(&self.category);
        product.description.clone_from(&self.description);
        product.image.clone_from(&self.image);
        product.price_minor = self.price_minor;
        product.tracked = self.tracked;
        stocked.set_status(self.status);
    }
}

/// A field that staff edit.
pub struct Field {
    /// In forms and errors, such as `price`.
    pub name: &'static str,
    /// What people call it, such as `Price`.
    pub label: &'static str,
    pub kind: FieldKind,
    /// As it stands in a form.
    pub(super) typed: fn(&ProductFields) -> String,
    /// Reads what stands in a form; else what is wrong with it.
    pub(super) read: fn(&str, &mut ProductFields) -> Result<(), String>,
    /// Takes a text as it stands, without the rules for what is typed.
    pub(super) keep: Option<fn(String, &mut ProductFields)>,
    copy: fn(&ProductFields, &mut ProductFields),
    /// What two values are told apart by.
    bytes: fn(&ProductFields) -> Vec<u8>,
}

/// How a field is typed.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// One line, with a hint that may be empty.
    Line(&'static str),
    /// Several lines.
    Text,
    /// One line that is too long to be told of in a sentence.
    Address(&'static str),
    /// An amount of the product's currency in minor units, with a hint.
    Price(&'static str, fn(&ProductFields) -> i64),
    /// One of these: the word in the form, and what it means.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A field of text, which stands in [`ProductFields`] under its own name.
macro_rules! text {
    ($name:ident, $label:literal, $kind:expr, $check:expr) => {
        Field {
            name: stringify!($name),
            label: $label,
            kind: $kind,
            typed: |fields| fields.$name.clone(),
            read: |typed, fields| {
                fields.$name = $check(typed)?;
                Ok(())
            },
            keep: Some(|text, fields| fields.$name = text),
            copy: |from, to| to.$name.clone_from(&from.$name),
            bytes: |fields| fields.$name.as_bytes().to_vec(),
        }
    };
}

/// Every field that staff edit, in the order of forms and of [`FieldMarks`](super::FieldMarks): a new one goes to
/// the end, so that the marks in files that were exported before keep their places.
pub static FIELDS: [Field; 7] = [
    text!(name, "Name", FieldKind::Line(""), |typed: &str| {
        field::text(typed.trim())
    }),
    text!(category, "Category", FieldKind::Line(""), |typed: &str| {
        field::category(typed.trim())
    }),
    text!(description, "Text", FieldKind::Text, description),
    text!(
        image,
        "Picture",
        FieldKind::Address("A path or address; may be empty"),
        |typed: &str| field::image(typed.trim())
    ),
    Field {
        name: "price",
        label: "Price",
        kind: FieldKind::Price("Tax included, such as 12.99", |fields| fields.price_minor),
        typed: |fields| decimal(fields.price_minor),
        read: |typed, fields| {
            fields.price_minor = price::price(typed.trim())?;
            Ok(())
        },
        keep: None,
        copy: |from, to| to.price_minor = from.price_minor,
        bytes: |fields| fields.price_minor.to_be_bytes().to_vec(),
    },
    Field {
        name: "status",
        label: "Status",
        kind: FieldKind::Choice(&[
            ("active", "Active: shown and sold"),
            ("unlisted", "Unlisted: sold by its address, in no list"),
            ("draft", "Draft: neither shown nor sold"),
            ("archived", "Archived: a draft that is hidden here too"),
        ]),
        typed: |fields| fields.status.as_str().to_owned(),
        read: |typed, fields| {
            let status = ProductStatus::parse(typed);
            fields.status = status.ok_or("is none of the four that there are")?;
            Ok(())
        },
        keep: None,
        copy: |from, to| to.status = from.status,
        bytes: |fields| fields.status.as_str().as_bytes().to_vec(),
    },
    Field {
        name: "tracked",
        label: "Stock is counted",
        kind: FieldKind::Choice(&[("yes", "Yes"), ("no", "No: it can always be bought")]),
        typed: |fields| if fields.tracked { "yes" } else { "no" }.to_owned(),
        read: |typed, fields| {
            fields.tracked = match typed {
                "yes" => true,
                "no" => false,
                _other => return Err("is neither yes nor no".to_owned()),
            };
            Ok(())
        },
        keep: None,
        copy: |from, to| to.tracked = from.tracked,
        bytes: |fields| vec![u8::from(fields.tracked)],
    },
];

impl Field {
    /// As people read it, with prices in a currency (ISO 4217).
    pub fn shown(&self, fields: &ProductFields, currency: &str) -> String {
        let typed = (self.typed)(fields);
        match self.kind {
            FieldKind::Line(_) | FieldKind::Text | FieldKind::Address(_) => typed,
            FieldKind::Price(_, minor) => format_minor(minor(fields), currency),
            FieldKind::Choice(choices) => choices
                .iter()
                .find(|(word, _)| *word == typed)
                .map_or(typed, |(_, meaning)| (*meaning).to_owned()),
        }
    }

    pub(super) fn copy(&self, from: &ProductFields, to: &mut ProductFields) {
        (self.copy)(from, to);
    }

    pub(super) fn bytes(&self, fields: &ProductFields) -> Vec<u8> {
        (self.bytes)(fields)
    }

    /// Its name in a sentence.
    pub(super) fn word(&self) -> String {
        self.label.to_lowercase()
    }
}

/// What differs between two states of a product, each with its currency (ISO 4217), in words for the audit.
pub(crate) fn differences(
    (before, currency): (&ProductFields, &str),
    (after, new_currency): (&ProductFields, &str),
) -> Vec<String> {
    let differs = |field: &&Field| field.bytes(before) != field.bytes(after);
    let told = FIELDS.iter().filter(differs).map(|field| {
        let word = field.word();
        let (old, new) = match field.kind {
            FieldKind::Text | FieldKind::Address(_) => return word,
            FieldKind::Price(..) => (
                field.shown(before, currency),
                field.shown(after, new_currency),
            ),
            FieldKind::Line(_) | FieldKind::Choice(_) => {
                ((field.typed)(before), (field.typed)(after))
            }
        };
        format!("{word} {old} -> {new}")
    });
    told.collect()
}

/// A text as EntMine keeps it: lines without space around or between their words, at most one empty
/// line in a row. So an export can be imported again without a change.
fn description(text: &str) -> Result<String, String> {
    if text
        .chars()
        .any(|c| c.is_control() && !"\n\r\t".contains(c))
    {
        return Err("holds control characters".into());
    }
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let text = tidy(&lines.join("\n"));
    if text.chars().count() > field::MAX_DESCRIPTION {
        let most = field::MAX_DESCRIPTION;
        return Err(format!("is longer than {most} characters"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> ProductFields {
        ProductFields {
            name: "Wand".into(),
            category: "Wands".into(),
            description: "Of oak.\n\nLong.".into(),
            image: "/img/wand.webp".into(),
            price_minor: 1299,
            status: ProductStatus::Unlisted,
            tracked: false,
        }
    }

    #[test]
    fn texts_are_kept_tidy() {
        let text = description(" A  wand.\r\n\r\n\r\n Of oak.\r\n").unwrap();
        assert_eq!(text, "A wand.\n\nOf oak.");
    }

    #[test]
    fn a_field_reads_and_copies_what_it_shows_and_nothing_else() {
        let (mine, empty) = (fields(), ProductFields::default());
        let mut copied = empty.clone();
        for field in &FIELDS {
            let (before, typed) = (copied.clone(), (field.typed)(&mine));
            field.copy(&mine, &mut copied);
            let mut read = before.clone();
            (field.read)(&typed, &mut read).unwrap();
            assert_eq!(read, copied, "{}", field.name);
            assert_ne!(field.bytes(&before), field.bytes(&copied), "{}", field.name);
            let others = FIELDS.iter().filter(|other| other.name != field.name);
            for other in others {
                assert_eq!(other.bytes(&before), other.bytes(&copied), "{}", other.name);
            }
            let shown = [&before, &copied].map(|fields| field.shown(fields, "GBP"));
            assert_ne!(shown[0], shown[1], "{}", field.name);
        }
        assert_eq!(copied, mine);
    }

    #[test]
    fn every_choice_can_be_made() {
        for field in &FIELDS {
            if let FieldKind::Choice(choices) = field.kind {
                for (word, meaning) in choices {
                    let mut fields = ProductFields::default();
                    assert_eq!((field.read)(word, &mut fields), Ok(()));
                    assert_eq!((field.typed)(&fields), *word);
                    assert_eq!(field.shown(&fields, "GBP"), *meaning);
                }
            }
        }
        let status = FIELDS.iter().find(|field| field.name == "status").unwrap();
        let FieldKind::Choice(choices) = status.kind else {
            panic!("{:?}", status.kind)
        };
        let words = ProductStatus::ALL.map(ProductStatus::as_str);
        assert_eq!(
            choices.iter().map(|(word, _)| *word).collect::<Vec<_>>(),
            words
        );
    }

    #[test]
    fn what_differs_is_told_in_words() {
        let after = ProductFields {
            price_minor: 1499,
            status: ProductStatus::Active,
            description: String::new(),
            ..fields()
        };
        assert_eq!(
            differences((&fields(), "GBP"), (&after, "GBP")),
            [
                "text",
                "price £12.99 -> £14.99",
                "status unlisted -> active"
            ]
        );
        assert!(differences((&after, "GBP"), (&after, "GBP")).is_empty());
    }
}
