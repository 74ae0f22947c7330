//! Sessions: a browser is known by a random cookie, of which only the hash is kept.

use crate::keys::{mint_session_token, token_hash};
use model::{Cart, Reason};
use sqlx::{AnyConnection, AnyPool};
use uuid::Uuid;

/// The session of a cookie's token, if there is one.
pub(crate) async fn find(reader: &AnyPool, token: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT session_id FROM session_tokens WHERE token_hash = $1")
        .bind(token_hash(token))
        .fetch_optional(reader)
        .await
}

/// Begins a session; gives its id and the token for the cookie.
pub(crate) async fn begin(
    tx: &mut AnyConnection,
    now_ms: i64,
) -> Result<(String, String), sqlx::Error> {
    let id = Uuid::now_v7().to_string();
    sqlx::query("INSERT INTO sessions (id, created_at, seen_at) VALUES ($1, $2, $2)")
        .bind(&id)
        .bind(now_ms)
        .execute(&mut *tx)
        .await?;
    let token = add_token(tx, &id, now_ms).await?;
    Ok((id, token))
}

/// A further token for a session: for a browser that lost its cookie and proved with key and
/// receipt that the cart is its own.
pub(crate) async fn add_token(
    tx: &mut AnyConnection,
    session_id: &str,
    now_ms: i64,
) -> Result<String, sqlx::Error> {
    let token = mint_session_token();
    sqlx::query(
        "INSERT INTO session_tokens (token_hash, session_id, created_at) VALUES ($1, $2, $3)",
    )
    .bind(token_hash(&token))
    .bind(session_id)
    .bind(now_ms)
    .execute(tx)
    .await?;
    Ok(token)
}

/// What the checkout keeps between two posts: the form and the reasons, both as JSON.
pub(crate) async fn keep_draft(
    tx: &mut AnyConnection,
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

/// Forgets the reasons that a changed cart has answered, so that the checkout names the others.
pub(crate) async fn drop_answered_reasons(
    tx: &mut AnyConnection,
    session_id: &str,
    cart: &Cart,
) -> Result<(), sqlx::Error> {
    let kept: Option<String> = sqlx::query_scalar("SELECT reasons FROM sessions WHERE id = $1")
        .bind(session_id)
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

/// Removes sessions, with their carts, that nobody touched since `idle_since`, except where an
/// order is still open: its customer may come back for news.
pub(crate) async fn sweep(tx: &mut AnyConnection, idle_since: i64) -> Result<u64, sqlx::Error> {
    sqlx::query(
        "DELETE FROM sessions WHERE seen_at < $1 AND NOT EXISTS (
             SELECT 1 FROM orders WHERE orders.session_id = sessions.id
             AND orders.state NOT IN ('confirmed', 'rejected', 'cancelled', 'settled'))",
    )
    .bind(idle_since)
    .execute(tx)
    .await
    .map(|done| done.rows_affected())
}
