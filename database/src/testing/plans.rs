//! Whether what tests do to a database will still be quick when its tables have grown.
//!
//! Every statement that a test of either system runs is noted by its text. When the test's database goes, that says
//! how it runs each of them: none may read a table from its beginning to its end that grows with the shop, unless
//! [`ALLOWED`] says why.

mod postgres;

use super::log::{Listener, is_of_rows, is_of_statements};
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, Once};

/// Tables that grow with every customer, order or product.
const GROWING: [&str; 20] = [
    "sessions",
    "session_tokens",
    "carts",
    "cart_lines",
    "orders",
    "attempts",
    "order_notes",
    "adopted",
    "mails",
    "products",
    "products_staged",
    "stock",
    "prices",
    "catalog_changes",
    "verdicts",
    "order_lines",
    "order_words",
    "status_changes",
    "audit",
    "stock_movements",
];

/// Statements, or with an ellipsis their beginnings, that read all of a table all the same, and why they may.
const ALLOWED: &[(&str, &str)] = &[
    // The catalogue, which grows with the shop and not with its customers; and comparisons of everything.
    (
        "SELECT * FROM products…",
        "imports, bulk prices and staff's searches are about all products",
    ),
    (
        "SELECT COUNT(*) FROM orders WHERE number IS NOT NULL",
        "the figures name all orders that are confirmed; they are counted in an index",
    ),
    (
        "DELETE FROM stock WHERE NOT EXISTS…",
        "a snapshot replaces all of the catalogue",
    ),
    (
        "DELETE FROM products WHERE NOT EXISTS…",
        "a snapshot replaces all of the catalogue",
    ),
    (
        "SELECT COUNT(*) FROM products…",
        "searches say how many they found",
    ),
    (
        "SELECT sku, version, name, category, description FROM products…",
        "once at the start",
    ),
    (
        "SELECT sku, version, price_minor…",
        "a digest is of all products",
    ),
    (
        "SELECT p.sku, COALESCE(s.available, 0)…",
        "a digest is of all stocks",
    ),
    (
        "SELECT COALESCE(available, 0) AS available, sku…",
        "an operator compares all products",
    ),
    (
        "INSERT INTO categories (slug, name, products, image) SELECT category_slug, MIN(category), COUNT(*), MAX(image) \
         FROM products WHERE published = 1 AND listed = 1 GROUP BY…",
        "a snapshot's categories are those of all products",
    ),
    (
        "SELECT category_slug, MIN(category), COUNT(*), MAX(image) FROM products…",
        "once an hour it is looked whether the categories are those of the products",
    ),
];

/// Indexes that hold a few rows only, such as those that wait for a person.
const FEW: [&str; 1] = ["orders_attention"];

static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Begins to note statements, once in a process.
///
/// # Panics
/// Where somebody else listens to all of the process: then nothing would be noted.
pub(super) fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let hear = |sql: &str| {
            SEEN.lock().unwrap().insert(sql.to_owned());
        };
        let listens = is_of_statements;
        tracing::subscriber::set_global_default(Listener { listens, hear }).unwrap();
    });
}

/// The statements of this process that read all of a growing table of this database, with what SQLite says to them.
pub(super) fn scans(file: &Path) -> Vec<String> {
    let Ok(conn) = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY) else {
        return Vec::new();
    };
    let mut scans = Vec::new();
    for sql in noted() {
        // What cannot be explained here is of the other system's tables.
        for step in plan(&conn, &sql).unwrap_or_default() {
            if reads_all(&sql, &step) {
                scans.push(format!("{step}: {}", one_line(&sql)));
            }
        }
    }
    scans
}

/// The same of a PostgreSQL database, of statements that no other one of the same system has explained yet.
pub(super) async fn scans_of_postgres(url: &str) -> Vec<String> {
    /// By the tables of the database, and their text.
    static LOOKED_AT: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());
    let Some(mut database) = postgres::Database::connect(url).await else {
        return Vec::new();
    };
    let tables = database.tables().await;
    let mut scans = Vec::new();
    for sql in noted() {
        let looking_at = (tables.clone(), sql.clone());
        if LOOKED_AT.lock().unwrap().contains(&looking_at) {
            continue;
        }
        let Some(steps) = database.full_reads(&sql).await else {
            continue;
        };
        LOOKED_AT.lock().unwrap().insert(looking_at);
        for (table, step) in steps {
            let is_of_few = FEW.iter().any(|index| step.contains(index));
            let ends_early = step.starts_with("Index") && sql.contains("LIMIT");
            if GROWING.contains(&&*table) && !is_of_few && !ends_early {
                scans.push(format!("{step}: {}", one_line(&sql)));
            }
        }
    }
    scans
}

/// The statements of this process that read or change rows, but for those that are allowed.
fn noted() -> Vec<String> {
    let is_noted = |sql: &&String| is_of_rows(sql) && !is_allowed(&one_line(sql));
    SEEN.lock()
        .unwrap()
        .iter()
        .filter(is_noted)
        .cloned()
        .collect()
}

fn is_allowed(sql: &str) -> bool {
    ALLOWED
        .iter()
        .any(|(text, _)| match text.strip_suffix('…') {
            Some(begin) => sql.starts_with(begin),
            None => sql == *text,
        })
}

fn plan(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut explained = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let steps = explained.raw_query().mapped(|row| row.get("detail"));
    steps.collect()
}

/// `SCAN t`, `SEARCH t`, or `SCAN t USING INDEX i` where nothing ends it early. `t` may be another name of the table.
fn reads_all(sql: &str, step: &str) -> bool {
    // A search without an index is for the smallest or greatest value of all.
    let searched = step
        .strip_prefix("SEARCH ")
        .filter(|rest| !rest.contains(' '));
    let Some(rest) = step.strip_prefix("SCAN ").or(searched) else {
        return false;
    };
    let (name, how) = rest.split_once(' ').unwrap_or((rest, ""));
    let sql_line = one_line(sql);
    let is_named =
        |between: &str, table: &str| sql_line.contains(&format!(" {table}{between}{name} "));
    let grows = GROWING
        .iter()
        .any(|table| name == *table || is_named(" ", table) || is_named(" AS ", table));
    let is_of_few = FEW.iter().any(|index| how.ends_with(index));
    grows && !is_of_few && !(how.contains("INDEX") && sql.contains("LIMIT"))
}

fn one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
