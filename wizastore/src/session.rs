//! Sessions: a browser is known by a random cookie, of which only the hash is kept.

use crate::Knobs;
use crate::db::SWEPT;
use crate::keys::{Ids, first_of, token_hash};
use database::{Change, Conn, Readers, Together};
use model::{Cart, Reason};

/// The session of a cookie's token, if there is one.
pub(crate) async fn find(reader: &Readers, token: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT session_id FROM session_tokens WHERE token_hash = $1")
        .bind(token_hash(token))
        .fetch_optional(reader)
        .await
}

/// Begins a session; gives its id and the token for the cookie.
pub(crate) fn begin(
    changes: &mut Together,
    ids: &Ids,
    now_ms: i64,
) -> Result<(String, String), sqlx::Error> {
    let id = ids.uuid().to_string();
    let session = sqlx::query("INSERT INTO sessions (id, created_at, seen_at) VALUES ($1, $2, $2)");
    changes.add(session.bind(&id).bind(now_ms))?;
    let (token, insert) = new_token(ids, &id, now_ms);
    changes.add(insert)?;
    Ok((id, token))
}

/// A further token for a session: for a browser that lost its cookie and proved with key and
/// receipt that the cart is its own.
pub(crate) async fn add_token(
    tx: &mut Conn,
    ids: &Ids,
    session_id: &str,
    now_ms: i64,
) -> Result<String, sqlx::Error> {
    let (token, insert) = new_token(ids, session_id, now_ms);
    insert.execute(tx).await?;
    Ok(token)
}

fn new_token(ids: &Ids, session_id: &str, now_ms: i64) -> (String, Change<'static>) {
    let token = ids.session_token();
    let insert = sqlx::query(
        "INSERT INTO session_tokens (token_hash, session_id, created_at) VALUES ($1, $2, $3)",
    );
    let insert = insert
        .bind(token_hash(&token))
        .bind(session_id)
        .bind(now_ms);
    (token, insert)
}

/// What the checkout keeps between two posts: the form and the reasons, both as JSON.
pub(crate) async fn keep_draft(
    tx: &mut Conn,
    session_id: &str,
    draft: Option<&str>,
    reasons: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET draft = $2, reasons = $3 WHERE id = $1")
        .bind(session_id)
        .bind(draft)
        .bind(reasons)
        .execute(tx)
        .await
        .map(|_| ())
}

/// The session's browser is here and changed its cart: reasons that this answers are forgotten, so that
/// the checkout names the others.
pub(crate) async fn changed_cart(
    tx: &mut Conn,
    session_id: &str,
    cart: &Cart,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let kept: Option<String> =
        sqlx::query_scalar("UPDATE sessions SET seen_at = $2 WHERE id = $1 RETURNING reasons")
            .bind(session_id)
            .bind(now_ms)
            .fetch_one(&mut *tx)
            .await?;
    let Some(reasons) = kept.and_then(|json| serde_json::from_str::<Vec<Reason>>(&json).ok())
    else {
        return Ok(());
    };
    let about_the_old_cart = |reason: &Reason| {
        matches!(
            reason,
            Reason::CartChanged
                | Reason::CartEmpty
                | Reason::TotalMismatch { .. }
                | Reason::UnknownOrder
        )
    };
    let standing: Vec<_> = reasons
        .into_iter()
        .filter(|reason| reason.still_stands(cart) && !about_the_old_cart(reason))
        .collect();
    let json = serde_json::to_string(&standing)
        .ok()
        .filter(|_| !standing.is_empty());
    sqlx::query("UPDATE sessions SET reasons = $2 WHERE id = $1")
        .bind(session_id)
        .bind(json)
        .execute(tx)
        .await
        .map(|_| ())
}

/// A look at one's orders is written down at most this often.
const SEEN_EVERY_MS: i64 = 24 * 3600 * 1_000;

/// An order was placed: what was typed for it is in the order now.
pub(crate) fn ordered(session_id: &str, now_ms: i64) -> Change<'static> {
    sqlx::query(
        "UPDATE sessions SET draft = NULL, reasons = NULL, ordered = 1, seen_at = $2 WHERE id = $1",
    )
    .bind(session_id)
    .bind(now_ms)
}

/// Whether it is long enough ago that a session was seen, to write it down again.
pub(crate) async fn is_seen_anew(
    reader: &Readers,
    session_id: &str,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    let seen_at: Option<i64> = sqlx::query_scalar("SELECT seen_at FROM sessions WHERE id = $1")
        .bind(session_id)
        .fetch_optional(reader)
        .await?;
    Ok(seen_at.is_some_and(|seen_at| now_ms - seen_at >= SEEN_EVERY_MS))
}

/// Writes down that a session's browser is here.
pub(crate) async fn seen(tx: &mut Conn, session_id: &str, now_ms: i64) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2")
        .bind(session_id)
        .bind(now_ms)
        .execute(tx)
        .await
        .map(|_| ())
}

/// A browser is to know nothing of its session any more; the session's orders go on.
pub(crate) async fn forget(tx: &mut Conn, token: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM session_tokens WHERE token_hash = $1")
        .bind(token_hash(token))
        .execute(tx)
        .await
        .map(|_| ())
}

/// What a sweep removes, each kind by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swept {
    Carts,
    Drafts,
    /// Sessions without an order.
    Idle,
    /// Sessions with orders.
    Gone,
    /// Attempts of orders that have ended.
    Attempts,
}

impl Swept {
    pub(crate) const ALL: [Self; 5] = [
        Self::Carts,
        Self::Drafts,
        Self::Idle,
        Self::Gone,
        Self::Attempts,
    ];

    /// Removes some of what nobody touched for long, no more than [`SWEPT`]: sessions without an order and all
    /// carts and drafts after `cart_idle`, sessions with orders after `session_kept`, except where an order is
    /// still open: its customer may come back for news; attempts after `history_kept`. Gives how many rows it was.
    pub(crate) async fn sweep(
        self,
        tx: &mut Conn,
        now_ms: i64,
        knobs: &Knobs,
    ) -> Result<u64, sqlx::Error> {
        let kept = match self {
            Self::Carts | Self::Drafts | Self::Idle => knobs.cart_idle,
            Self::Gone => knobs.session_kept,
            Self::Attempts => knobs.history_kept,
        };
        let until_ms = now_ms - kept.as_millis() as i64;
        let sql = match self {
            // A cart that is younger cannot be idle for so long, and needs no look.
            Self::Carts => {
                "DELETE FROM carts WHERE order_key IN (
                     SELECT carts.order_key FROM carts JOIN sessions ON sessions.id = carts.session_id
                     WHERE carts.created_at < $1 AND sessions.seen_at < $1
                     ORDER BY carts.created_at LIMIT $2)"
            }
            Self::Drafts => {
                "UPDATE sessions SET draft = NULL, reasons = NULL WHERE id IN (
                     SELECT id FROM sessions
                     WHERE seen_at < $1 AND (draft IS NOT NULL OR reasons IS NOT NULL)
                     ORDER BY seen_at LIMIT $2)"
            }
            // A program from before `ordered` may run beside this one, so the orders are asked in both cases.
            Self::Idle => {
                "DELETE FROM sessions WHERE id IN (
                     SELECT id FROM sessions WHERE ordered = 0 AND seen_at < $1 AND NOT EXISTS (
                         SELECT 1 FROM orders WHERE orders.session_id = sessions.id)
                     ORDER BY seen_at LIMIT $2)"
            }
            Self::Gone => {
                "DELETE FROM sessions WHERE id IN (
                     SELECT id FROM sessions WHERE ordered IN (0, 1) AND seen_at < $1 AND NOT EXISTS (
                         SELECT 1 FROM orders WHERE orders.session_id = sessions.id
                         AND orders.state NOT IN ('confirmed', 'rejected', 'cancelled', 'settled'))
                     LIMIT $2)"
            }
            // Keys are UUIDs of version 7: their order is that of time, and the oldest come first.
            Self::Attempts => {
                "DELETE FROM attempts WHERE (order_key, fence) IN (
                     SELECT a.order_key, a.fence FROM attempts a CROSS JOIN orders o
                     WHERE o.order_key = a.order_key AND a.order_key < $3
                       AND COALESCE(a.ended_at, a.started_at) < $1
                       AND o.state IN ('confirmed', 'rejected', 'cancelled', 'settled')
                     ORDER BY a.order_key LIMIT $2)"
            }
        };
        let swept = sqlx::query(sql).bind(until_ms).bind(SWEPT as i64);
        let swept = match self {
            Self::Attempts => swept.bind(first_of(until_ms)),
            Self::Carts | Self::Drafts | Self::Idle | Self::Gone => swept,
        };
        Ok(swept.execute(tx).await?.rows_affected())
    }
}
