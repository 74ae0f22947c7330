//! EntMine's lists as they are at the end, read past it: positions without gaps, and stock that adds up.

use sqlx::{AnyConnection, Connection};
use std::collections::HashMap;

/// A movement of the ledger: SKU, kind, both changes, and both stocks afterwards.
type Movement = (String, String, i64, i64, i64, i64);

/// Lists whose positions are a sequence's numbers, from 1 and each once.
const LISTS: [(&str, &str, &str); 5] = [
    ("orders", "position", "orders"),
    ("status_changes", "position", "status"),
    ("stock_movements", "position", "stock"),
    ("catalog_changes", "seq", "catalog"),
    ("audit", "position", "audit"),
];

pub async fn faults(url: &str) -> Vec<String> {
    let mut db = AnyConnection::connect(url).await.unwrap();
    let mut wrong = Vec::new();
    for (table, column, sequence) in LISTS {
        let sql = format!(
            "SELECT COUNT(DISTINCT {column}), COALESCE(MAX({column}), 0),
                    (SELECT last FROM sequences WHERE name = '{sequence}') FROM {table}"
        );
        let read = sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_one(&mut db);
        let found: (i64, i64, i64) = read.await.unwrap();
        if found.0 != found.1 || found.1 != found.2 {
            wrong.push(format!(
                "{table} has gaps (rows, last one, last number): {found:?}"
            ));
        }
    }
    let movements: Vec<Movement> = sqlx::query_as(
        "SELECT sku, kind, on_hand_change, reserved_change, on_hand, reserved
         FROM stock_movements ORDER BY position",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let (mut stocks, sums) = adds_up(&movements);
    wrong.extend(sums);
    let products: Vec<(String, i64, i64)> =
        sqlx::query_as("SELECT sku, on_hand, reserved FROM products")
            .fetch_all(&mut db)
            .await
            .unwrap();
    for (sku, on_hand, reserved) in products {
        let last = stocks.remove(&sku).unwrap_or_default();
        if last != (on_hand, reserved) {
            wrong.push(format!(
                "{sku} is {on_hand} on hand, {reserved} reserved, by its ledger {last:?}"
            ));
        }
    }
    wrong
}

/// What is on hand and reserved of each product after its movements, and which of them do not follow.
fn adds_up(movements: &[Movement]) -> (HashMap<String, (i64, i64)>, Vec<String>) {
    let mut stocks: HashMap<String, (i64, i64)> = HashMap::new();
    let mut wrong = Vec::new();
    for movement in movements {
        let (sku, kind, on_hand_change, reserved_change, on_hand, reserved) = movement;
        let stock = stocks.entry(sku.clone()).or_default();
        let sum = (stock.0 + on_hand_change, stock.1 + reserved_change);
        *stock = (*on_hand, *reserved);
        if *stock != sum {
            wrong.push(format!(
                "the ledger does not add up to {sum:?}: {movement:?}"
            ));
        }
        if kind == "reservation" && reserved > on_hand {
            wrong.push(format!("more was promised than there is: {movement:?}"));
        }
    }
    (stocks, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movement(kind: &str, changes: (i64, i64), after: (i64, i64)) -> Movement {
        let (on_hand, reserved) = after;
        (
            "WAND".into(),
            kind.into(),
            changes.0,
            changes.1,
            on_hand,
            reserved,
        )
    }

    #[test]
    fn a_ledger_adds_up_or_is_found_out() {
        let receipt = || movement("receipt", (5, 0), (5, 0));
        let reservation = |pieces, after| movement("reservation", (0, pieces), (5, after));
        let found = |movements: &[Movement]| adds_up(movements).1.len();
        assert_eq!(found(&[receipt(), reservation(2, 2), reservation(3, 5)]), 0);
        // Summed beside one another, and one of them is lost.
        assert_eq!(found(&[receipt(), reservation(2, 2), reservation(3, 3)]), 1);
        assert_eq!(found(&[receipt(), reservation(6, 6)]), 1);
    }
}
