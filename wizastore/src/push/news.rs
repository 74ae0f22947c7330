//! News of orders: whoever waits for an order hears when its state changes, in this process and, on PostgreSQL, in the
//! others that the shop consists of.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// News that waits to be told to other processes. What does not fit is found by those who look for themselves.
const QUEUE: usize = 4_096;

/// Who waits for which order, by its key.
#[derive(Clone)]
pub(crate) struct News(Arc<Inner>);

struct Inner {
    waiting: Mutex<HashMap<String, watch::Sender<()>>>,
    /// To other processes.
    out: mpsc::Sender<String>,
    /// Until it is known who carries it there.
    carried: Mutex<Option<mpsc::Receiver<String>>>,
}

impl Default for News {
    fn default() -> Self {
        let (out, carried) = mpsc::channel(QUEUE);
        Self(Arc::new(Inner {
            waiting: Mutex::default(),
            out,
            carried: Mutex::new(Some(carried)),
        }))
    }
}

impl News {
    /// There is news of an order, which others are told too.
    pub fn tell(&self, key: &str) {
        self.hear(key);
        // Full, or nobody carries it: see there.
        let _ = self.0.out.try_send(key.to_owned());
    }

    /// There is news of an order: those who wait for it look, and nobody else.
    pub fn hear(&self, key: &str) {
        if let Some(waiting) = self.waiting().get(key) {
            waiting.send_replace(());
        }
    }

    /// There may be news of any order.
    pub fn hear_of_all(&self) {
        for waiting in self.waiting().values() {
            waiting.send_replace(());
        }
    }

    /// What is to be told to other processes, for the one that carries it there.
    pub fn carry(&self) -> Option<mpsc::Receiver<String>> {
        let carried = self.0.carried.lock();
        carried.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Begins to wait for news of an order.
    pub fn of(&self, key: &str) -> Waiting {
        let mut waiting = self.waiting();
        let sender = waiting
            .entry(key.to_owned())
            .or_insert_with(|| watch::Sender::new(()));
        Waiting {
            all: self.clone(),
            key: key.to_owned(),
            news: Some(sender.subscribe()),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        let waiting = self.0.waiting.lock();
        waiting.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for news of an order.
pub(crate) struct Waiting {
    all: News,
    key: String,
    /// There until it is dropped.
    news: Option<watch::Receiver<()>>,
}

impl Waiting {
    /// Waits for news since it began to wait, or since the last news, or until it is time to `look` for oneself.
    pub async fn news(&mut self, look: Duration) {
        if let Some(news) = &mut self.news {
            let _ = tokio::time::timeout(look, news.changed()).await;
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut waiting = self.all.waiting();
        self.news = None;
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

    const LOOK: Duration = Duration::from_secs(7);

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_an_order_hears_of_that_one_also_what_came_before_it_listened() {
        let news = News::default();
        let (mut a, mut b) = (news.of("a"), news.of("b"));
        news.tell("a");
        news.tell("nobody's");
        let began = Instant::now();
        a.news(LOOK).await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        b.news(LOOK).await;
        assert_eq!(began.elapsed(), LOOK, "it is only time to look");
        news.hear_of_all();
        b.news(LOOK).await;
        assert_eq!(began.elapsed(), LOOK);
        let mut told = news.carry().unwrap();
        assert_eq!(told.try_recv().as_deref(), Ok("a"));
        assert!(news.carry().is_none());
    }

    #[test]
    fn nothing_is_remembered_of_those_who_have_gone() {
        let news = News::default();
        let (one, other) = (news.of("a"), news.of("a"));
        drop(one);
        assert_eq!(news.waiting().len(), 1);
        drop(other);
        assert!(news.waiting().is_empty());
    }
}
