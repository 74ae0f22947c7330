//! E-mails that are owed about an order: written down with what they are about, sent by the outbox.

use super::State;
use crate::keys::Ids;
use database::{Change, Conn};

/// A customer who saw that an order was not placed mostly places it again at once: then nobody needs
/// the e-mail any more.
const REJECTED_LATER_MS: i64 = 10 * 60 * 1_000;

/// An e-mail is owed about an order from now on, once.
pub(crate) async fn owe(
    tx: &mut Conn,
    ids: &Ids,
    key: &str,
    about: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let owed = owed_at(ids, key, about, now_ms, now_ms);
    owed.execute(tx).await.map(|_| ())
}

/// The e-mail that is owed when an order has come to an end, if it has.
pub(crate) fn owed_end(ids: &Ids, key: &str, state: State, now_ms: i64) -> Option<Change<'static>> {
    let due_at = match state {
        State::Confirmed | State::Cancelled => now_ms,
        State::Rejected => now_ms + REJECTED_LATER_MS,
        // Whoever settles an order by hand tells its customer.
        State::Settled
        | State::Journalled
        | State::Sending
        | State::RetryWait
        | State::Unknown
        | State::Voiding
        | State::Quarantined => return None,
    };
    Some(owed_at(ids, key, state.as_str(), due_at, now_ms))
}

fn owed_at(ids: &Ids, key: &str, about: &str, due_at: i64, now_ms: i64) -> Change<'static> {
    sqlx::query(
        "INSERT INTO mails (id, order_key, about, created_at, due_at, tries)
         VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (order_key, about) DO NOTHING",
    )
    .bind(ids.uuid().to_string())
    .bind(key)
    .bind(about)
    .bind(now_ms)
    .bind(due_at)
}
