//! Whoever reads EntMine's lists as they grow, a few at a time, goes on from where the last answer ended, and never
//! looks back: a store, or an integrator.

use super::acts::INTEGRATOR;
use entmine::{BadCursor, EntMine, StorageError};
use model::{OrderPage, Verdict};
use server::embedded::STORE;
use std::collections::HashMap;

/// Orders in an answer.
const MANY: i64 = 100;
/// Changes in an answer: few, so that a reader is often in the middle.
const AT_ONCE: i64 = 3;

/// One of the lists of orders.
struct Orders {
    of: List,
    cursor: Option<String>,
    numbers: Vec<String>,
    /// How many of them come again with the next answer: those after the cursor.
    again: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Accepted,
    OfIntegrator,
    Changed,
}

impl Orders {
    fn new(of: List) -> Self {
        Self {
            of,
            cursor: None,
            numbers: Vec::new(),
            again: 0,
        }
    }

    /// Reads to the end of now, and leaves its cursor as near to that as cursors are given: before the last one.
    async fn look(&mut self, entmine: &EntMine) -> Result<Result<(), BadCursor>, StorageError> {
        let mut limit = MANY;
        loop {
            let after = self.cursor.as_deref();
            let page = match self.of {
                List::Accepted => entmine.orders_after(STORE, after, limit).await?,
                List::OfIntegrator => entmine.orders_after(INTEGRATOR, after, limit).await?,
                List::Changed => entmine.status_changes_after(STORE, after, limit).await?,
            };
            let page = match page {
                Ok(page) => page,
                Err(bad) => return Ok(Err(bad)),
            };
            let (length, is_end) = (page.orders.len(), page.next.is_none());
            self.took(page);
            match (length, is_end) {
                (0 | 1, true) => return Ok(Ok(())),
                (2.., true) => limit = length as i64 - 1,
                (_, false) => limit = MANY,
            }
        }
    }

    fn took(&mut self, page: OrderPage) {
        self.numbers.truncate(self.numbers.len() - self.again);
        self.again = page.orders.len();
        self.numbers.extend(page.orders.iter().map(number));
        if page.next.is_some() {
            (self.cursor, self.again) = (page.next, 0);
        }
    }
}

fn number(order: &Verdict) -> String {
    match order {
        Verdict::Accepted(order) => order.number.clone(),
        Verdict::Rejected { key, .. } => format!("{key} is rejected"),
    }
}

pub struct Follower {
    entmine: EntMine,
    orders: [Orders; 3],
    /// Where it is in the catalogue, and versions by SKU.
    seq: i64,
    versions: HashMap<String, i64>,
    /// Where it is in the ledger, and what there is by SKU.
    movement: i64,
    available: HashMap<String, i64>,
    wrong: Vec<String>,
}

impl Follower {
    pub fn new(entmine: EntMine) -> Self {
        Self {
            entmine,
            orders: [List::Accepted, List::OfIntegrator, List::Changed].map(Orders::new),
            seq: 0,
            versions: HashMap::new(),
            movement: 0,
            available: HashMap::new(),
            wrong: Vec::new(),
        }
    }

    /// Reads on in every list, to its end of now.
    pub async fn look(&mut self) -> Result<(), StorageError> {
        for orders in &mut self.orders {
            if let Err(bad) = orders.look(&self.entmine).await? {
                self.wrong
                    .push(format!("a cursor of {:?} is refused: {bad}", orders.of));
            }
        }
        while self.read_catalogue().await? {}
        while self.read_stock().await? {}
        Ok(())
    }

    async fn read_catalogue(&mut self) -> Result<bool, StorageError> {
        let page = self.entmine.changes_after(self.seq, AT_ONCE).await?;
        for change in page.changes {
            if change.seq != self.seq + 1 {
                let gap = format!(
                    "after change {} of the catalogue came {}",
                    self.seq, change.seq
                );
                self.wrong.push(gap);
            }
            self.seq = change.seq;
            self.versions.insert(change.sku, change.version);
        }
        Ok(page.more)
    }

    async fn read_stock(&mut self) -> Result<bool, StorageError> {
        let page = self
            .entmine
            .stock_changes_after(self.movement, AT_ONCE)
            .await?;
        self.movement = page.to;
        let stocks = page.stocks.into_iter();
        self.available
            .extend(stocks.map(|stock| (stock.sku, stock.available)));
        Ok(page.more)
    }

    /// What it has that is not what there is, once nothing changes any more.
    pub async fn wrong(mut self) -> Result<Vec<String>, StorageError> {
        let mut whole = Self::new(self.entmine.clone());
        whole.look().await?;
        for (read, there) in self.orders.iter().zip(whole.orders) {
            if read.numbers != there.numbers {
                let (of, read) = (read.of, &read.numbers);
                let missed: Vec<_> = there
                    .numbers
                    .iter()
                    .filter(|one| !read.contains(one))
                    .collect();
                self.wrong
                    .push(format!("a reader of {of:?} missed {missed:?}: {read:?}"));
            }
        }
        for product in self.entmine.snapshot().await?.products {
            let has = self.versions.get(&product.sku).copied();
            if has != Some(product.version) {
                let (sku, version) = (product.sku, product.version);
                self.wrong.push(format!(
                    "a reader has {has:?} of {sku}, which is at {version}"
                ));
            }
        }
        let skus: Vec<String> = self.available.keys().cloned().collect();
        for level in self.entmine.stock(&skus).await?.levels {
            let has = self.available[&level.sku];
            if has != level.available {
                self.wrong
                    .push(format!("a reader has {has} available: {level:?}"));
            }
        }
        Ok(self.wrong)
    }
}
