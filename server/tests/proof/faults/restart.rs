//! PostgreSQL: the server is restarted, without waiting for anybody, in the middle of an order.

use super::postgres::{Server, tell};
use super::{Place, customers};
use crate::settings::report;
use crate::world::acts::Acts;
use crate::world::template::Template;
use crate::world::{Setup, Way, World};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

#[tokio::test]
async fn the_server_restarts_in_the_middle_of_an_order() {
    let (server, url) = Server::start();
    let template = Template::on_postgres(&url).await;
    for (place, point) in [
        (Place::Journal, "store.journal.commit"),
        (Place::EntMine, "entmine.place.commit"),
        (Place::Verdict, "store.verdict.commit"),
    ] {
        let folder = server.folder();
        let done = AtomicBool::new(false);
        let restarted = Arc::new(Notify::new());
        let is_back = restarted.clone();
        let acts = Acts::watched(move |passed| {
            if passed == point && !done.swap(true, Ordering::SeqCst) {
                tell(&folder, "restart");
                restarted.notify_one();
            }
            None
        });
        let homes = template.copy().await;
        let world = World::at(homes, Setup::default(), Way::Http, acts.clone()).await;
        // Nothing can heal before the server is back, which takes longer than the answers that it is away.
        let back = async || is_back.notified().await;
        let told = customers(3, world, &acts, async || {}, back).await;
        eprintln!("{place:?}: {told:?}");
    }
    report(
        "PostgreSQL restarted",
        "at journal, EntMine and verdict: all settled",
    );
    // The databases go before their server does.
    drop(template);
}
