//! Sending the catalogue to one store.

use super::lease::{Claim, Lease};
use super::senders::Entry;
use super::{Ask, Delivered, StoreLink};
use crate::error::StorageError;
use crate::storage::EntMine;
use model::{CatalogueMessage, Changes};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Changes in one message: few enough that an order never waits long for the store's one writer.
const MOST_CHANGES: i64 = 200;
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
    epoch: i64,
    /// What the store has.
    applied: i64,
    failures: usize,
    /// It was told the same twice and still has a gap: it fetches by itself.
    fetches: bool,
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
            epoch: book.epoch,
            applied: book.applied,
            failures: 0,
            fetches: false,
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
            Claim::Taken(book) => (self.epoch, self.applied) = (book.epoch, book.applied),
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
        let Some(sent_at) = self.sent_at else {
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
        let (applied, epoch) = (self.applied, self.epoch);
        let mut news = self.entmine.changed();
        loop {
            let new = news.wait_for(|news| news.seq > applied || self.entmine.epoch() != epoch);
            if timeout(LOOK, new).await.is_ok() {
                break;
            }
            if let Err(error) = self.entmine.look().await {
                tracing::warn!(%error, "EntMine's catalogue could not be looked at");
            }
        }
        let _ = timeout(WINDOW, news.wait_for(|news| news.urgent > applied)).await;
    }

    fn wait(&self) -> Duration {
        let index = (self.failures - 1).min(WAITS_S.len() - 1);
        Duration::from_secs(WAITS_S[index]).mul_f64(0.5 + (self.roll)())
    }

    /// Sends one message: the next changes, or a heartbeat where there is none.
    ///
    /// # Errors
    /// [`StorageError`] where EntMine's own database does not answer.
    pub async fn run_once(&mut self) -> Result<Sent, StorageError> {
        let ask = self.entmine.asked().take(&self.name);
        let (message, more) = self.message(ask).await?;
        self.sent_at = Some(Instant::now());
        let delivered = self.link.deliver(&message).await;
        let sent = match &delivered {
            Delivered::Applied { .. } => {
                if self.failures > 0 {
                    tracing::info!(store = self.name, "the store takes the catalogue again");
                }
                (self.epoch, self.applied) = (message.epoch, message.to);
                (self.failures, self.fetches) = (0, false);
                if more {
                    // Nothing is waited for.
                    self.sent_at = None;
                }
                Sent::Applied {
                    to: message.to,
                    more,
                }
            }
            Delivered::Gap { applied } => {
                self.failures = 0;
                // It gets what it lacks at once. Where that does not follow either, because it speaks
                // of another epoch, it takes a snapshot by itself and is asked again later.
                let can_follow = *applied < message.from && message.epoch == self.epoch;
                self.fetches = !can_follow;
                self.epoch = message.epoch;
                self.applied = if can_follow { *applied } else { message.to };
                if can_follow {
                    self.sent_at = None;
                }
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
        };
        let has = match &delivered {
            Delivered::Gap { applied } => *applied,
            Delivered::Applied { .. } | Delivered::Failed(_) => self.applied,
        };
        self.entmine
            .keep_book(&self.name, self.epoch, has, delivered)
            .await?;
        match ask {
            // It had more to take first, and compares after that.
            Some(Ask::Compare) if message.digest.is_none() && sent != Sent::Failed => {
                self.entmine.asked().put_back(&self.name, Ask::Compare);
            }
            Some(_) => self.entmine.asked().answered(&self.name),
            None => {}
        }
        Ok(sent)
    }

    async fn message(
        &mut self,
        ask: Option<Ask>,
    ) -> Result<(CatalogueMessage, bool), StorageError> {
        match ask {
            Some(Ask::Repair) => {
                let mut message = self.no_changes().await?;
                message.kind = CatalogueMessage::REPAIR.to_owned();
                return Ok((message, false));
            }
            // Each message without changes has a digest, and each that brings the store up to date.
            Some(Ask::Compare) | None => {}
        }
        let changes = self
            .entmine
            .changes_after(self.applied, MOST_CHANGES)
            .await?;
        if changes.epoch != self.epoch || changes.to < self.applied {
            // Whatever the store has is of another time. It is told where EntMine is, and fetches.
            return Ok((self.no_changes().await?, false));
        }
        let changes = shorten(changes);
        let more = changes.more;
        let heartbeat = changes.from == changes.to;
        let wanted = heartbeat || ask.is_some() || self.may_digest();
        let digest = if more || !wanted {
            None
        } else {
            self.digest_at(changes.to).await?
        };
        Ok((CatalogueMessage::new(changes, digest), more))
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
        Ok(CatalogueMessage::new(nothing, Some(digest.digest)))
    }

    /// Whether a digest would not take too much of the time.
    fn may_digest(&self) -> bool {
        self.digested
            .is_none_or(|(at, took)| at.elapsed() >= took * DIGEST_SHARE)
    }

    /// The digest, where the catalogue still is at `seq`.
    async fn digest_at(&mut self, seq: i64) -> Result<Option<String>, StorageError> {
        let began = Instant::now();
        let digest = self.entmine.digest().await?;
        self.digested = Some((began, began.elapsed()));
        Ok((digest.seq == seq).then_some(digest.digest))
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
