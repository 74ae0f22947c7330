//! A PostgreSQL that falls silent: the line is cut without a sign, as in a fail-over.

use crate::fake::FakeEntMine;
use crate::shop::{Browser, product, snapshot};
use database::Engine;
use database::testing::{TestDatabase, parts};
use futures::future::join_all;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;
use wizastore::{Smaller, Store, StoreConfig};

/// A line to the database server on which connections can be made to hang for ever.
struct Line {
    url: String,
    cuts: watch::Sender<u32>,
}

impl Line {
    async fn to(home: &TestDatabase) -> Self {
        let (user, server, database) = parts(home.url());
        let server = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let (cuts, seen) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&server).await.unwrap();
                let ((near_in, near_out), (far_in, far_out)) =
                    (near.into_split(), far.into_split());
                tokio::spawn(carry(near_in, far_out, seen.clone()));
                tokio::spawn(carry(far_in, near_out, seen.clone()));
            }
        });
        Self {
            url: format!("{user}@{here}/{database}"),
            cuts,
        }
    }

    /// Nothing more is carried over the connections of now, and nobody is told.
    fn fall_silent(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut cuts: watch::Receiver<u32>,
) -> Option<()> {
    cuts.borrow_and_update();
    let mut piece = vec![0; 16 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut piece) => read.ok().filter(|read| *read > 0)?,
            _ = cuts.changed() => std::future::pending().await,
        };
        to.write_all(&piece[..read]).await.ok()?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_server_that_falls_silent_holds_a_customer_for_seconds_only() {
    let home = TestDatabase::new(Engine::Postgres).await;
    let line = Line::to(&home).await;
    let erp = FakeEntMine::default();
    let store = Store::open(StoreConfig::new(&line.url, Arc::new(erp.clone())));
    let store = store.await.unwrap();
    let first = snapshot(1, 1, vec![product("WAND", 1299, 1)]);
    store.take_snapshot(first, Smaller::Take).await.unwrap();
    let mut browser = Browser::of(&store);
    crate::shop::number(&browser.buy().await.1);

    // As long as a connection may rest without being asked for a sign of life.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    line.fall_silent();
    let began = Instant::now();
    crate::shop::number(&browser.buy().await.1);
    let took = began.elapsed();
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_eq!(erp.orders(), 2);
    store.shutdown(Duration::ZERO).await;
}

/// Also connections that were in use just then: each read ends, and gives its place back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_server_that_falls_silent_in_the_middle_of_reads_takes_no_reader_away() {
    let home = TestDatabase::new(Engine::Postgres).await;
    let line = Line::to(&home).await;
    let erp = Arc::new(FakeEntMine::default());
    let store = Store::open(StoreConfig::new(&line.url, erp)).await.unwrap();
    let look = || async { store.visit(None, None).status("nobody's").await };
    // More than there are connections, so that all of them are there.
    let all = || join_all((0..32).map(|_| look()));
    all().await;
    line.fall_silent();
    let ended = tokio::time::timeout(Duration::from_secs(60), all()).await;
    ended.expect("no read waits for ever");
    for looked in all().await {
        looked.expect("the server is there again");
    }
    store.shutdown(Duration::ZERO).await;
}
