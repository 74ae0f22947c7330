//! Databases on a PostgreSQL server that all tests share.

use sqlx::{AnyConnection, Connection};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use uuid::Uuid;

/// A new, empty database, which goes with this value.
pub struct Postgres {
    name: String,
    pub url: String,
}

impl Postgres {
    pub async fn new() -> Self {
        let name = format!("server_{}", Uuid::now_v7().simple());
        tell(&format!("CREATE DATABASE {name}")).await;
        let (server, _) = server().rsplit_once('/').unwrap();
        let url = format!("{server}/{name}");
        Self { name, url }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The test's own runtime may be ending, and cannot be waited for from here.
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let dropping = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap()
                .block_on(tell(&sql));
        });
        let _ = dropping.join();
    }
}

async fn tell(sql: &str) {
    sqlx::any::install_default_drivers();
    let mut conn = AnyConnection::connect(server()).await.unwrap();
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// The address of the server: `TEST_PG_URL`, or the checkout's own, which is started where it does
/// not run. A machine without PostgreSQL fails these tests instead of passing by them.
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| std::env::var("TEST_PG_URL").unwrap_or_else(|_| start()))
}

fn start() -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres");
    let started = Command::new(script).arg("start").output().unwrap();
    let said = String::from_utf8_lossy(&started.stderr);
    assert!(
        started.status.success(),
        "TEST_PG_URL is not set, and scripts/postgres could not start a PostgreSQL: {said}"
    );
    let printed = String::from_utf8(started.stdout).unwrap();
    printed.lines().last().unwrap().to_owned()
}
