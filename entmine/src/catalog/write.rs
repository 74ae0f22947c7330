//! Creating and editing one product.

use super::browse::{PastPrice, prices};
use super::entry::ProductFields;
use super::stocked::StockedProduct;
use super::{NewPrice, ProductRow, ProductStatus, record_changes, record_prices};
use crate::audit;
use crate::error::StorageError;
use crate::import::slug::slugify;
use crate::search::product_text;
use crate::storage::{EntMine, Writing};
use model::format_minor;

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
    if find(tx, sku).await?.is_some() {
        return Ok(Err(SkuTaken));
    }
    let slug = free_slug(tx, sku, &fields.name).await?;
    sqlx::query(
        "INSERT INTO products (sku, version, name, slug, category, description, image, currency,
                               price_minor, price_version, on_hand, reserved, published, listed,
                               archived, tracked, search_text)
         VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, 1, 0, 0, $9, $10, $11, $12, $13)",
    )
    .bind(sku)
    .bind(&fields.name)
    .bind(slug)
    .bind(&fields.category)
    .bind(&fields.description)
    .bind(&fields.image)
    .bind(currency)
    .bind(fields.price_minor)
    .bind(i64::from(fields.status.is_published()))
    .bind(i64::from(fields.status.is_listed()))
    .bind(i64::from(fields.status == ProductStatus::Archived))
    .bind(i64::from(fields.tracked))
    .bind(product_text(&fields.name, sku, &fields.category))
    .execute(tx.conn())
    .await?;
    let price = NewPrice {
        sku: sku.to_owned(),
        price_version: 1,
        price_minor: fields.price_minor,
    };
    record_prices(tx, &[price]).await?;
    record_changes(tx, &[(sku.to_owned(), 1)]).await?;
    let detail = format!(
        "{} at {}",
        fields.name,
        format_minor(fields.price_minor, currency)
    );
    note(tx, actor, "product.created", sku, &detail).await?;
    Ok(Ok(saved(tx, sku, Edited::Saved).await?))
}

async fn saved(tx: &mut Writing<'_>, sku: &str, edited: Edited) -> Result<Saved, StorageError> {
    let gone = || StorageError::Unreadable(format!("product {sku}"));
    Ok(Saved {
        edited,
        product: find(tx, sku).await?.ok_or_else(gone)?,
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
    let Some(before) = find(tx, sku).await? else {
        return Ok(Err(EditRefused::UnknownProduct));
    };
    if before.edition() != edition {
        let current = Box::new(before);
        return Ok(Err(EditRefused::Conflict { current }));
    }
    let has = &before.product;
    let what = differences(&before, fields);
    if what.is_empty() {
        return Ok(Ok(saved(tx, sku, Edited::Unchanged).await?));
    }
    let new_price = fields.price_minor != has.price_minor;
    let price_version = has.price_version + i64::from(new_price);
    let version: i64 = sqlx::query_scalar(
        "UPDATE products
         SET name = $1, category = $2, description = $3, image = $4, price_minor = $5,
             price_version = $6, published = $7, listed = $8, archived = $9, tracked = $10,
             search_text = $11, version = version + 1
         WHERE sku = $12 RETURNING version",
    )
    .bind(&fields.name)
    .bind(&fields.category)
    .bind(&fields.description)
    .bind(&fields.image)
    .bind(fields.price_minor)
    .bind(price_version)
    .bind(i64::from(fields.status.is_published()))
    .bind(i64::from(fields.status.is_listed()))
    .bind(i64::from(fields.status == ProductStatus::Archived))
    .bind(i64::from(fields.tracked))
    .bind(product_text(&fields.name, sku, &fields.category))
    .bind(sku)
    .fetch_one(tx.conn())
    .await?;
    // Whoever is shown the product as it was before pays too little, or cannot have it.
    tx.urgent |=
        has.published && (!fields.status.is_published() || has.price_minor < fields.price_minor);
    if new_price {
        let price = NewPrice {
            sku: sku.to_owned(),
            price_version,
            price_minor: fields.price_minor,
        };
        record_prices(tx, &[price]).await?;
    }
    record_changes(tx, &[(sku.to_owned(), version)]).await?;
    note(tx, actor, "product.edited", sku, &what.join("; ")).await?;
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

async fn find(tx: &mut Writing<'_>, sku: &str) -> Result<Option<StockedProduct>, StorageError> {
    // PostgreSQL takes no NUL in a text, and no SKU has one.
    if sku.contains('\0') {
        return Ok(None);
    }
    let row = sqlx::query("SELECT * FROM products WHERE sku = $1")
        .bind(sku)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| Ok(ProductRow::read(&row)?.into()))
        .transpose()
}

async fn note(
    tx: &mut Writing<'_>,
    actor: &str,
    event: &str,
    subject: &str,
    detail: &str,
) -> Result<(), StorageError> {
    let entry = audit::Entry {
        actor,
        event,
        subject,
        detail,
    };
    audit::record(tx, entry).await
}
