//! Virtual time: it moves on only when nothing is left to do, the databases included.

use crate::Clock;
use sqlx::AnyPool;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::runtime::{Builder, Handle};
use tokio::time::Instant;

/// 2026-11-22T21:00:00Z, when every simulation begins.
const BEGIN_MS: i64 = 1_795_381_200_000;

thread_local! {
    /// The readers of the simulated store's database; while one of them is not idle, the database
    /// is at work (see `Durability::Simulation`).
    static READERS: RefCell<Option<AnyPool>> = const { RefCell::new(None) };
    /// A database is being opened.
    static OPENING: Cell<bool> = const { Cell::new(false) };
}

/// Runs a simulation on a runtime of its own.
///
/// sqlx works on SQLite in threads of its own, and a tokio runtime with paused time takes waiting
/// for them for having nothing to do: it would move the clock to the next timer, for example that
/// of giving up the wait. So whenever it is about to do that while a database is at work, it is
/// given something to do.
pub fn run<F>(simulation: F) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    let runtime = Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        // What a database's threads wake is taken up when all else has come to rest, whenever they
        // did: so a seed runs the same way each time.
        .global_queue_interval(u32::MAX)
        .event_interval(u32::MAX)
        .on_thread_park(|| {
            if !at_work() {
                return;
            }
            let handle = Handle::current();
            let metrics = handle.metrics();
            for round in 0.. {
                if metrics.global_queue_depth() > 0 || !at_work() {
                    break;
                }
                match round {
                    0..200 => std::hint::spin_loop(),
                    200..20_000_000 => std::thread::yield_now(),
                    _ => panic!("the database does not end its work"),
                }
            }
            handle.spawn(async {});
        })
        .build()
        .expect("a runtime");
    // In a task: whoever waits for a database is seen by the queue that a wake puts it into.
    let out = runtime.block_on(runtime.spawn(simulation));
    READERS.take();
    runtime.shutdown_background();
    out.expect("a simulation that ends")
}

fn at_work() -> bool {
    OPENING.get()
        || READERS.with_borrow(|readers| {
            readers
                .as_ref()
                .is_some_and(|pool| pool.size() as usize != pool.num_idle())
        })
}

/// Opens a database outside time.
pub async fn open(open: impl Future<Output = database::Database>) -> database::Database {
    OPENING.set(true);
    let database = open.await;
    READERS.set(Some(database.reader().clone()));
    OPENING.set(false);
    database
}

/// A replica's clock: virtual time, and how far this one is off.
#[derive(Debug)]
pub struct SimClock {
    begin: Instant,
    off_ms: AtomicI64,
}

impl SimClock {
    pub fn new(begin: Instant) -> Self {
        Self {
            begin,
            off_ms: AtomicI64::new(0),
        }
    }

    pub fn set_off(&self, ms: i64) {
        self.off_ms.store(ms, Ordering::SeqCst);
    }

    /// Virtual milliseconds since the simulation began.
    pub fn begun_ms(&self) -> i64 {
        self.begin.elapsed().as_millis() as i64
    }

    pub fn true_ms(&self) -> i64 {
        BEGIN_MS + self.begun_ms()
    }
}

impl Clock for SimClock {
    fn now_ms(&self) -> i64 {
        self.true_ms() + self.off_ms.load(Ordering::SeqCst)
    }

    fn passed_ms(&self) -> i64 {
        self.begun_ms()
    }
}
