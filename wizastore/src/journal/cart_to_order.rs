//! A cart with all that decides about its becoming an order.

use super::entmine::{Ours, OursRow};
use crate::cart::{self, CartRow, JoinedRow, LineRow, select_cart};
use database::Change;
use sqlx::FromRow;
use sqlx::any::AnyRow;

/// A cart about to become an order.
pub(crate) struct CartToOrder {
    pub cart: CartRow,
    pub lines: Vec<LineRow>,
    /// The EntMine that it would go to; none before the first one was heard.
    pub ours: Option<Ours>,
}

#[derive(sqlx::FromRow)]
struct CartToOrderRow {
    #[sqlx(flatten)]
    joined: JoinedRow,
    #[sqlx(flatten)]
    ours: OursRow,
}

/// Asks for the cart with this key, unless an order has the key already; [`CartToOrder::read`] has the answer.
pub(crate) fn ask_cart_to_order(key: &str) -> Change<'static> {
    sqlx::query(select_cart!(
        ", e.instance AS our_instance, e.epoch AS our_epoch, e.paused AS our_pause",
        "LEFT JOIN entmine e ON e.id = 1 WHERE c.order_key = $1
         AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.order_key = c.order_key)"
    ))
    .bind(key.to_owned())
}

impl CartToOrder {
    /// Nothing where there is no such cart.
    pub(crate) fn read<'r>(
        rows: impl Iterator<Item = &'r AnyRow>,
    ) -> Result<Option<Self>, sqlx::Error> {
        let rows = rows.map(CartToOrderRow::from_row);
        let rows: Vec<CartToOrderRow> = rows.collect::<Result<_, _>>()?;
        let mut ours = None;
        let rows = rows.into_iter().map(|row| {
            ours = row.ours.into();
            row.joined
        });
        let cart = cart::joined(rows);
        Ok(cart.map(|(cart, lines)| Self { cart, lines, ours }))
    }
}
