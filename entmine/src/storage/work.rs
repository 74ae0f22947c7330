//! The two ways to work on the database.

use super::EntMine;
use super::lists::{Counts, Lists, Numbered, Streams};
use crate::audit;
use crate::error::StorageError;
use crate::sequence;
use database::{Answers, Change, Conn, Questions, Together};
use std::collections::HashMap;

/// What a piece of work is: it borrows its connection and ends with a result.
pub(crate) type Task<'c, T> = database::Work<'c, T, StorageError>;

/// Work that writes. No other one runs beside it.
pub(crate) struct Writing<'c> {
    conn: &'c mut Conn,
    /// The time of everything that this work writes.
    pub now_ms: i64,
    /// Where the streams are after this work.
    streams: Streams,
    /// Stores must hear of this work's changes at once: a price rose, or a product went.
    pub urgent: bool,
    /// What is added to the lists when the work ends.
    pub lists: Lists,
    /// The numbers of the lists, where they were taken with others.
    numbered: Option<Numbered>,
    /// Changes that nothing waits for, until [`Writing::flush`].
    pending: Together,
}

impl Writing<'_> {
    /// What runs on it does not see what is still to be flushed.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// Makes a change together with others of this work, at its end or with the next [`Writing::flush`].
    pub async fn later(&mut self, change: Change<'_>) -> Result<(), StorageError> {
        if self.pending.is_full() {
            self.flush().await?;
        }
        self.pending.add(change)?;
        Ok(())
    }

    /// Makes the changes that were left for later.
    pub async fn flush(&mut self) -> Result<(), StorageError> {
        if !self.pending.is_empty() {
            std::mem::take(&mut self.pending).run(self.conn).await?;
        }
        Ok(())
    }

    /// Takes the next numbers of sequences, so many of each, and with them those of all that this work will add
    /// to audit and ledger, which has to be exactly so much. Gives the last ones by name.
    pub async fn take(
        &mut self,
        wanted: &[(&str, i64)],
        of_lists: Counts,
    ) -> Result<HashMap<String, i64>, StorageError> {
        let mut all = wanted.to_vec();
        for of_list in of_lists.wanted() {
            all.push(of_list);
        }
        let last = sequence::take_some(self.conn, &all).await?;
        self.numbered = Some(Numbered::of(of_lists, &last));
        Ok(last)
    }

    /// Adds an entry to the audit.
    pub fn note(&mut self, entry: audit::Entry<'_>) {
        self.lists.audit.push(entry.into());
    }

    /// Writes all that waits, and what was gathered for the lists so far: at the end of the work, or before it
    /// reads them itself.
    pub async fn write_lists(&mut self) -> Result<(), StorageError> {
        let lists = std::mem::take(&mut self.lists);
        let counts = lists.counts();
        let numbered = match self.numbered.take() {
            Some(numbered) if numbered.counts == counts => numbered,
            // Its numbers would be missing in the lists: nothing of this work is written.
            Some(_) => return Err(StorageError::Unreadable("numbers of the lists".into())),
            None => Numbered::of(counts, &self.take_of(counts).await?),
        };
        for insert in lists.inserts(numbered, self.now_ms) {
            self.later(insert).await?;
        }
        self.streams = numbered.streams().or(self.streams);
        // Nothing waits for them but the commit, or whatever this work does next.
        std::mem::take(&mut self.pending).leave(self.conn)?;
        Ok(())
    }

    async fn take_of(&mut self, counts: Counts) -> Result<HashMap<String, i64>, StorageError> {
        let wanted: Vec<_> = counts.wanted().collect();
        match wanted.is_empty() {
            true => Ok(HashMap::new()),
            false => sequence::take_some(self.conn, &wanted).await,
        }
    }
}

impl EntMine {
    /// Runs `work` in a transaction that commits where it ends well and is undone where it fails,
    /// and tells the listeners where the catalogue or its stock changed. `step` names it among the points.
    pub(crate) async fn write<T, F>(&self, step: &'static str, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: for<'c, 'w> FnOnce(&'w mut Writing<'c>) -> Task<'w, T> + Send + 'static,
    {
        let nothing = Questions::default();
        self.write_asking(step, nothing, move |tx, _| work(tx))
            .await
    }

    /// As [`EntMine::write`], for work that gets the answers to some `questions`.
    pub(crate) async fn write_asking<T, F>(
        &self,
        step: &'static str,
        questions: Questions,
        work: F,
    ) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: for<'c, 'w> FnOnce(&'w mut Writing<'c>, Answers) -> Task<'w, T> + Send + 'static,
    {
        let entmine = self.clone();
        // A task of its own: the listeners are told even where the caller went away.
        let task = tokio::spawn(async move {
            let clock = entmine.inner.clock.clone();
            let database = &entmine.inner.database;
            let done = database.write_asking(step, questions, move |conn, answers| {
                Box::pin(async move {
                    let mut writing = Writing {
                        conn,
                        now_ms: clock.now_ms(),
                        streams: Streams::default(),
                        urgent: false,
                        lists: Lists::default(),
                        numbered: None,
                        pending: Together::default(),
                    };
                    let value = work(&mut writing, answers).await?;
                    writing.write_lists().await?;
                    Ok::<_, StorageError>((value, writing.streams, writing.urgent))
                })
            });
            let (value, streams, urgent) = done.await?;
            entmine.announce(streams, urgent);
            Ok(value)
        });
        match task.await {
            Ok(result) => result,
            Err(_) => Err(database::DatabaseError::CutShort.into()),
        }
    }

    /// Two commits in quick succession may get here in the other order; the newest stays.
    pub(crate) fn announce(&self, streams: Streams, urgent: bool) {
        self.inner.newest.send_if_modified(|news| {
            let before = *news;
            news.seq = news.seq.max(streams.catalog.unwrap_or(0));
            news.stock = news.stock.max(streams.stock.unwrap_or(0));
            if urgent {
                news.urgent = news.urgent.max(streams.catalog.unwrap_or(0));
            }
            *news != before
        });
    }

    /// Runs `work` on one consistent state of the database, beside any writer.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Task<'c, T> + Send + 'static,
    {
        self.inner.database.read(work).await
    }
}
