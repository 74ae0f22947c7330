//! Sending the catalogue to one store.

use super::book::Has;
use super::lease::{Claim, Lease};
use super::senders::Entry;
use super::{Ask, Delivered, StoreLink};
use crate::error::StorageError;
use crate::storage::EntMine;
use model::{CatalogueDigest, CatalogueMessage, Changes, HookMessage, StockMessage};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Changes in one message: few enough that an order never waits long for the store's one writer.
const MOST_CHANGES: i64 = 200;
/// Movements of stock behind one message; each is a few bytes.
const MOST_MOVEMENTS: i64 = 500;
/// Changes or movements that a store has missed, up to which it is sent them.
const MOST_MISSED: i64 = 20_000;
/// Text of the changes in one message, unless a single product has more: a quarter of what a store
/// takes.
const MOST_BYTES: usize = 1024 * 1024;
/// Bursts are gathered for so long before they are sent; a withdrawal or a price that rose is not
/// waited for. A page shows a change within half a second all the same.
const WINDOW: Duration = Duration::from_millis(250);
/// A store that hears nothing for longer asks by itself (docs/contract.md).
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A store that fetches by itself is left alone for so long.
const FETCHING: Duration = Duration::from_secs(5);
/// Another process may write to the same PostgreSQL database, and wakes nobody here.
const LOOK: Duration = Duration::from_secs(5);
/// The waits after the first, second … failure in a row, as the store's for orders;
/// the last one repeats for ever.
const WAITS_S: [u64; 8] = [5, 15, 30, 60, 120, 300, 600, 900];
/// Of the time, at most one part in so many goes into working out digests of a large catalogue.
const DIGEST_SHARE: u32 = 20;

/// Sends the catalogue to one store.
pub struct Sender {
    entmine: EntMine,
    name: String,
    _entry: Entry,
    lease: Lease,
    link: Arc<dyn StoreLink>,
    /// What the store has.
    has: Has,
    failures: usize,
    /// It was told the same twice and still has a gap: it fetches by itself.
    fetches: bool,
    /// The last message was about the stock.
    spoke_of_stock: bool,
    /// There is more of what was sent last: nothing is waited for.
    more: bool,
    /// When the catalogue was last spoken of.
    sent_at: Option<Instant>,
    /// When a digest was worked out, and how long that took.
    digested: Option<(Instant, Duration)>,
    /// Numbers from 0 to 1.
    roll: fn() -> f64,
}

/// What one message did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The store has everything up to this seq; there is more where `more`.
    Applied { to: i64, more: bool },
    /// The store has less than was thought.
    Gap { applied: i64 },
    /// It will be tried again.
    Failed,
}

impl Sender {
    /// A sender to the store `name` at `address` (`here` in this process), which goes on where the
    /// last one stopped. `roll` gives random numbers from 0 to 1, for the schedule.
    ///
    /// # Errors
    /// [`StorageError`] where the store's book cannot be opened.
    pub async fn open(
        entmine: EntMine,
        name: &str,
        address: &str,
        link: Arc<dyn StoreLink>,
        roll: fn() -> f64,
    ) -> Result<Self, StorageError> {
        let book = entmine.open_book(name, address).await?;
        Ok(Self {
            has: book.has(),
            failures: 0,
            fetches: false,
            spoke_of_stock: false,
            more: false,
            sent_at: None,
            digested: None,
            _entry: entmine.senders().enter(name),
            lease: Lease::new(entmine.clone(), name, address),
            entmine,
            name: name.to_owned(),
            link,
            roll,
        })
    }

    /// Sends until `stop`, and lets another process go on at once then.
    pub async fn run_until(mut self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = self.turns() => {}
            () = stop => {}
        }
        if let Err(error) = self.lease.give_back().await {
            tracing::warn!(%error, store = self.name, "another process can send only later");
        }
    }

    /// Sends for ever. It may be dropped while it waits; a message under way is then of unknown end,
    /// which the next sender finds out.
    pub async fn run(mut self) {
        self.turns().await;
    }

    async fn turns(&mut self) {
        loop {
            if let Err(error) = self.turn().await {
                tracing::error!(%error, store = self.name, "the catalogue could not be sent");
                self.failures += 1;
            }
        }
    }

    /// Waits for something to send, and sends it, where no other process does.
    async fn turn(&mut self) -> Result<(), StorageError> {
        let claim = match self.lease.claim().await {
            Ok(claim) => claim,
            Err(error) => {
                sleep(LOOK).await;
                return Err(error);
            }
        };
        match claim {
            Claim::Kept => {}
            Claim::Taken(book) => self.has = book.has(),
            Claim::Anothers => {
                // What staff ask of this process is sent by this process.
                let asked = self.entmine.asked();
                if timeout(LOOK, asked.until(&self.name)).await.is_ok() {
                    self.run_once().await?;
                }
                return Ok(());
            }
        }
        tokio::select! {
            () = self.due() => {}
            () = self.lease.lost() => return Ok(()),
        }
        self.run_once().await?;
        Ok(())
    }

    /// Waits until there is something to say, or to ask.
    async fn due(&self) {
        tokio::select! {
            () = self.entmine.asked().until(&self.name) => {}
            () = self.something_to_say() => {}
        }
    }

    async fn something_to_say(&self) {
        if self.failures > 0 {
            return sleep(self.wait()).await;
        }
        let Some(sent_at) = self.sent_at.filter(|_| !self.more) else {
            return;
        };
        if self.fetches {
            return sleep(FETCHING).await;
        }
        tokio::select! {
            () = tokio::time::sleep_until(sent_at + HEARTBEAT) => {}
            () = self.something_new() => {}
        }
    }

    /// Waits for news, and then for what comes with them.
    async fn something_new(&self) {
        let has = self.has;
        let mut news = self.entmine.changed();
        loop {
            let new = news.wait_for(|news| {
                let is_further = news.seq > has.catalogue || news.stock > has.stock;
                is_further || self.entmine.epoch() != has.epoch
            });
            if timeout(LOOK, new).await.is_ok() {
                break;
            }
            if let Err(error) = self.entmine.look().await {
                tracing::warn!(%error, "EntMine's catalogue could not be looked at");
            }
        }
        let _ = timeout(WINDOW, news.wait_for(|news| news.urgent > has.catalogue)).await;
    }

    fn wait(&self) -> Duration {
        let index = (self.failures - 1).min(WAITS_S.len() - 1);
        Duration::from_secs(WAITS_S[index]).mul_f64(0.5 + (self.roll)())
    }

    /// Sends one message: the next changes of the catalogue, or else of the stock, or a heartbeat where there
    /// is none or one is due.
    ///
    /// # Errors
    /// [`StorageError`] where EntMine's own database does not answer.
    pub async fn run_once(&mut self) -> Result<Sent, StorageError> {
        let ask = self.entmine.asked().take(&self.name);
        let (message, more) = self.message(ask).await?;
        self.spoke_of_stock = matches!(message, HookMessage::Stock(_));
        if !self.spoke_of_stock {
            self.sent_at = Some(Instant::now());
        }
        let delivered = self.link.deliver(&message).await;
        let sent = self.take_answer(&message, more, &delivered);
        self.entmine
            .keep_book(&self.name, self.has_after(&message, &delivered), delivered)
            .await?;
        let compared = match &message {
            HookMessage::Catalogue(message) => message.digest.is_some(),
            HookMessage::Stock(_) => false,
        };
        match ask {
            // It had more to take first, and compares after that.
            Some(Ask::Compare) if !compared && sent != Sent::Failed => {
                self.entmine.asked().put_back(&self.name, Ask::Compare);
            }
            Some(_) => self.entmine.asked().answered(&self.name),
            None => {}
        }
        Ok(sent)
    }

    /// Goes on from what the store made of a message.
    fn take_answer(&mut self, message: &HookMessage, more: bool, delivered: &Delivered) -> Sent {
        let (epoch, from, to) = message.stretch();
        match delivered {
            Delivered::Applied { .. } => {
                if self.failures > 0 {
                    tracing::info!(store = self.name, "the store takes the catalogue again");
                }
                self.is_at(message, to);
                (self.failures, self.fetches, self.more) = (0, false, more);
                Sent::Applied { to, more }
            }
            Delivered::Gap { applied } => {
                self.failures = 0;
                // It gets what it lacks at once. Where that does not follow either, because it speaks
                // of another epoch, it takes a snapshot by itself and is asked again later.
                // The same goes for one that has missed so much that a snapshot is less.
                let is_near = from - *applied <= MOST_MISSED;
                let can_follow = *applied < from && is_near && epoch == self.has.epoch;
                self.fetches = !can_follow;
                self.is_at(message, if can_follow { *applied } else { to });
                self.more = can_follow;
                Sent::Gap { applied: *applied }
            }
            Delivered::Failed(why) => {
                // Said once, not every few minutes for as long as the store is down.
                if self.failures == 0 {
                    tracing::warn!(
                        store = self.name,
                        why,
                        "the store does not take the catalogue"
                    );
                }
                self.failures += 1;
                Sent::Failed
            }
        }
    }

    /// The store is taken to be there, in the stream of this message.
    fn is_at(&mut self, message: &HookMessage, seq: i64) {
        match message {
            HookMessage::Catalogue(message) => {
                if message.epoch != self.has.epoch {
                    // It says itself where it has less.
                    self.has.stock = message.stock.as_ref().map_or(0, |stock| stock.seq);
                }
                (self.has.epoch, self.has.catalogue) = (message.epoch, seq);
            }
            HookMessage::Stock(_) => self.has.stock = seq,
        }
    }

    /// What the store has after this answer, as staff see it.
    fn has_after(&self, message: &HookMessage, delivered: &Delivered) -> Has {
        match (delivered, message) {
            (Delivered::Gap { applied }, HookMessage::Catalogue(_)) => Has {
                catalogue: *applied,
                ..self.has
            },
            (Delivered::Gap { applied }, HookMessage::Stock(_)) => Has {
                stock: *applied,
                ..self.has
            },
            (Delivered::Applied { .. } | Delivered::Failed(_), _) => self.has,
        }
    }

    async fn message(&mut self, ask: Option<Ask>) -> Result<(HookMessage, bool), StorageError> {
        match ask {
            Some(Ask::Repair) => {
                let mut message = self.no_changes().await?;
                message.kind = CatalogueMessage::REPAIR.to_owned();
                return Ok((HookMessage::Catalogue(message), false));
            }
            // Each message without changes has a digest, and each that brings the store up to date.
            Some(Ask::Compare) | None => {}
        }
        let changes = self
            .entmine
            .changes_after(self.has.catalogue, MOST_CHANGES)
            .await?;
        if changes.epoch != self.has.epoch || changes.to < self.has.catalogue {
            // Whatever the store has is of another time. It is told where EntMine is, and fetches.
            return Ok((HookMessage::Catalogue(self.no_changes().await?), false));
        }
        let changes = shorten(changes);
        let is_heartbeat = changes.from == changes.to;
        let is_due = self.sent_at.is_none_or(|at| at.elapsed() >= HEARTBEAT);
        // What is compared is best compared with all that is there. But stock never stops moving.
        let is_stock_next = !self.spoke_of_stock || (ask.is_none() && !is_due);
        if is_heartbeat
            && is_stock_next
            && let Some((message, more)) = self.stock().await?
        {
            return Ok((HookMessage::Stock(message), more));
        }
        let more = changes.more;
        let wanted = is_heartbeat || ask.is_some() || self.may_digest();
        let digest = if more || !wanted {
            None
        } else {
            self.digest_at(changes.to).await?
        };
        let message = CatalogueMessage::new(changes, digest);
        Ok((HookMessage::Catalogue(message), more))
    }

    /// The stocks that moved, if any did. Where the ledger has not even got so far as the store, a heartbeat
    /// says so.
    async fn stock(&self) -> Result<Option<(StockMessage, bool)>, StorageError> {
        let changes = self
            .entmine
            .stock_changes_after(self.has.stock, MOST_MOVEMENTS)
            .await?;
        let is_news = changes.epoch == self.has.epoch && changes.to > changes.from;
        let more = changes.more;
        Ok(is_news.then(|| (StockMessage::new(changes), more)))
    }

    /// A message that says only where EntMine is.
    async fn no_changes(&self) -> Result<CatalogueMessage, StorageError> {
        let digest = self.entmine.digest().await?;
        let nothing = Changes {
            epoch: digest.epoch,
            from: digest.seq,
            to: digest.seq,
            more: false,
            changes: Vec::new(),
        };
        Ok(CatalogueMessage::new(nothing, Some(digest)))
    }

    /// Whether a digest would not take too much of the time.
    fn may_digest(&self) -> bool {
        self.digested
            .is_none_or(|(at, took)| at.elapsed() >= took * DIGEST_SHARE)
    }

    /// The digest, where the catalogue still is at `seq`.
    async fn digest_at(&mut self, seq: i64) -> Result<Option<CatalogueDigest>, StorageError> {
        let began = Instant::now();
        let digest = self.entmine.digest().await?;
        self.digested = Some((began, began.elapsed()));
        Ok((digest.seq == seq).then_some(digest))
    }
}

/// Leaves out the later changes where they are too much text for one message.
fn shorten(mut changes: Changes) -> Changes {
    let mut bytes = 0;
    let fit = changes.changes.iter().take_while(|change| {
        let product = change.product.as_ref();
        // All else of a change is short.
        bytes += 512 + product.map_or(0, |product| product.description.len());
        bytes <= MOST_BYTES
    });
    let fit = fit.count().max(1);
    if fit < changes.changes.len() {
        changes.changes.truncate(fit);
        changes.more = true;
        changes.to = changes.changes.last().map_or(changes.from, |last| last.seq);
    }
    changes
}
