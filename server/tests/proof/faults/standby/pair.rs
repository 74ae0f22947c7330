//! A primary, its standby, and the line that leads to whichever of them serves.

use crate::faults::postgres::{Server, tell};
use crate::faults::proxy::{Cut, Proxy};
use crate::world::acts::Acts;
use crate::world::books::Books;
use crate::world::customer::moment;
use crate::world::template::Template;
use crate::world::{Setup, Way, World};
use database::testing::TestDatabase;
use sqlx::{Connection, PgConnection};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The databases go before the line to them, and that before the servers.
pub struct Pair {
    template: Template,
    line: Proxy,
    server: Server,
    primary: String,
    standby: String,
}

impl Pair {
    /// The store's database and EntMine's are both on the primary; commits wait for the standby.
    pub async fn start() -> Self {
        let (server, primary) = Server::start();
        let line = Proxy::start(&primary, Cut::Before, 0).await;
        let template = Template::on_postgres(&line.url).await;
        let standby = server.tell("standby");
        Self {
            template,
            line,
            server,
            primary,
            standby,
        }
    }

    /// A store and EntMine, a process each, which know the line's address and no other.
    pub async fn world(&self, acts: &Arc<Acts>) -> Arc<World> {
        let homes = self.template.copy().await;
        Arc::new(World::at(homes, Setup::default(), Way::Http, acts.clone()).await)
    }

    pub fn folder(&self) -> PathBuf {
        self.server.folder()
    }

    /// The standby gets nothing any more, and nobody waits for it.
    pub async fn part(&self) {
        let alone = "ALTER SYSTEM SET synchronous_standby_names = ''";
        set(&self.primary, alone).await;
        set(&self.standby, "ALTER SYSTEM SET primary_conninfo = ''").await;
        let mut db = PgConnection::connect(&self.primary).await.unwrap();
        loop {
            let standbys = "SELECT COUNT(*) FROM pg_stat_replication";
            let standbys: i64 = sqlx::query_scalar(standbys)
                .fetch_one(&mut db)
                .await
                .unwrap();
            if standbys == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        db.close().await.unwrap();
    }

    /// Puts the standby in the primary's place, whose end this is if it still lives. Gives what the standby holds before
    /// anybody can write there, and the moment from which the line leads to it.
    pub async fn fail_over(&self, world: &World) -> (Books, u64) {
        let folder = self.folder();
        let promoting = tokio::task::spawn_blocking(move || tell(&folder, "promote"));
        let promoted = promoting.await.unwrap();
        let store = on(&promoted, &world.store_home);
        let entmine = on(&promoted, &world.entmine_home);
        let books = Books::read(&store, &entmine).await.unwrap();
        let replaced = moment();
        self.line.lead_to(&promoted);
        (books, replaced)
    }
}

/// Changes a server's settings while it runs.
async fn set(server: &str, setting: &'static str) {
    let mut db = PgConnection::connect(server).await.unwrap();
    for sql in [setting, "SELECT pg_reload_conf()"] {
        sqlx::raw_sql(sql).execute(&mut db).await.unwrap();
    }
    db.close().await.unwrap();
}

/// A database's address straight on a server.
fn on(server: &str, database: &TestDatabase) -> String {
    let (place, _) = server.rsplit_once('/').unwrap();
    let (_, name) = database.url().rsplit_once('/').unwrap();
    format!("{place}/{name}")
}
