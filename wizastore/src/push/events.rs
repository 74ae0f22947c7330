//! Events of orders: whoever waits for an order is woken when its state changes, in this process and, on PostgreSQL,
//! in the others that the shop consists of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Events that wait to be sent to other processes. What does not fit is found by those who look for themselves.
const QUEUE: usize = 4_096;

/// Who waits for which order, by its key. Cheap to clone.
#[derive(Clone)]
pub(crate) struct OrderEvents(Arc<Inner>);

struct Inner {
    waiting: Mutex<HashMap<String, watch::Sender<()>>>,
    /// To other processes.
    outgoing: mpsc::Sender<String>,
    /// The other end of it, until somebody takes it to send them.
    to_send: Mutex<Option<mpsc::Receiver<String>>>,
}

impl Default for OrderEvents {
    fn default() -> Self {
        let (outgoing, to_send) = mpsc::channel(QUEUE);
        Self(Arc::new(Inner {
            waiting: Mutex::default(),
            outgoing,
            to_send: Mutex::new(Some(to_send)),
        }))
    }
}

impl OrderEvents {
    /// An order's state changed in this process: wakes who waits for it here, and sends it to the other processes.
    pub fn notify(&self, key: &str) {
        self.receive(key);
        // Where the queue is full, or nobody sends, others look for themselves.
        let _ = self.0.outgoing.try_send(key.to_owned());
    }

    /// An order's state changed, here or elsewhere: wakes who waits for it, and nobody else.
    pub fn receive(&self, key: &str) {
        if let Some(waiting) = self.waiting().get(key) {
            waiting.send_replace(());
        }
    }

    /// Events may have been missed: wakes everybody.
    pub fn receive_gap(&self) {
        for waiting in self.waiting().values() {
            waiting.send_replace(());
        }
    }

    /// The keys that are to be sent to other processes; none where somebody sends them already.
    pub fn to_send(&self) -> Option<mpsc::Receiver<String>> {
        let to_send = self.0.to_send.lock();
        to_send.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Begins to wait for events of an order.
    pub fn subscribe(&self, key: &str) -> Subscription {
        let mut waiting = self.waiting();
        let sender = waiting
            .entry(key.to_owned())
            .or_insert_with(|| watch::Sender::new(()));
        Subscription {
            all: self.clone(),
            key: key.to_owned(),
            events: Some(sender.subscribe()),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        let waiting = self.0.waiting.lock();
        waiting.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for events of an order.
pub(crate) struct Subscription {
    all: OrderEvents,
    key: String,
    /// There until it is dropped.
    events: Option<watch::Receiver<()>>,
}

impl Subscription {
    /// Waits for an event since it subscribed, or since the last one, but no longer than `longest`: events get lost.
    pub async fn changed(&mut self, longest: Duration) {
        if let Some(events) = &mut self.events {
            let _ = tokio::time::timeout(longest, events.changed()).await;
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut waiting = self.all.waiting();
        self.events = None;
        if waiting.get(&self.key).is_some_and(watch::Sender::is_closed) {
            waiting.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use tokio::time::Instant;

    const LONGEST: Duration = Duration::from_secs(7);

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_an_order_is_woken_for_that_one_also_by_what_came_before_it_waited() {
        let events = OrderEvents::default();
        let (mut a, mut b) = (events.subscribe("a"), events.subscribe("b"));
        events.notify("a");
        events.notify("nobody's");
        let began = Instant::now();
        a.changed(LONGEST).await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        b.changed(LONGEST).await;
        assert_eq!(began.elapsed(), LONGEST, "it is only time to look");
        events.receive_gap();
        b.changed(LONGEST).await;
        assert_eq!(began.elapsed(), LONGEST);
        let mut to_send = events.to_send().unwrap();
        assert_eq!(to_send.try_recv().as_deref(), Ok("a"));
        assert!(events.to_send().is_none());
    }

    #[test]
    fn nothing_is_remembered_of_those_who_have_gone() {
        let events = OrderEvents::default();
        let (one, other) = (events.subscribe("a"), events.subscribe("a"));
        drop(one);
        assert_eq!(events.waiting().len(), 1);
        drop(other);
        assert!(events.waiting().is_empty());
    }
}
