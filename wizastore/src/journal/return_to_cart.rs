//! The lines of an order that was not placed go back to its customer.

use super::standing::Standing;
use super::{Order, State};
use crate::keys::Ids;
use crate::{cart, session};
use database::Conn;
use model::{OrderRequest, Reason};

/// After an order was rejected or cancelled its lines go back into the session's cart, at the prices
/// that EntMine named; after a rejection the checkout gets form and reasons back. Does nothing in
/// any other state, nor a second time.
pub(super) async fn after(
    tx: &mut Conn,
    ids: &Ids,
    order: &Order,
    then: &Standing,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    let state = then.state;
    let ended = state == State::Rejected || state == State::Cancelled;
    if !ended || order.back_in_cart {
        return Ok(());
    }
    let session_lives: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sessions WHERE id = $1")
        .bind(&order.session_id)
        .fetch_one(&mut *tx)
        .await?;
    let Ok(request) = serde_json::from_slice::<OrderRequest>(&order.body) else {
        return Ok(());
    };
    if session_lives == 0 {
        return Ok(());
    }
    let reasons = &then.reasons;
    let returned: Vec<_> = request
        .lines
        .iter()
        .map(|line| {
            let named = reasons.iter().find_map(|reason| match reason {
                Reason::PriceChanged {
                    sku,
                    current_minor,
                    price_version,
                    ..
                } if *sku == line.sku => Some((*current_minor, *price_version)),
                _ => None,
            });
            let (price, version) = named.unwrap_or((line.unit_price_minor, line.price_version));
            cart::ReturnedLine {
                sku: line.sku.clone(),
                name: order.name_of(&line.sku),
                quantity: line.quantity,
                unit_price_minor: price,
                price_version: version,
                currency: request.currency.clone(),
            }
        })
        .collect();
    let cart = cart::ensure(tx, ids, &order.session_id, now_ms).await?;
    cart::put_back(tx, &cart, &order.key, &returned).await?;
    let draft = serde_json::to_string(&order.form()).unwrap_or_default();
    let why =
        (state == State::Rejected).then(|| serde_json::to_string(reasons).unwrap_or_default());
    session::keep_draft(tx, &order.session_id, Some(&draft), why.as_deref()).await?;
    sqlx::query("UPDATE orders SET back_in_cart = 1 WHERE order_key = $1")
        .bind(&order.key)
        .execute(tx)
        .await
        .map(|_| ())
}
