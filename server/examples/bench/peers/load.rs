//! The load: so many customers, each of whom begins again as soon as it is done.

use super::{Answer, Peer, Took};
use reqwest::Client;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// After a failure, so that a shop that refuses at once is not flooded.
const BREATH: Duration = Duration::from_millis(5);

#[derive(Clone, Copy)]
pub enum Work {
    Checkout,
    List,
}

/// What came of it.
pub struct Run {
    /// Until the last that was begun in time had ended.
    pub wall: Duration,
    pub done: Vec<Took>,
    pub failed: Vec<String>,
}

impl Run {
    pub fn rate(&self) -> f64 {
        self.done.len() as f64 / self.wall.as_secs_f64()
    }

    /// A percentile in milliseconds; not a number if nothing was done.
    pub fn at(&self, percent: usize, part: impl Fn(&Took) -> Duration) -> f64 {
        let mut times: Vec<Duration> = self.done.iter().map(part).collect();
        times.sort();
        match times.is_empty() {
            true => f64::NAN,
            false => crate::at(&times, percent),
        }
    }

    /// How often the shop refused and what it said first, or nothing.
    pub fn failures(&self) -> String {
        match &self.failed[..] {
            [] => String::new(),
            [first, ..] => format!(", {} FAILED: {first}", self.failed.len()),
        }
    }
}

/// Nobody begins after so many seconds, and everybody ends.
pub async fn run(peer: &Arc<dyn Peer>, work: Work, customers: usize, seconds: u64) -> Run {
    // Made before: a client reads certificates, which costs it more than a page does.
    let clients: Vec<Client> = (0..customers).map(|_| Client::new()).collect();
    let began = Instant::now();
    let end = began + Duration::from_secs(seconds);
    let workers: Vec<_> = clients
        .into_iter()
        .enumerate()
        .map(|(customer, client)| {
            let peer = Arc::clone(peer);
            tokio::spawn(async move {
                let mut answers: Vec<Answer> = Vec::new();
                while Instant::now() < end {
                    let answer = match work {
                        Work::Checkout => peer.checkout(&client).await,
                        Work::List => peer.list(&client, customer).await,
                    };
                    if answer.is_err() {
                        tokio::time::sleep(BREATH).await;
                    }
                    answers.push(answer);
                }
                answers
            })
        })
        .collect();
    let mut answers = Vec::new();
    for worker in workers {
        answers.extend(worker.await.unwrap());
    }
    let wall = began.elapsed();
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(took) => done.push(took),
            Err(said) => failed.push(said),
        }
    }
    Run { wall, done, failed }
}
