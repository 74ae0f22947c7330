//! Messages from EntMine about its catalogue.

use super::apply::{CatalogueGap, apply};
use crate::store::Store;
use database::DatabaseError;
use model::{CatalogueMessage, Change, HookMessage, Product};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use tokio::time::Instant;

/// What the store made of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is in the cache, or was before. `matches`: the cache then was EntMine's, where that was
    /// compared.
    Applied { matches: Option<bool> },
    /// It does not follow on what the cache has. The store fetches what it lacks.
    Gap(CatalogueGap),
}

/// Why a message was not taken. Nothing of it was applied, unless the database says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum NotHeard {
    #[error("{0}")]
    Malformed(&'static str),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Store {
    /// Takes a message from EntMine.
    ///
    /// # Errors
    /// [`NotHeard`].
    pub async fn hear(&self, message: HookMessage) -> Result<Heard, NotHeard> {
        match message {
            HookMessage::Catalogue(message) => self.hear_catalogue(message).await,
            HookMessage::Stock(message) => self.hear_stock(message).await,
        }
    }

    /// Takes a message about the catalogue.
    ///
    /// # Errors
    /// [`NotHeard`].
    pub async fn hear_catalogue(&self, message: CatalogueMessage) -> Result<Heard, NotHeard> {
        check(&message).map_err(NotHeard::Malformed)?;
        let (epoch, to) = (message.epoch, message.to);
        let is_heartbeat = message.is_heartbeat();
        let (digest, stock) = (message.digest.clone(), message.stock.clone());
        if message.kind == CatalogueMessage::REPAIR {
            self.catalogue.repair.store(true, Ordering::SeqCst);
            self.call_for_catalogue();
        }
        let applied = match self.apply_checked(message).await? {
            Ok(applied) => applied,
            Err(gap) => {
                self.call_for_catalogue();
                return Ok(Heard::Gap(gap));
            }
        };
        if is_heartbeat && applied > to {
            // It says that nothing changed since a time that the cache is past: either it comes late,
            // or EntMine went back to a backup.
            self.call_for_catalogue();
        }
        if let Some(stock) = &stock
            && self.stock_watermark().await? != Some((epoch, stock.seq))
        {
            // A message about it was lost or is still on its way, which stock always is where much is sold; or
            // EntMine went back.
            self.call_for_changes();
        }
        let may_compare = is_heartbeat || self.catalogue.may_compare();
        let matches = match digest {
            Some(digest) if applied == to && may_compare => {
                let began = Instant::now();
                let matches = self
                    .catalogue_is(epoch, to, &digest, stock.as_ref())
                    .await?;
                self.catalogue.compared(began);
                matches
            }
            Some(_) | None => None,
        };
        if matches == Some(false) {
            tracing::warn!(seq = to, "the catalogue cache is not EntMine's catalogue");
            self.call_for_catalogue();
        }
        Ok(Heard::Applied { matches })
    }

    /// Applies changes that follow on what the cache has, and gives the seq it is at then; a gap
    /// applies nothing.
    ///
    /// # Errors
    /// [`NotHeard`].
    pub async fn apply_catalogue(
        &self,
        message: CatalogueMessage,
    ) -> Result<Result<i64, CatalogueGap>, NotHeard> {
        check(&message).map_err(NotHeard::Malformed)?;
        Ok(self.apply_checked(message).await?)
    }

    async fn apply_checked(
        &self,
        message: CatalogueMessage,
    ) -> Result<Result<i64, CatalogueGap>, DatabaseError> {
        let now_ms = self.clock.now_ms();
        let is_empty = message.changes.is_empty();
        let work = self.db.write("store.catalogue", move |tx| {
            Box::pin(async move { Ok(apply(tx, &message, now_ms).await?) })
        });
        let applied = work.await;
        // Also where the commit gave no answer. That EntMine was heard of again a page says a second later.
        if !is_empty && !matches!(applied, Ok(Err(_))) {
            self.catalogue.moved();
        }
        applied
    }

    /// A number that is another one after each change that this process made to the catalogue.
    pub fn catalogue_edition(&self) -> u64 {
        self.catalogue.edition.load(Ordering::SeqCst)
    }

    /// Whoever follows EntMine's catalogue says how it went: nothing where it did, else why not.
    pub fn catalogue_follows_or_not(&self, why: Option<String>) {
        let not = self.catalogue.not_following.lock();
        *not.unwrap_or_else(PoisonError::into_inner) = why;
    }

    /// Why the cache does not follow EntMine, where the last look at it failed.
    pub fn catalogue_not_following(&self) -> Option<String> {
        let not = self.catalogue.not_following.lock();
        not.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whoever follows EntMine's catalogue looks at it now, and compares.
    pub fn call_for_catalogue(&self) {
        self.catalogue.compare.store(true, Ordering::SeqCst);
        self.catalogue.call.notify_one();
    }

    /// Whoever follows EntMine's catalogue asks what is new.
    fn call_for_changes(&self) {
        self.catalogue.call.notify_one();
    }

    /// Waits until EntMine has to be asked about its catalogue; whether the two are to be compared too.
    pub async fn catalogue_call(&self) -> bool {
        self.catalogue.call.notified().await;
        self.catalogue.compare.swap(false, Ordering::SeqCst)
    }

    /// Whether the whole catalogue is to be taken anew; asked once.
    pub fn catalogue_repair_wished(&self) -> bool {
        self.catalogue.repair.swap(false, Ordering::SeqCst)
    }
}

/// The highest price, in minor units: a hundred lines of 999 pieces each stay within 64 bits.
const MOST_MINOR: i64 = 10_000_000_000_000;

/// What is wrong with a message, if anything.
fn check(message: &CatalogueMessage) -> Result<(), &'static str> {
    match message.kind.as_str() {
        CatalogueMessage::KIND => {}
        CatalogueMessage::REPAIR if message.changes.is_empty() => {}
        _ => return Err("the type is not catalog.changed"),
    }
    if message.epoch < 1 || message.from < 0 || message.to < message.from {
        return Err("epoch, from and to do not fit together");
    }
    let mut before = message.from;
    for change in &message.changes {
        if change.seq <= before || change.seq > message.to {
            return Err("the changes are not in order between from and to");
        }
        before = change.seq;
        check_change(change)?;
    }
    Ok(())
}

fn check_change(change: &Change) -> Result<(), &'static str> {
    let Some(product) = &change.product else {
        return match change.deleted {
            true => Ok(()),
            false => Err("a product that is not deleted is missing"),
        };
    };
    if change.deleted {
        return Err("a deleted product is there");
    }
    if product.sku != change.sku || product.version != change.version {
        return Err("a change's product is another one");
    }
    check_product(product)
}

/// Why a product of EntMine's cannot be shown or sold, if it cannot: whichever way it came.
pub(super) fn check_product(product: &Product) -> Result<(), &'static str> {
    let is_code = product
        .currency
        .bytes()
        .all(|byte| byte.is_ascii_uppercase());
    if product.sku.is_empty() || product.currency.len() != 3 || !is_code || product.price_minor < 0
    {
        return Err("a product has no SKU, no currency or a negative price");
    }
    if product.price_minor > MOST_MINOR {
        return Err("a product has a price beyond 10,000,000,000,000");
    }
    // PostgreSQL takes none.
    if product.texts().iter().any(|text| text.contains('\0')) {
        return Err("a text holds a NUL character");
    }
    Ok(())
}
