//! A database in another building: PostgreSQL behind a line on which everything takes its time.

use super::server::Databases;
use database::testing::SlowLine;
use sqlx::{AnyConnection, Connection};
use std::time::{Duration, Instant};

/// How often the line is measured itself.
const LOOKS: u32 = 50;

/// Two new databases, and the way to them over a line that holds every message back for so long.
pub async fn databases(url: &str, delay: Duration) -> (Databases, SlowLine) {
    let Databases::Postgres { store, entmine } = Databases::postgres(url).await else {
        unreachable!("these are PostgreSQL's")
    };
    let line = SlowLine::to(url, move || delay).await;
    let far = Databases::Postgres {
        store: line.over(&store),
        entmine: line.over(&entmine),
    };
    (far, line)
}

/// A round trip on such a line as it really is, with PostgreSQL's answer.
pub async fn round_trip(databases: &Databases) -> Duration {
    let Databases::Postgres { store, .. } = databases else {
        return Duration::ZERO;
    };
    let mut conn = AnyConnection::connect(store).await.unwrap();
    sqlx::query("SELECT 1").execute(&mut conn).await.unwrap();
    let began = Instant::now();
    for _ in 0..LOOKS {
        sqlx::query("SELECT 1").execute(&mut conn).await.unwrap();
    }
    began.elapsed() / LOOKS
}
