//! One page of EntMine's orders against the journal.

use super::Reconciled;
use super::lost::STILL_LOST;
use crate::journal::{self, Order, Settlement, State, Waits};
use crate::keys::Ids;
use crate::push::mismatch;
use database::Conn;
use model::{Acceptance, AcceptedOrder, OrderPage, Verdict};
use std::collections::BTreeSet;

const KNOWN_AGAIN: &str =
    "EntMine has its customer's data again, which were erased: erase them there once more";

/// Settles what a page says; gives the keys whose orders changed, and the counts.
pub(super) async fn settle_page(
    tx: &mut Conn,
    ids: &Ids,
    page: &OrderPage,
    now_ms: i64,
) -> Result<(Vec<String>, Reconciled), sqlx::Error> {
    let (mut keys, mut done) = (Vec::new(), Reconciled::default());
    let listed = accepted(page).map(|accepted| accepted.key.as_str());
    let mut known = journal::by_keys(tx, listed.clone()).await?;
    journal::seen(tx, listed, now_ms).await?;
    for accepted in accepted(page) {
        done.seen += 1;
        let Some(order) = known.get(&accepted.key) else {
            done.adopted += adopt(tx, accepted, now_ms).await?;
            continue;
        };
        if settle_order(tx, ids, order, accepted, &mut done, now_ms).await? {
            keys.push(accepted.key.clone());
            // It may be there once more.
            let now = journal::by_key(tx, &accepted.key).await?;
            known.extend(now.map(|order| (order.key.clone(), order)));
        }
    }
    if done.adopted > 0 {
        tracing::warn!(
            orders = done.adopted,
            "orders that this store does not know were adopted"
        );
    }
    Ok((keys, done))
}

/// Whether EntMine has an order on this page that neither the journal nor an earlier page had.
pub(super) async fn has_unknown(db: &mut Conn, page: &OrderPage) -> Result<bool, sqlx::Error> {
    let listed: BTreeSet<&str> = accepted(page)
        .map(|accepted| accepted.key.as_str())
        .collect();
    let known = journal::known(db, listed.iter().copied()).await?;
    Ok(listed.len() > known.len())
}

fn accepted(page: &OrderPage) -> impl Iterator<Item = &AcceptedOrder> + Clone {
    page.orders.iter().filter_map(|verdict| match verdict {
        Verdict::Accepted(accepted) => Some(accepted),
        Verdict::Rejected { .. } => None,
    })
}

/// Settles one order that both sides know; whether it changed.
async fn settle_order(
    tx: &mut Conn,
    ids: &Ids,
    order: &Order,
    accepted: &AcceptedOrder,
    done: &mut Reconciled,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    let acceptance = Acceptance::from(accepted.clone());
    if let Some(differs) = mismatch(order, &acceptance) {
        done.marked += 1;
        journal::mark(tx, &order.key, &differs, now_ms).await?;
        return Ok(false);
    }
    if order.standing.state == State::Confirmed
        && order.standing.number.as_deref() == Some(&accepted.number)
    {
        if order.standing.attention.as_deref() == Some(STILL_LOST) {
            journal::unmark_of(tx, &order.key, STILL_LOST, now_ms).await?;
        }
        let followed = follow_status(tx, ids, order, accepted, done, now_ms).await?;
        let erased = follow_erasure(tx, order, accepted, done, now_ms).await?;
        return Ok(followed || erased);
    }
    let never = |_| 0;
    let waits = Waits {
        new_round: false,
        after: &never,
    };
    // Fences begin at 1: this belongs to no attempt, and an acceptance is true whenever it comes.
    let found = journal::for_attempt(tx, &order.key, Some(&acceptance.number)).await?;
    let found = found.ok_or(sqlx::Error::RowNotFound)?;
    let settlement = Settlement::Accepted(acceptance);
    let standing = journal::settle(tx, ids, found, 0, &settlement, waits, now_ms).await?;
    if standing.state == State::Confirmed && order.standing.state != State::Confirmed {
        done.confirmed += 1;
        if accepted.erased {
            journal::erase(tx, &order.key, journal::IN_ENTMINE, now_ms).await?;
        }
        journal::note(tx, &order.key, "reconciled", "EntMine has it", now_ms).await?;
        return Ok(true);
    }
    done.marked += 1;
    Ok(false)
}

/// Whether the order changed. A backup of EntMine that is older than an erasure brings the customer back there; here
/// nothing is left by which to erase them again, so a person is told.
async fn follow_erasure(
    tx: &mut Conn,
    order: &Order,
    accepted: &AcceptedOrder,
    done: &mut Reconciled,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    match (accepted.erased, order.erased) {
        (true, false) => {
            return journal::erase(tx, &order.key, journal::IN_ENTMINE, now_ms).await;
        }
        (true, true) => journal::unmark_of(tx, &order.key, KNOWN_AGAIN, now_ms).await?,
        (false, true) => {
            done.marked += 1;
            journal::mark(tx, &order.key, KNOWN_AGAIN, now_ms).await?;
        }
        (false, false) => {}
    }
    Ok(false)
}

async fn follow_status(
    tx: &mut Conn,
    ids: &Ids,
    order: &Order,
    accepted: &AcceptedOrder,
    done: &mut Reconciled,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    if order.standing.erp_status == Some(accepted.status) {
        return Ok(false);
    }
    sqlx::query("UPDATE orders SET erp_status = $2, updated_at = $3 WHERE order_key = $1")
        .bind(&order.key)
        .bind(accepted.status.as_str())
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
    journal::note(tx, &order.key, "status", accepted.status.as_str(), now_ms).await?;
    let about = format!("status:{}", accepted.status.as_str());
    journal::owe(tx, ids, &order.key, &about, now_ms).await?;
    done.statuses += 1;
    Ok(true)
}

/// Remembers an order that the journal does not know; 1 where it is new.
async fn adopt(tx: &mut Conn, accepted: &AcceptedOrder, now_ms: i64) -> Result<u64, sqlx::Error> {
    let known: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM adopted WHERE order_key = $1")
        .bind(&accepted.key)
        .fetch_one(&mut *tx)
        .await?;
    sqlx::query(
        "INSERT INTO adopted (order_key, number, total_minor, currency, status, accepted_at, adopted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (order_key) DO UPDATE SET status = excluded.status",
    )
    .bind(&accepted.key)
    .bind(&accepted.number)
    .bind(accepted.total_minor)
    .bind(&accepted.currency)
    .bind(accepted.status.as_str())
    .bind(&accepted.accepted_at)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(u64::from(known == 0))
}
