//! What processes on one PostgreSQL tell each other.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use database::testing::TestDatabase;
use database::{Database, Durability, Engine, Heard, Plan, Points};
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc;

static NONE: Migrator = Migrator::DEFAULT;

/// A process: what it tells, and what it has heard.
struct Process {
    tell: mpsc::Sender<String>,
    heard: mpsc::UnboundedReceiver<String>,
}

impl Process {
    async fn on(server: &TestDatabase) -> Self {
        let plan = Plan {
            whose: "the test's",
            migrations: &NONE,
            readers: 1,
            writer_lock: 1,
            prompt: &[],
            durability: Durability::Process,
            points: Points::default(),
        };
        let database = Database::open(server.url(), plan).await.unwrap();
        let (tell, told) = mpsc::channel(1_000);
        let (hear, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let heard = move |notice: Heard<'_>| {
                let word = match notice {
                    Heard::News(word) => word,
                    Heard::Gap => "a gap",
                };
                // A test that has ended hears nothing more.
                let _ = hear.send(word.to_owned());
            };
            database.exchange_notices("test", told, heard).await;
        });
        let mut process = Self { tell, heard };
        assert_eq!(process.hears().await, "a gap");
        process
    }

    async fn hears(&mut self) -> String {
        self.heard.recv().await.unwrap()
    }
}

#[tokio::test]
async fn all_the_others_hear_what_one_tells() {
    let server = TestDatabase::new(Engine::Postgres).await;
    let mut all = [Process::on(&server).await, Process::on(&server).await];
    // More than a message holds.
    for n in 0..300 {
        all[0].tell.send(n.to_string()).await.unwrap();
    }
    for n in 0..300 {
        assert_eq!(all[1].hears().await, n.to_string());
    }
    // Nobody hears themselves.
    all[1].tell.send("back".into()).await.unwrap();
    assert_eq!(all[0].hears().await, "back");
    assert!(all[1].heard.try_recv().is_err());
}

#[tokio::test]
async fn whoever_was_cut_off_knows_and_hears_again() {
    let server = TestDatabase::new(Engine::Postgres).await;
    let (mut one, mut other) = (Process::on(&server).await, Process::on(&server).await);
    let mut db = PgConnection::connect(server.url()).await.unwrap();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::raw_sql(cut).execute(&mut db).await.unwrap();
    assert_eq!(one.hears().await, "a gap");
    assert_eq!(other.hears().await, "a gap");
    one.tell.send("news".into()).await.unwrap();
    assert_eq!(other.hears().await, "news");
}
