//! Statements for many rows at once, in the text that both engines understand.

use sqlx::AssertSqlSafe;
use std::fmt::Write as _;

/// Rows in one statement. More gain nothing measurable; SQLite takes at most 32,766 parameters and
/// the widest table here has 21 columns.
pub const BATCH_ROWS: usize = 200;

/// `<head> VALUES ($1, $2), ($3, $4) <tail>`. The text depends only on the code and on counts, never
/// on data, which is what makes it safe.
pub fn insert(
    head: &'static str,
    columns: usize,
    rows: usize,
    tail: &'static str,
) -> AssertSqlSafe<String> {
    values(head, columns, rows, tail)
}

fn values(head: &str, columns: usize, rows: usize, tail: &str) -> AssertSqlSafe<String> {
    let mut sql = String::with_capacity(head.len() + tail.len() + rows * columns * 6);
    sql.push_str(head);
    sql.push_str(" VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=columns {
            let comma = if column == 1 { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(sql, "{comma}${}", row * columns + column);
        }
        sql.push(')');
    }
    sql.push(' ');
    sql.push_str(tail);
    AssertSqlSafe(sql)
}

/// `INSERT INTO <table> (<columns>) VALUES ($1, $2), ($3, $4)`.
pub fn insert_columns(
    table: &'static str,
    columns: &[&'static str],
    rows: usize,
) -> AssertSqlSafe<String> {
    let head = format!("INSERT INTO {table} ({})", columns.join(", "));
    values(&head, columns.len(), rows, "")
}

/// `INSERT INTO <table> (<columns>) VALUES … ON CONFLICT (<key>) DO UPDATE SET <set> <tail>`: `set` are the columns
/// that a row has anew where there is one already.
pub fn upsert(
    table: &'static str,
    columns: &[&'static str],
    rows: usize,
    key: &'static str,
    set: &[&'static str],
    tail: &'static str,
) -> AssertSqlSafe<String> {
    let head = format!("INSERT INTO {table} ({})", columns.join(", "));
    let tail = format!("{} {tail}", on_conflict(key, set));
    values(&head, columns.len(), rows, &tail)
}

/// `ON CONFLICT (<key>) DO UPDATE SET a = excluded.a, b = excluded.b`.
pub fn on_conflict(key: &'static str, set: &[&'static str]) -> String {
    let set: Vec<_> = set.iter().map(|c| format!("{c} = excluded.{c}")).collect();
    format!("ON CONFLICT ({key}) DO UPDATE SET {}", set.join(", "))
}

/// `<head> ($1, $2, $3) <tail>`, for a list of values.
pub fn listed(head: &'static str, values: usize, tail: &'static str) -> AssertSqlSafe<String> {
    listed_after(head, 0, values, tail)
}

/// As [`listed`], where the head has so many parameters of its own.
pub fn listed_after(
    head: &'static str,
    own: usize,
    values: usize,
    tail: &'static str,
) -> AssertSqlSafe<String> {
    let places: Vec<String> = (own + 1..=own + values)
        .map(|place| format!("${place}"))
        .collect();
    AssertSqlSafe(format!("{head} ({}) {tail}", places.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_number_of_its_own() {
        assert_eq!(
            insert("INSERT INTO t (a, b)", 2, 2, "RETURNING a").0,
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) RETURNING a"
        );
        assert_eq!(
            upsert("t", &["a", "b"], 2, "a", &["b"], "WHERE t.b < 1").0,
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) \
             ON CONFLICT (a) DO UPDATE SET b = excluded.b WHERE t.b < 1"
        );
        let sql = listed_after("UPDATE t SET b = $1 WHERE a IN", 1, 2, "RETURNING a");
        assert_eq!(sql.0, "UPDATE t SET b = $1 WHERE a IN ($2, $3) RETURNING a");
        assert_eq!(
            listed("SELECT a FROM t WHERE a IN", 1, "").0,
            "SELECT a FROM t WHERE a IN ($1) "
        );
    }
}
