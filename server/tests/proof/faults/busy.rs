//! SQLite: another connection holds the write lock for longer than anybody waits for it.

use super::{Place, customers};
use crate::settings::report;
use crate::world::acts::{Acts, What};
use crate::world::template::Template;
use crate::world::{Setup, Way, World};
use database::Engine;
use model::{Outcome, Reason};
use sqlx::{Connection, SqliteConnection};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// Holds a database's write lock until it is let go.
struct Holder {
    let_go: Sender<()>,
    thread: JoinHandle<()>,
}

impl Holder {
    /// Takes the lock as soon as nobody else has it, and then says so.
    fn take(file: &Path) -> (Self, Receiver<()>) {
        let url = format!("sqlite://{}", file.display());
        let ((let_go, told), (held, is_held)) = (channel::<()>(), channel());
        let thread = std::thread::spawn(move || {
            crate::world::block_on(async move {
                let mut db = SqliteConnection::connect(&url).await.unwrap();
                let begin = "PRAGMA busy_timeout = 30000; BEGIN IMMEDIATE";
                sqlx::raw_sql(begin).execute(&mut db).await.unwrap();
                let _ = held.send(());
                let _ = told.recv();
                sqlx::raw_sql("ROLLBACK").execute(&mut db).await.unwrap();
                db.close().await.unwrap();
            });
        });
        (Self { let_go, thread }, is_held)
    }

    fn hold(file: &Path) -> Self {
        let (holder, is_held) = Self::take(file);
        is_held.recv().unwrap();
        holder
    }

    fn let_go(self) {
        let _ = self.let_go.send(());
        self.thread.join().unwrap();
    }
}

/// Nothing is confirmed while the place is busy, and everything heals.
async fn busy_at(place: Place) {
    let template = Template::new(Engine::Sqlite).await;
    let homes = template.copy().await;
    let (store, entmine) = (homes.0.file(), homes.1.file());
    let holder = Arc::new(Mutex::new(None));
    let held = holder.clone();
    // The verdict is what the store writes after EntMine's answer; the others are held from the
    // beginning.
    let acts = Acts::watched(move |point| {
        if place != Place::Verdict || point != "push.call.end" {
            return None;
        }
        // Taken while the store waits; waiting for it here would hold up who has it.
        held.lock()
            .unwrap()
            .get_or_insert_with(|| Holder::take(&store).0);
        Some(What::Delay)
    });
    let store = homes.0.file();
    let world = World::at(homes, Setup::default(), Way::Embedded, acts.clone()).await;
    // The carts are filled before the lock is taken.
    let before = async || match place {
        Place::Journal => *holder.lock().unwrap() = Some(Holder::hold(&store)),
        Place::EntMine => *holder.lock().unwrap() = Some(Holder::hold(&entmine)),
        Place::Verdict => {}
    };
    let after = async || {
        let holder = holder.lock().unwrap().take();
        holder.expect("it was held").let_go();
    };
    let told = customers(3, world, &acts, before, after).await;
    for outcome in &told {
        let well = match (place, outcome) {
            (Place::Journal, Some(Outcome::NotPlaced { reasons, .. })) => {
                reasons == &[Reason::NotSaved]
            }
            (Place::EntMine, Some(Outcome::Safe { .. } | Outcome::Checking { .. })) => true,
            (Place::Verdict, Some(Outcome::Checking { .. })) => true,
            (_, _) => false,
        };
        assert!(well, "{place:?}: {outcome:?}");
    }
    report(
        "busy",
        &format!("{place:?}: told the truth, all settled").to_lowercase(),
    );
}

#[tokio::test]
async fn a_busy_journal_places_nothing() {
    busy_at(Place::Journal).await;
}

#[tokio::test]
async fn a_busy_entmine_leaves_orders_safe() {
    busy_at(Place::EntMine).await;
}

#[tokio::test]
async fn a_verdict_that_finds_the_journal_busy_is_not_told() {
    busy_at(Place::Verdict).await;
}
