//! Writing beside others: on PostgreSQL, where each statement is a round trip, and whoever waits for one writer
//! waits for all the round trips of everybody before.
//!
//! All work holds the one lock of the database's writers until its commit: most alone, as if it were the only work
//! in the world; work that says what it is about shares it, and holds that scope's own lock beside it. So two
//! pieces of work for two carts run at the same time, two for one cart after one another, and what is about
//! everything, such as a pause or a sweep, has all of it to itself.
//!
//! PostgreSQL's locks are for other processes, and are waited for only so long. Work of this process waits for work
//! of this process here, as long as that takes, and holds no connection meanwhile.

use crate::Engine;
use crate::batch::{Batch, Name, Queued, Step};
use crate::conn::Conn;
use crate::error::DatabaseError;
use crate::write::{Beside, Writer};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, timeout};

/// Transactions at once, each on a connection of its own, which is made when it is first needed.
const AT_ONCE: u32 = 16;
/// Whoever gets no place in this time gets an error: the server answers nobody.
const PLACE: Duration = Duration::from_secs(10);
/// A connection that nobody used for longer is closed: networks forget it without a word.
const RESTED: Duration = Duration::from_secs(60);
/// Scopes are told apart in the process by so many locks; two that share one only wait for each other.
const SCOPES: usize = 256;

/// The connections for work beside others.
pub(crate) struct Writers {
    writer: Arc<Writer>,
    /// Where the one writer's work waits.
    queue: mpsc::Sender<Queued>,
    scopes: [tokio::sync::Mutex<()>; SCOPES],
    places: Semaphore,
    /// Those that nobody uses, since when; the last one is used first, so that few are kept busy.
    idle: Mutex<Vec<(Conn, Instant)>>,
}

impl Writers {
    pub fn new(writer: Arc<Writer>, queue: mpsc::Sender<Queued>) -> Self {
        Self {
            writer,
            queue,
            scopes: std::array::from_fn(|_| tokio::sync::Mutex::new(())),
            places: Semaphore::new(AT_ONCE as usize),
            idle: Mutex::default(),
        }
    }

    /// Runs a step as soon as its scope, if it has one, is nobody else's.
    pub async fn run(&self, name: Name, step: Box<dyn Step>, scope: Option<i32>) {
        let _scope = match scope {
            Some(number) => {
                let place = number.cast_unsigned() as usize % SCOPES;
                Some(self.scopes[place].lock().await)
            }
            None => None,
        };
        let gate = self.writer.gate.read().await;
        let Ok(Ok(place)) = timeout(PLACE, self.places.acquire()).await else {
            return step.tell(Err(sqlx::Error::PoolClosed.into()));
        };
        let kept = self.take();
        let beside = Beside::Others(scope);
        let mut batch = Batch::of_one(name, step);
        let first = batch.first(Engine::Postgres);
        let begun = match self.writer.begin(kept, beside, first).await {
            Ok(begun) => begun,
            // The server takes no more connections: the one writer has its own.
            Err(error) if error.as_database_error().is_some() => {
                tracing::warn!(%error, "no connection beside the writer's: this waits for that one");
                drop((gate, place));
                let error = DatabaseError::from(error);
                for queued in batch.into_queued() {
                    if let Err(mpsc::error::SendError(Queued::Step(_, step))) =
                        self.queue.send(queued).await
                    {
                        step.tell(Err(error.clone()));
                    }
                }
                return;
            }
            Err(error) => {
                self.idle().clear();
                return batch.tell(&Err(error.into()));
            }
        };
        let mut kept = None;
        let end = self.writer.finish(&mut kept, begun, &mut batch, beside);
        let end = end.await;
        self.keep(kept);
        batch.tell(&end);
    }

    fn take(&self) -> Option<Conn> {
        let mut idle = self.idle();
        idle.retain(|(_, since)| since.elapsed() < RESTED);
        idle.pop().map(|(conn, _)| conn)
    }

    fn keep(&self, conn: Option<Conn>) {
        self.idle().extend(conn.map(|conn| (conn, Instant::now())));
    }

    /// Ends after the work that was begun; later work is refused.
    pub async fn close(&self) {
        let all = self.places.acquire_many(AT_ONCE).await;
        self.places.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for (conn, _) in idle {
            conn.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Conn, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of a scope's lock, the same in every process: FNV-1a, 32 bits
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>). Two scopes of one number only wait for each other.
pub(crate) fn number(scope: &str) -> i32 {
    let hash = scope.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash.cast_signed()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn the_number_of_a_scope_is_the_same_in_every_version() {
        // The published test vectors of FNV-1a.
        assert_eq!(number("").cast_unsigned(), 0x811c_9dc5);
        assert_eq!(number("a").cast_unsigned(), 0xe40c_292c);
        assert_eq!(number("foobar").cast_unsigned(), 0xbf9c_f968);
    }
}
