//! Creating and editing one product.

use super::browse::{PastPrice, prices};
use super::fields::differences;
use super::{ProductChange, ProductFields, StockedProduct, apply, read_products};
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
    let mut row = StockedProduct {
        product: Product {
            sku: sku.to_owned(),
            slug,
            currency: currency.to_owned(),
            ..Product::default()
        },
        ..StockedProduct::default()
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
        product: row.ok_or_else(gone)?,
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
    let Some(before) = read_products(tx.conn(), &[sku]).await?.remove(sku) else {
        return Ok(Err(EditRefused::UnknownProduct));
    };
    if before.edition() != edition {
        let current = Box::new(before);
        return Ok(Err(EditRefused::Conflict { current }));
    }
    let currency = &before.product.currency;
    let what = differences((&ProductFields::of(&before), currency), (fields, currency));
    if what.is_empty() {
        return Ok(Ok(saved(tx, sku, Edited::Unchanged).await?));
    }
    let change = ProductChange::of(before)
        .with(|row| fields.write_into(row))
        .noted("product.edited", what.join("; "));
    apply(tx, actor, vec![change]).await?;
    Ok(Ok(saved(tx, sku, Edited::Saved).await?))
}
