//! Creating and editing one product.

use super::browse::{PastPrice, prices};
use super::entry::ProductFields;
use super::stocked::StockedProduct;
use super::{ProductChange, ProductRow, apply, read_products};
use crate::error::StorageError;
use crate::import::slug::slugify;
use crate::storage::{EntMine, Writing};
use model::{Product, format_minor};

/// What saving a product did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edited {
    Saved,
    /// It was so already.
    Unchanged,
}

/// A product as a piece of writing work left it: read in the same transaction, because reading it
/// afterwards could fail although everything was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub edited: Edited,
    pub product: StockedProduct,
    /// The newest first.
    pub prices: Vec<PastPrice>,
}

/// Why a product stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditRefused {
    #[error("there is no product with this SKU")]
    UnknownProduct,
    /// Somebody else changed it since it was looked at. `current` is how it is now.
    #[error("somebody else changed this product meanwhile")]
    Conflict { current: Box<StockedProduct> },
}

/// The SKU is another product's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is already a product with this SKU")]
pub struct SkuTaken;

impl EntMine {
    /// Adds a product without stock, sold in `currency` (ISO 4217). Its page's address comes from its
    /// name. `actor` is who does it: `staff:<name>`.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether it may be there.
    pub async fn create_product(
        &self,
        sku: &str,
        fields: ProductFields,
        currency: &str,
        actor: &str,
    ) -> Result<Result<Saved, SkuTaken>, StorageError> {
        let (sku, currency, actor) = (sku.to_owned(), currency.to_owned(), actor.to_owned());
        self.write("entmine.product", move |tx| {
            Box::pin(async move { create(tx, &sku, &fields, &currency, &actor).await })
        })
        .await
    }

    /// Changes what staff edit of a product. `edition` is [`StockedProduct::edition`] of what they
    /// looked at; where the product has another one by now, nothing is changed.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether it may have been changed.
    pub async fn edit_product(
        &self,
        sku: &str,
        edition: &str,
        fields: ProductFields,
        actor: &str,
    ) -> Result<Result<Saved, EditRefused>, StorageError> {
        let (sku, edition, actor) = (sku.to_owned(), edition.to_owned(), actor.to_owned());
        self.write("entmine.product", move |tx| {
            Box::pin(async move { edit(tx, &sku, &edition, &fields, &actor).await })
        })
        .await
    }
}

async fn create(
    tx: &mut Writing<'_>,
    sku: &str,
    fields: &ProductFields,
    currency: &str,
    actor: &str,
) -> Result<Result<Saved, SkuTaken>, StorageError> {
    if !read_products(tx.conn(), &[sku]).await?.is_empty() {
        return Ok(Err(SkuTaken));
    }
    let slug = free_slug(tx, sku, &fields.name).await?;
    let mut row = ProductRow {
        product: Product {
            sku: sku.to_owned(),
            version: 0,
            name: String::new(),
            slug,
            category: String::new(),
            description: String::new(),
            image: String::new(),
            currency: currency.to_owned(),
            price_minor: 0,
            price_version: 0,
            available: 0,
            published: false,
            tracked: true,
            listed: true,
        },
        on_hand: 0,
        reserved: 0,
        archived: false,
        imported_on_hand: None,
    };
    fields.write_into(&mut row);
    let price = format_minor(fields.price_minor, currency);
    let detail = format!("{} at {price}", fields.name);
    let change = ProductChange::new(row).noted("product.created", detail);
    apply(tx, actor, vec![change]).await?;
    Ok(Ok(saved(tx, sku, Edited::Saved).await?))
}

async fn saved(tx: &mut Writing<'_>, sku: &str, edited: Edited) -> Result<Saved, StorageError> {
    let gone = || StorageError::Unreadable(format!("product {sku}"));
    let row = read_products(tx.conn(), &[sku]).await?.remove(sku);
    Ok(Saved {
        edited,
        product: row.ok_or_else(gone)?.into(),
        prices: prices(tx.conn(), sku.to_owned()).await?,
    })
}

/// An address that no other product has: of the name, or with the SKU, which is letters and digits.
async fn free_slug(tx: &mut Writing<'_>, sku: &str, name: &str) -> Result<String, StorageError> {
    let stem = slugify(name);
    let with_sku = slugify(&format!("{stem}-{sku}"));
    let mut slug = if stem.is_empty() {
        with_sku.clone()
    } else {
        stem
    };
    let mut number = 2;
    loop {
        let taken = sqlx::query("SELECT sku FROM products WHERE slug = $1 LIMIT 1")
            .bind(&slug)
            .fetch_optional(tx.conn())
            .await?;
        if taken.is_none() && !slug.is_empty() {
            return Ok(slug);
        }
        slug = if slug == with_sku || slug.is_empty() || number > 2 {
            number += 1;
            format!(
                "{}-{}",
                if with_sku.is_empty() {
                    "product"
                } else {
                    &with_sku
                },
                number - 1
            )
        } else {
            with_sku.clone()
        };
    }
}

async fn edit(
    tx: &mut Writing<'_>,
    sku: &str,
    edition: &str,
    fields: &ProductFields,
    actor: &str,
) -> Result<Result<Saved, EditRefused>, StorageError> {
    let Some(row) = read_products(tx.conn(), &[sku]).await?.remove(sku) else {
        return Ok(Err(EditRefused::UnknownProduct));
    };
    let before = StockedProduct::from(row.clone());
    if before.edition() != edition {
        let current = Box::new(before);
        return Ok(Err(EditRefused::Conflict { current }));
    }
    let what = differences(&before, fields);
    if what.is_empty() {
        return Ok(Ok(saved(tx, sku, Edited::Unchanged).await?));
    }
    let change = ProductChange::of(row)
        .with(|row| fields.write_into(row))
        .noted("product.edited", what.join("; "));
    apply(tx, actor, vec![change]).await?;
    Ok(Ok(saved(tx, sku, Edited::Saved).await?))
}

/// What an edit changes, in words for the audit.
fn differences(before: &StockedProduct, fields: &ProductFields) -> Vec<String> {
    let has = &before.product;
    let mut what = Vec::new();
    if has.price_minor != fields.price_minor {
        let money = |minor| format_minor(minor, &has.currency);
        let (old, new) = (money(has.price_minor), money(fields.price_minor));
        what.push(format!("price {old} -> {new}"));
    }
    if before.status != fields.status {
        let (old, new) = (before.status.as_str(), fields.status.as_str());
        what.push(format!("status {old} -> {new}"));
    }
    if has.tracked != fields.tracked {
        let counted = "stock is counted";
        let uncounted = "stock is not counted, always to be had";
        what.push(if fields.tracked { counted } else { uncounted }.into());
    }
    if has.name != fields.name {
        what.push(format!("name {} -> {}", has.name, fields.name));
    }
    if has.category != fields.category {
        what.push(format!("category {} -> {}", has.category, fields.category));
    }
    if has.description != fields.description {
        what.push("text".into());
    }
    if has.image != fields.image {
        what.push("picture".into());
    }
    what
}
