//! SQLite in a process of the test's own, which can do what the program cannot: commit without waiting for the disk.

use rusqlite::Connection;

pub const SYNCHRONOUS: &str = "PROOF_CHILD_SYNCHRONOUS";
pub const FILE: &str = "PROOF_CHILD_FILE";

/// Commits a row and says so. Does nothing unless it is run under strace by the test beside it.
#[test]
fn a_traced_process() {
    let Ok(synchronous) = std::env::var(SYNCHRONOUS) else {
        return;
    };
    let conn = Connection::open(std::env::var(FILE).unwrap()).unwrap();
    let settings = format!("PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};");
    conn.execute_batch(&settings).unwrap();
    conn.execute_batch("CREATE TABLE t (a INTEGER)").unwrap();
    println!("REQUEST");
    conn.execute_batch("INSERT INTO t VALUES (1)").unwrap();
    println!("REPLY");
}
