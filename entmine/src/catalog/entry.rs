//! What staff type about a product, checked by the same rules as a merchant's file.

use super::FieldMarks;
use super::fields::{FIELDS, Field, FieldKind, ProductFields};
use crate::import::field;

/// A product as it stands in a form, letter by letter, so that it can be shown again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductEntry {
    /// Only read where a product is created: a SKU never changes.
    pub sku: String,
    /// As in [`FIELDS`].
    typed: [String; FIELDS.len()],
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, such as `price`.
    pub field: &'static str,
    /// Goes on after the field's name: "is not a price such as 12.99".
    pub reason: String,
}

impl Default for ProductEntry {
    /// The form of a new product: choices are made, and nothing is written.
    fn default() -> Self {
        let fields = ProductFields::default();
        let typed = FIELDS.each_ref().map(|field| match field.kind {
            FieldKind::Choice(_) => (field.typed)(&fields),
            FieldKind::Line(_) | FieldKind::Text | FieldKind::Address(_) | FieldKind::Price(..) => {
                String::new()
            }
        });
        Self {
            sku: String::new(),
            typed,
        }
    }
}

impl ProductEntry {
    /// What a form of this product shows at first.
    pub fn of(sku: &str, fields: &ProductFields) -> Self {
        Self {
            sku: sku.to_owned(),
            typed: FIELDS.each_ref().map(|field| (field.typed)(fields)),
        }
    }

    /// What a form sent: the fields by name, and `sku`. One that is missing is empty.
    pub fn sent(value: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            sku: value("sku").unwrap_or_default(),
            typed: FIELDS
                .each_ref()
                .map(|field| value(field.name).unwrap_or_default()),
        }
    }

    /// Every field, with what stands in it.
    pub fn typed(&self) -> impl Iterator<Item = (&'static Field, &str)> {
        FIELDS.iter().zip(self.typed.iter().map(String::as_str))
    }

    /// The fields that a product has in any case.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn fields(&self) -> Result<ProductFields, Vec<FieldError>> {
        self.fields_since(&FieldMarks::parse(""))
    }

    /// The same of a form that showed the product of these marks. A text that nobody touched stays as it is, also where
    /// it came from a file and could not be typed so: spaces that count, a name with all its options.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn fields_since(&self, seen: &FieldMarks) -> Result<ProductFields, Vec<FieldError>> {
        let (mut fields, mut errors) = (ProductFields::default(), Vec::new());
        for (place, (field, typed)) in self.typed().enumerate() {
            // As browsers send the ends of lines.
            let text = typed.replace("\r\n", "\n");
            if let Some(keep) = field.keep.filter(|_| seen.is_of(place, text.as_bytes())) {
                keep(text, &mut fields);
            } else if let Err(reason) = (field.read)(typed, &mut fields) {
                let field = field.name;
                errors.push(FieldError { field, reason });
            }
        }
        if errors.is_empty() {
            Ok(fields)
        } else {
            Err(errors)
        }
    }

    /// The SKU and the fields of a new product.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn new_product(&self) -> Result<(String, ProductFields), Vec<FieldError>> {
        let sku = field::sku(self.sku.trim()).map_err(|reason| FieldError {
            field: "sku",
            reason,
        });
        match (sku, self.fields()) {
            (Ok(sku), Ok(fields)) => Ok((sku, fields)),
            (sku, fields) => {
                let wrong = sku
                    .err()
                    .into_iter()
                    .chain(fields.err().unwrap_or_default());
                Err(wrong.collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_field_is_named_at_once() {
        let entry = ProductEntry::sent(|name| match name {
            "price" => Some("cheap".into()),
            "image" => Some("javascript:alert(1)".into()),
            _other => None,
        });
        let errors = entry.new_product().unwrap_err();
        let names: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(
            names,
            ["sku", "name", "image", "price", "status", "tracked"]
        );
    }

    #[test]
    fn a_form_is_read_as_it_was_shown() {
        let fields = ProductFields {
            name: "Wand".into(),
            price_minor: 1299,
            tracked: false,
            ..ProductFields::default()
        };
        assert_eq!(ProductEntry::of("W", &fields).fields(), Ok(fields));
        // An empty form makes no product, and its choices are made.
        let errors = ProductEntry::default().fields().unwrap_err();
        let names: Vec<_> = errors.iter().map(|error| error.field).collect();
        assert_eq!(names, ["name", "price"]);
    }
}
