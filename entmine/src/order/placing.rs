//! Orders that wait to be placed. Those that come while others are written are placed together next, which costs
//! no statement more than one of them alone.

use super::Placed;
use super::place::{Sent, decide, questions};
use crate::error::StorageError;
use crate::storage::EntMine;
use database::DatabaseError;
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Orders that are placed together: as many as share a commit.
const MOST: usize = 64;

/// What waits, in the order in which it came.
#[derive(Default)]
pub(crate) struct Placing(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    /// A task places what waits, and whatever comes until nothing does.
    is_served: bool,
}

struct Waiting {
    sent: Sent,
    caller: oneshot::Sender<Result<Placed, StorageError>>,
}

impl Placing {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an order; whether a task has to be begun that places it.
    fn add(&self, waiting: Waiting) -> bool {
        let mut queue = self.queue();
        queue.waiting.push_back(waiting);
        !std::mem::replace(&mut queue.is_served, true)
    }

    /// What is placed together next: orders of one store, each key once; one that is to get a number back alone.
    /// None, and the task has ended, where nothing waits.
    fn next(&self) -> Option<Vec<Waiting>> {
        let mut queue = self.queue();
        let Some(first) = queue.waiting.pop_front() else {
            queue.is_served = false;
            return None;
        };
        let mut keys = HashSet::from([first.sent.key.clone()]);
        let mut together = vec![first];
        let is_alone = |sent: &Sent| sent.number.is_some();
        while together.len() < MOST && !is_alone(&together[0].sent) {
            let store = &together[0].sent.store;
            let fits = |next: &mut Waiting| {
                let sent = &next.sent;
                sent.store == *store && !is_alone(sent) && keys.insert(sent.key.clone())
            };
            let Some(next) = queue.waiting.pop_front_if(fits) else {
                break;
            };
            together.push(next);
        }
        Some(together)
    }
}

/// The task that places orders. Where it dies nobody waits for it, and the next order begins another one.
struct Serving<'a>(&'a Placing);

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *self.0.queue() = Queue::default();
        }
    }
}

impl EntMine {
    /// Places an order, with those that wait at the same time.
    pub(super) async fn place_with_others(&self, sent: Sent) -> Result<Placed, StorageError> {
        let (caller, answer) = oneshot::channel();
        if self.placing().add(Waiting { sent, caller }) {
            let entmine = self.clone();
            tokio::spawn(async move {
                let _serving = Serving(entmine.placing());
                while let Some(together) = entmine.placing().next() {
                    entmine.place_together(together).await;
                }
            });
        }
        match answer.await {
            Ok(placed) => placed,
            Err(_) => Err(DatabaseError::CutShort.into()),
        }
    }

    async fn place_together(&self, together: Vec<Waiting>) {
        let (sent, callers): (Vec<Sent>, Vec<_>) = together
            .into_iter()
            .map(|Waiting { sent, caller }| (sent, caller))
            .unzip();
        let sent: Vec<Arc<Sent>> = sent.into_iter().map(Arc::new).collect();
        let placed = match self.place_all(sent.clone()).await {
            Ok(placed) => placed,
            // One of them is to blame: the others are not to fail with it.
            Err(error) if sent.len() > 1 && error.is_of_the_work() => self.place_each(sent).await,
            Err(error) => vec![Err(error); sent.len()],
        };
        for (caller, placed) in callers.into_iter().zip(placed) {
            // A caller that went away wants no answer.
            let _ = caller.send(placed);
        }
    }

    async fn place_each(&self, sent: Vec<Arc<Sent>>) -> Vec<Result<Placed, StorageError>> {
        let mut all = Vec::with_capacity(sent.len());
        for one in sent {
            let placed = self.place_all(vec![one]).await;
            all.extend(placed.unwrap_or_else(|error| vec![Err(error)]));
        }
        all
    }

    async fn place_all(
        &self,
        sent: Vec<Arc<Sent>>,
    ) -> Result<Vec<Result<Placed, StorageError>>, StorageError> {
        let questions = questions(&sent)?;
        self.write_asking("entmine.place", questions, move |tx, answers| {
            Box::pin(async move { decide(tx, &sent, &answers).await })
        })
        .await
    }
}
