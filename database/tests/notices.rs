//! What processes on one PostgreSQL notify each other of.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use database::testing::{TestDatabase, open_without_tables};
use database::{Engine, Notice, Points};
use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc;

/// A process: what it sends, and what it has received.
struct Process {
    send: mpsc::Sender<String>,
    received: mpsc::UnboundedReceiver<String>,
}

impl Process {
    async fn on(server: &TestDatabase) -> Self {
        let database = open_without_tables(server.url(), Points::default());
        let database = database.await.unwrap();
        let (send, to_send) = mpsc::channel(1_000);
        let (receive, received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let receive = move |notice: Notice<'_>| {
                let word = match notice {
                    Notice::Word(word) => word,
                    Notice::Gap => "a gap",
                };
                // A test that has ended receives nothing more.
                let _ = receive.send(word.to_owned());
            };
            database.exchange_notices("test", to_send, receive).await;
        });
        let mut process = Self { send, received };
        assert_eq!(process.receives().await, "a gap");
        process
    }

    async fn receives(&mut self) -> String {
        self.received.recv().await.unwrap()
    }
}

#[tokio::test]
async fn all_the_others_receive_what_one_sends() {
    let server = TestDatabase::new(Engine::Postgres).await;
    let mut all = [Process::on(&server).await, Process::on(&server).await];
    // More than a message holds.
    for n in 0..300 {
        all[0].send.send(n.to_string()).await.unwrap();
    }
    for n in 0..300 {
        assert_eq!(all[1].receives().await, n.to_string());
    }
    // Nobody receives what they sent themselves: it would come first.
    all[1].send.send("back".into()).await.unwrap();
    assert_eq!(all[0].receives().await, "back");
    all[0].send.send("again".into()).await.unwrap();
    assert_eq!(all[1].receives().await, "again");
}

#[tokio::test]
async fn whoever_was_cut_off_knows_and_receives_again() {
    let server = TestDatabase::new(Engine::Postgres).await;
    let (mut one, mut other) = (Process::on(&server).await, Process::on(&server).await);
    let mut db = PgConnection::connect(server.url()).await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::raw_sql(cut).execute(&mut db).await.unwrap();
    assert_eq!(one.receives().await, "a gap");
    assert_eq!(other.receives().await, "a gap");
    one.send.send("news".into()).await.unwrap();
    assert_eq!(other.receives().await, "news");
}
