//! What staff type about a product, checked by the same rules as a merchant's file.

use super::{ProductRow, ProductStatus, StockedProduct};
use crate::import::{field, price, tidy};

/// A product as it stands in a form, letter by letter, so that it can be shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductEntry {
    /// Only read where a product is created: a SKU never changes.
    pub sku: String,
    pub name: String,
    pub category: String,
    /// Plain text; paragraphs are separated by an empty line.
    pub description: String,
    /// Path or address of a picture; may be empty.
    pub image: String,
    /// Such as `12.99`.
    pub price: String,
    pub status: ProductStatus,
    /// Its stock is not counted: it can always be bought.
    pub untracked: bool,
}

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, such as `price`.
    pub field: &'static str,
    /// Goes on after the field's name: "is not a price such as 12.99".
    pub reason: String,
}

/// A product's fields that staff edit, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductFields {
    pub name: String,
    pub category: String,
    pub description: String,
    pub image: String,
    pub price_minor: i64,
    pub status: ProductStatus,
    /// Its stock is counted.
    pub tracked: bool,
}

impl ProductFields {
    /// Sets the columns of these fields.
    pub(crate) fn write_into(&self, row: &mut ProductRow) {
        let product = &mut row.product;
        product.name.clone_from(&self.name);
        product.category.clone_from(&self.category);
        product.description.clone_from(&self.description);
        product.image.clone_from(&self.image);
        product.price_minor = self.price_minor;
        product.tracked = self.tracked;
        row.set_status(self.status);
    }

    /// The fields of a product as it is.
    pub fn of(product: &StockedProduct) -> Self {
        let status = product.status;
        let product = &product.product;
        Self {
            name: product.name.clone(),
            category: product.category.clone(),
            description: product.description.clone(),
            image: product.image.clone(),
            price_minor: product.price_minor,
            status,
            tracked: product.tracked,
        }
    }
}

impl ProductEntry {
    /// The fields that a product has in any case.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn fields(&self) -> Result<ProductFields, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = read(&mut errors, "name", field::text(self.name.trim()));
        let category = read(
            &mut errors,
            "category",
            field::category(self.category.trim()),
        );
        let text = description(&self.description);
        let description = read(&mut errors, "description", text);
        let image = read(&mut errors, "image", field::image(self.image.trim()));
        let price_minor = read(&mut errors, "price", price::price(self.price.trim()));
        match (name, category, description, image, price_minor) {
            (Some(name), Some(category), Some(description), Some(image), Some(price_minor)) => {
                Ok(ProductFields {
                    name,
                    category,
                    description,
                    image,
                    price_minor,
                    status: self.status,
                    tracked: !self.untracked,
                })
            }
            _incomplete => Err(errors),
        }
    }

    /// The SKU and the fields of a new product.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn new_product(&self) -> Result<(String, ProductFields), Vec<FieldError>> {
        let mut errors = Vec::new();
        let sku = read(&mut errors, "sku", field::sku(self.sku.trim()));
        match (sku, self.fields()) {
            (Some(sku), Ok(fields)) => Ok((sku, fields)),
            (_, Err(others)) => {
                errors.extend(others);
                Err(errors)
            }
            (None, Ok(_)) => Err(errors),
        }
    }
}

fn read<T>(
    errors: &mut Vec<FieldError>,
    field: &'static str,
    value: Result<T, String>,
) -> Option<T> {
    value
        .map_err(|reason| errors.push(FieldError { field, reason }))
        .ok()
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

    #[test]
    fn every_bad_field_is_named_at_once() {
        let entry = ProductEntry {
            sku: " ".into(),
            price: "cheap".into(),
            image: "javascript:alert(1)".into(),
            ..ProductEntry::default()
        };
        let fields: Vec<_> = entry
            .new_product()
            .unwrap_err()
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(fields, ["sku", "name", "image", "price"]);
    }

    #[test]
    fn texts_are_kept_tidy() {
        let text = description(" A  wand.\r\n\r\n\r\n Of oak.\r\n").unwrap();
        assert_eq!(text, "A wand.\n\nOf oak.");
    }
}
