//! The lines of an order that was not placed go back to its customer.

use super::order::ContentRow;
use super::standing::Standing;
use super::{Order, State};
use crate::keys::Ids;
use crate::{cart, session};
use database::Conn;
use model::Reason;

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
    // Most orders never come here, so what was ordered is only read now; nothing where the session is gone.
    let content: Option<ContentRow> = sqlx::query_as(
        "SELECT o.body, o.names, o.kept_lines FROM orders o JOIN sessions s ON s.id = o.session_id
         WHERE o.order_key = $1",
    )
    .bind(&order.key)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(content) = content else {
        return Ok(());
    };
    let content = content.of(&order.key)?;
    let Some(request) = content.request() else {
        return Ok(());
    };
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
                name: content.name_of(&line.sku),
                quantity: line.quantity,
                unit_price_minor: price,
                price_version: version,
                currency: request.currency.clone(),
            }
        })
        .collect();
    let cart = cart::ensure(tx, ids, &order.session_id, now_ms).await?;
    cart::put_back(tx, &cart, &order.key, &returned).await?;
    let draft = serde_json::to_string(&content.form()).unwrap_or_default();
    let why =
        (state == State::Rejected).then(|| serde_json::to_string(reasons).unwrap_or_default());
    session::keep_draft(tx, &order.session_id, Some(&draft), why.as_deref()).await?;
    sqlx::query("UPDATE orders SET back_in_cart = 1 WHERE order_key = $1")
        .bind(&order.key)
        .execute(tx)
        .await
        .map(|_| ())
}
