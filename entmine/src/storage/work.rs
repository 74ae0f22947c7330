//! The two ways to work on the database.

use super::EntMine;
use super::lists::{self, Lists, Streams};
use crate::audit;
use crate::error::StorageError;
use database::Conn;

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
}

impl Writing<'_> {
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// Adds an entry to the audit.
    pub fn note(&mut self, entry: audit::Entry<'_>) {
        self.lists.audit.push(entry.into());
    }

    /// Writes what was gathered for the lists so far: at the end of the work, or before it reads them itself.
    pub async fn write_lists(&mut self) -> Result<(), StorageError> {
        let written = lists::write(self.conn, self.now_ms, std::mem::take(&mut self.lists)).await?;
        self.streams = Streams {
            catalog: written.catalog.or(self.streams.catalog),
            stock: written.stock.or(self.streams.stock),
        };
        Ok(())
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
        let entmine = self.clone();
        // A task of its own: the listeners are told even where the caller went away.
        let task = tokio::spawn(async move {
            let clock = entmine.inner.clock.clone();
            let done = entmine.inner.database.write(step, move |conn| {
                Box::pin(async move {
                    let mut writing = Writing {
                        conn,
                        now_ms: clock.now_ms(),
                        streams: Streams::default(),
                        urgent: false,
                        lists: Lists::default(),
                    };
                    let value = work(&mut writing).await?;
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
