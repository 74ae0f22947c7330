//! Changing many prices by a percentage: first a plan to look at, then exactly that plan.

use super::{ProductChange, StockedProduct, apply};
use crate::audit;
use crate::error::StorageError;
use crate::import::price::MAX_PRICE_MINOR;
use crate::storage::{EntMine, Writing};
use database::Conn;
use sha2::{Digest, Sha256};

/// Which prices change, and by how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceRise {
    /// Of the products of this category; none for all.
    pub category: Option<String>,
    /// In hundredths of a percent: 750 is 7.5 % more, -1000 is 10 % less.
    pub hundredths: i64,
}

impl PriceRise {
    /// Reads a percentage such as `7.5` or `-10`, from -90 to 500.
    ///
    /// # Errors
    /// What is wrong with it, to go on after the field's name.
    pub fn percent(text: &str) -> Result<i64, String> {
        let wrong = || "is not a percentage from -90 to 500 such as 7.5 or -10".to_owned();
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix(['-', '−']) {
            Some(digits) => (-1, digits),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        // Hundredths, as a price has them.
        let hundredths = sign * crate::import::price::price(digits).map_err(|_| wrong())?;
        if (-9_000..=50_000).contains(&hundredths) && hundredths != 0 {
            Ok(hundredths)
        } else {
            Err(wrong())
        }
    }

    /// The new price, rounded to the nearest penny; what cost something goes on costing something.
    fn of(&self, price_minor: i64) -> i64 {
        let exact = i128::from(price_minor) * i128::from(10_000 + self.hundredths);
        let rounded = i64::try_from((exact + 5_000).div_euclid(10_000)).unwrap_or(i64::MAX);
        rounded.max(price_minor.min(1))
    }
}

/// One price of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedPrice {
    pub sku: String,
    pub name: String,
    pub currency: String,
    pub before_minor: i64,
    pub after_minor: i64,
    /// The version of the price before.
    pub price_version: i64,
}

/// Every price that changes, by SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricePlan {
    pub prices: Vec<PlannedPrice>,
}

impl PricePlan {
    /// A mark of every price with its version, before and after. Whoever agrees to a plan names it.
    pub fn mark(&self) -> String {
        let mut digest = Sha256::new();
        for price in &self.prices {
            digest.update(format!(
                "{}:{}:{}:{}\n",
                price.sku, price.price_version, price.before_minor, price.after_minor
            ));
        }
        format!("{:x}", digest.finalize())
    }

    /// The first product that would cost more than EntMine can ask for.
    pub fn too_high(&self) -> Option<&PlannedPrice> {
        let prices = self.prices.iter();
        prices
            .into_iter()
            .find(|price| price.after_minor > MAX_PRICE_MINOR)
    }
}

/// Why a plan was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    /// A price or product changed since the plan was looked at.
    #[error("meanwhile prices or products changed; please look at the new preview")]
    Changed,
    #[error("a product would cost more than {}", MAX_PRICE_MINOR / 100)]
    TooHigh,
}

impl EntMine {
    /// What a change of prices would do.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn plan_prices(&self, rise: PriceRise) -> Result<PricePlan, StorageError> {
        self.read(move |conn| Box::pin(async move { Ok(plan(conn, &rise).await?.0) }))
            .await
    }

    /// Carries out the plan with this [`PricePlan::mark`], all of it or nothing. Gives how many
    /// prices changed.
    ///
    /// # Errors
    /// [`StorageError`]; its `may_be_written` says whether they may have changed.
    pub async fn change_prices(
        &self,
        rise: PriceRise,
        mark: &str,
        actor: &str,
    ) -> Result<Result<u64, PlanRefused>, StorageError> {
        let (mark, actor) = (mark.to_owned(), actor.to_owned());
        self.write("entmine.prices", move |tx| {
            Box::pin(async move { change(tx, &rise, &mark, &actor).await })
        })
        .await
    }
}

/// The plan, and the products of its prices.
async fn plan(
    conn: &mut Conn,
    rise: &PriceRise,
) -> Result<(PricePlan, Vec<StockedProduct>), StorageError> {
    let rows =
        sqlx::query("SELECT * FROM products WHERE archived = 0 AND ($1 = '' OR category = $1)")
            .bind(rise.category.as_deref().unwrap_or("").replace('\0', "?"))
            .fetch_all(conn)
            .await?;
    let mut products = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = StockedProduct::read(row)?;
        if rise.of(row.product.price_minor) != row.product.price_minor {
            products.push(row);
        }
    }
    // Here, because PostgreSQL would sort by the rules of its language.
    products.sort_unstable_by(|a, b| a.product.sku.cmp(&b.product.sku));
    let planned = products.iter().map(|row| {
        let product = &row.product;
        PlannedPrice {
            sku: product.sku.clone(),
            name: product.name.clone(),
            currency: product.currency.clone(),
            before_minor: product.price_minor,
            after_minor: rise.of(product.price_minor),
            price_version: product.price_version,
        }
    });
    let prices = planned.collect();
    Ok((PricePlan { prices }, products))
}

async fn change(
    tx: &mut Writing<'_>,
    rise: &PriceRise,
    mark: &str,
    actor: &str,
) -> Result<Result<u64, PlanRefused>, StorageError> {
    let (plan, products) = plan(tx.conn(), rise).await?;
    if plan.mark() != mark {
        return Ok(Err(PlanRefused::Changed));
    }
    if plan.too_high().is_some() {
        return Ok(Err(PlanRefused::TooHigh));
    }
    let (sign, part) = (rise.hundredths.signum(), rise.hundredths.unsigned_abs());
    let category = rise.category.as_deref().unwrap_or("every category");
    let entry = audit::Entry {
        actor,
        event: "catalog.prices",
        subject: "catalog",
        detail: &format!(
            "{} prices {}{}.{:02} % in {category}",
            plan.prices.len(),
            if sign < 0 { "-" } else { "+" },
            part / 100,
            part % 100,
        ),
    };
    tx.note(entry);
    // The history of each product says who changed its price, and by how much.
    let changes = products.into_iter().zip(&plan.prices).map(|(row, price)| {
        let money = |minor| model::format_minor(minor, &price.currency);
        let (before, after) = (money(price.before_minor), money(price.after_minor));
        ProductChange::of(row)
            .with(|row| row.product.price_minor = price.after_minor)
            .noted("product.price", format!("price {before} -> {after}"))
    });
    apply(tx, actor, changes.collect()).await?;
    Ok(Ok(plan.prices.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_exact() {
        for (text, hundredths) in [
            ("7.5", 750),
            ("-10", -1_000),
            ("+0.25", 25),
            ("500", 50_000),
        ] {
            assert_eq!(PriceRise::percent(text), Ok(hundredths), "{text}");
        }
        for text in ["", "0", "-91", "500.01", "ten", "1.234", "--5"] {
            assert!(PriceRise::percent(text).is_err(), "{text}");
        }
    }

    #[test]
    fn prices_are_rounded_to_the_penny_and_never_to_nothing() {
        let of = |price, hundredths| {
            let rise = PriceRise {
                category: None,
                hundredths,
            };
            rise.of(price)
        };
        assert_eq!(of(1299, 1_000), 1429);
        assert_eq!(of(1299, -1_000), 1169);
        assert_eq!(of(5, 1_000), 6);
        assert_eq!(of(1, -9_000), 1);
        assert_eq!(of(0, 5_000), 0);
    }
}
