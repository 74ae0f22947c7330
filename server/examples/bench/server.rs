//! The program under measurement.

use sqlx::{AnyConnection, Connection};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where the two systems keep their data.
pub enum Databases {
    Sqlite,
    Postgres { store: String, entmine: String },
}

impl Databases {
    /// Two new databases on a server.
    pub async fn postgres(url: &str) -> Self {
        Self::postgres_named(url, "bench").await
    }

    /// Two new databases on a server, whose names begin so.
    pub async fn postgres_named(url: &str, name: &str) -> Self {
        sqlx::any::install_default_drivers();
        let mut conn = AnyConnection::connect(url).await.unwrap();
        let (server, _) = url.rsplit_once('/').unwrap();
        let mut made = Vec::new();
        for name in [format!("{name}_store"), format!("{name}_entmine")] {
            let again = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            for sql in [again, format!("CREATE DATABASE {name}")] {
                let sql = sqlx::AssertSqlSafe(sql);
                sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
            }
            made.push(format!("{server}/{name}"));
        }
        let entmine = made.remove(1);
        let store = made.remove(0);
        Self::Postgres { store, entmine }
    }
}

impl Databases {
    /// The addresses of the store's and EntMine's, which with SQLite are in the folder.
    pub fn urls(&self, folder: &Path) -> (String, String) {
        let file = |name: &str| format!("sqlite:{}", folder.join(name).display());
        match self {
            Self::Sqlite => (file("wizastore.db"), file("entmine.db")),
            Self::Postgres { store, entmine } => (store.clone(), entmine.clone()),
        }
    }

    /// What tells the program about them.
    fn variables(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Sqlite => Vec::new(),
            Self::Postgres { store, entmine } => vec![
                ("WIZASTORE_DATABASE_URL", store.clone()),
                ("ENTMINE_DATABASE_URL", entmine.clone()),
            ],
        }
    }
}

/// A running `wizastore serve`, store and EntMine in one process.
pub struct Server {
    child: Child,
    databases: Vec<(&'static str, String)>,
    program: PathBuf,
    folder: PathBuf,
    pub base: String,
}

impl Server {
    pub async fn start(program: &Path, folder: &Path, databases: &Databases) -> Self {
        Self::start_with(program, folder, databases, &[]).await
    }

    /// One whose EntMine can be made to fail; its pages say so, and are not shared.
    pub async fn start_rehearsal(program: &Path, folder: &Path, databases: &Databases) -> Self {
        Self::start_with(program, folder, databases, &["--rehearsal"]).await
    }

    async fn start_with(
        program: &Path,
        folder: &Path,
        databases: &Databases,
        options: &[&str],
    ) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let databases = databases.variables();
        let mut command = Command::new(program);
        command
            .args(["serve", "--addr", "127.0.0.1:0", "--site", "target/site"])
            .args(options)
            .arg("--data")
            .arg(folder)
            .env("WIZASTORE_LOG", "error")
            .envs(databases.clone())
            .stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = String::new();
        let out = child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut said).unwrap();
        let base = said.trim().rsplit_once(' ').unwrap().1.to_owned();
        let ready = reqwest::get(format!("{base}/readyz")).await.unwrap();
        assert!(ready.status().is_success());
        Self {
            child,
            databases,
            program: program.to_owned(),
            folder: folder.to_owned(),
            base,
        }
    }

    /// A product of which there is enough for everybody.
    pub async fn import_wands(&self) {
        let columns = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty";
        let row = "wand,Wand,Wands,TRUE,BENCH-WAND,12.99,900000";
        self.import(&format!("{columns}\n{row}\n"));
    }

    /// A product file.
    pub fn import(&self, csv: &str) {
        let file = self.folder.join("products.csv");
        std::fs::write(&file, csv).unwrap();
        let done = Command::new(&self.program)
            .args(["import", "--data"])
            .args([&self.folder, &file])
            .envs(self.databases.clone())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success());
    }

    pub async fn rehearse(&self, mode: &str, seconds: u32) {
        let fields = [("mode", mode.to_owned()), ("seconds", seconds.to_string())];
        let request = reqwest::Client::new().post(format!("{}/rehearsal", self.base));
        assert!(
            request
                .form(&fields)
                .send()
                .await
                .unwrap()
                .status()
                .is_success()
        );
    }

    /// A number from `/metrics`.
    pub async fn metric(&self, name: &str) -> f64 {
        let answer = reqwest::get(format!("{}/metrics", self.base))
            .await
            .unwrap();
        let text = answer.text().await.unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} is missing"))
            .trim()
            .parse()
            .unwrap()
    }

    /// Commits of the store's database, and the pieces of work in them.
    pub async fn commits(&self) -> (f64, f64) {
        (
            self.metric("database_commits_total{database=\"store\"}")
                .await,
            self.metric("database_steps_total{database=\"store\"}")
                .await,
        )
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn memory_kb(&self) -> String {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS"));
        line.and_then(|line| line.split_whitespace().nth(1))
            .unwrap()
            .to_owned()
    }

    /// SIGKILL.
    pub fn kill(self) {
        drop(self);
    }
}

/// A measurement that cannot go on leaves nothing running.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
