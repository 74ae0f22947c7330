//! PostgreSQL: the server is restarted, without waiting for anybody, in the middle of an order.

use super::{Place, customers};
use crate::settings::report;
use crate::world::acts::Acts;
use crate::world::template::Template;
use crate::world::{Setup, Way, World};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use wizastore::Durability;

/// A server of this test's own: others do not like theirs to be restarted.
struct Server(TempDir);

impl Server {
    fn start() -> (Self, String) {
        let folder = tempfile::Builder::new()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()
            .unwrap();
        let server = Self(folder);
        let url = server.tell("start");
        (server, url)
    }

    fn tell(&self, what: &str) -> String {
        tell(self.0.path(), what)
    }
}

fn tell(folder: &Path, what: &str) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres");
    let done = Command::new(script)
        .arg(what)
        .env("TMPDIR", folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    said.lines().last().unwrap_or_default().to_owned()
}

impl Drop for Server {
    fn drop(&mut self) {
        self.tell("stop");
    }
}

#[tokio::test]
async fn the_server_restarts_in_the_middle_of_an_order() {
    let (server, url) = Server::start();
    let template = Template::on_postgres(&url).await;
    for (place, point) in [
        (Place::Journal, "store.journal.commit"),
        (Place::EntMine, "entmine.place.commit"),
        (Place::Verdict, "store.verdict.commit"),
    ] {
        let folder = server.0.path().to_owned();
        let done = AtomicBool::new(false);
        let acts = Acts::watched(move |passed| {
            if passed == point && !done.swap(true, Ordering::SeqCst) {
                tell(&folder, "restart");
            }
            None
        });
        let homes = template.copy().await;
        // The server loses what it has not written down when it stops like this.
        let setup = Setup {
            durability: Durability::Full,
            ..Setup::default()
        };
        let world = World::at(homes, setup, Way::Http, acts.clone()).await;
        let told = customers(3, world, &acts, async || {}, async || {}).await;
        eprintln!("{place:?}: {told:?}");
    }
    report(
        "PostgreSQL restarted",
        "at journal, EntMine and verdict: all settled",
    );
    // The databases go before their server does.
    drop(template);
}
