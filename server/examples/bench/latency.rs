//! A database in another building: PostgreSQL behind a line on which everything takes its time.

use super::server::Databases;
use sqlx::{AnyConnection, Connection};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// How often the line is measured itself.
const LOOKS: u32 = 50;

/// Two new databases, and the way to them over a line that holds every message back for so long.
pub async fn databases(url: &str, delay: Duration) -> Databases {
    let Databases::Postgres { store, entmine } = Databases::postgres(url).await else {
        unreachable!("these are PostgreSQL's")
    };
    let (user, rest) = url.split_once('@').unwrap();
    let (server, _) = rest.split_once('/').unwrap();
    let line = line(server.to_owned(), delay).await;
    let over = |url: String| {
        let (_, name) = url.rsplit_once('/').unwrap();
        format!("{user}@{line}/{name}")
    };
    Databases::Postgres {
        store: over(store),
        entmine: over(entmine),
    }
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

async fn line(server: String, delay: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = TcpStream::connect(&server).await.unwrap();
            near.set_nodelay(true).unwrap();
            far.set_nodelay(true).unwrap();
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            // A timer is a millisecond exact: all of it is on the way there.
            tokio::spawn(carry(near_in, far_out, delay));
            tokio::spawn(carry(far_in, near_out, Duration::ZERO));
        }
    });
    here
}

/// Carries what comes in, each piece after a delay of its own, so that pieces do not wait for one another.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Duration) {
    let (pieces, mut due) = mpsc::unbounded_channel::<(tokio::time::Instant, Vec<u8>)>();
    let writing = tokio::spawn(async move {
        while let Some((at, piece)) = due.recv().await {
            tokio::time::sleep_until(at).await;
            if to.write_all(&piece).await.is_err() {
                return;
            }
        }
    });
    let mut piece = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        let at = tokio::time::Instant::now() + delay;
        if pieces.send((at, piece[..length].to_vec())).is_err() {
            break;
        }
    }
    drop(pieces);
    let _ = writing.await;
}
