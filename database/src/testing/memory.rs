//! A SQLite database in memory, for simulations that begin anew thousands of times.

use crate::address::Address;
use crate::conn::{Conn, connect};
use crate::readers::Readers;
use crate::{Database, Plan};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::path::{Path, PathBuf};

/// A database that is empty at each of its beginnings, which may be on different runtimes, one after the other. Its
/// connections, with the statements that they have prepared, stay. For runtimes of one thread: there nobody reads
/// while somebody writes, which such a database cannot do.
pub struct Memory {
    address: Address,
    /// Keeps it there while nobody else is connected, and empties it.
    keeper: Connection,
    empty: String,
    /// Of the last run: the writer's connection, if it had one in the end, and the readers.
    kept: Option<(Option<Conn>, Readers)>,
}

impl Memory {
    /// A database with the tables of a file.
    ///
    /// # Panics
    /// Where the file cannot be read.
    pub fn like(file: &Path) -> Self {
        // SQLite gives a database to all of the process that name it so.
        let name = format!("file:/test_{}?vfs=memdb", super::unique());
        let keeper = Connection::open(&name).unwrap();
        let original = Connection::open(file).unwrap();
        original.execute("VACUUM INTO $1", [&name]).unwrap();
        // So that deleting takes no look at each row.
        for triggers in [
            DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER,
            DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY,
        ] {
            keeper.set_db_config(triggers, false).unwrap();
        }
        Self {
            address: Address::Sqlite(PathBuf::from(name)),
            empty: emptying(&keeper),
            keeper,
            kept: None,
        }
    }

    /// Begins with it; the run before has ended.
    ///
    /// # Panics
    /// Where somebody still has it.
    pub async fn begin(&mut self, plan: Plan) -> Database {
        self.keeper.execute_batch(&self.empty).unwrap();
        let (conn, readers) = match self.kept.take() {
            Some((conn, readers)) => (conn, readers),
            None => {
                let readers = Readers::open(self.address.clone(), plan.readers).await;
                (None, readers.unwrap())
            }
        };
        let conn = match conn {
            Some(conn) => conn,
            None => connect(&self.address).await.unwrap(),
        };
        let named = "memory".to_owned();
        Database::on(self.address.clone(), named, None, plan, conn, readers).unwrap()
    }

    /// Ends the run, after the work that was queued.
    pub async fn end(&mut self, database: &Database) {
        let conn = database.end_writer().await;
        self.kept = Some((conn, database.inner.readers.clone()));
    }
}

/// What empties all tables, but for the migrations'. They are empty in the beginning too.
fn emptying(keeper: &Connection) -> String {
    let tables =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> '_sqlx_migrations'";
    let mut tables = keeper.prepare(tables).unwrap();
    let tables = tables.query_map([], |row| row.get(0)).unwrap();
    let mut deletes = String::new();
    for table in tables {
        let table: String = table.unwrap();
        let any = format!("SELECT 1 FROM {table}");
        assert!(
            !keeper.prepare(&any).unwrap().exists([]).unwrap(),
            "{table}"
        );
        deletes += &format!("DELETE FROM {table};");
    }
    format!("BEGIN; {deletes} COMMIT")
}
