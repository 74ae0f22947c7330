//! Changing carts. Every function works inside the caller's transaction.

use super::MAX_LINES;
use super::read::{CartRow, LineRow, by_session, lines};
use crate::keys::{OrderKey, mint_receipt};
use database::Conn;
use model::{MAX_QUANTITY, Reason};

const NOT_SOLD: &str = "We do not sell a product with this number.";
const NOT_IN_CART: &str = "Your cart has no product with this number.";

/// An empty cart with a new key and a new receipt for a session that has none.
pub(crate) async fn create(
    tx: &mut Conn,
    session_id: &str,
    follows: Option<&str>,
    now_ms: i64,
) -> Result<CartRow, sqlx::Error> {
    sqlx::query_as(
        "INSERT INTO carts (order_key, receipt, session_id, revision, follows, created_at)
         VALUES ($1, $2, $3, 0, $4, $5)
         RETURNING order_key, receipt, session_id, revision, follows",
    )
    .bind(OrderKey::mint().to_string())
    .bind(mint_receipt())
    .bind(session_id)
    .bind(follows)
    .bind(now_ms)
    .fetch_one(tx)
    .await
}

/// The session's cart, made where there is none.
pub(crate) async fn ensure(
    tx: &mut Conn,
    session_id: &str,
    now_ms: i64,
) -> Result<CartRow, sqlx::Error> {
    match by_session(tx, session_id).await? {
        Some(cart) => Ok(cart),
        None => create(tx, session_id, None, now_ms).await,
    }
}

/// Gives a cart a new key and receipt: what was submitted under the old ones can never be
/// journalled any more, and its page says that it was changed.
pub(crate) async fn rekey(tx: &mut Conn, order_key: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE carts SET order_key = $2, receipt = $3, revision = revision + 1
         WHERE order_key = $1",
    )
    .bind(order_key)
    .bind(OrderKey::mint().to_string())
    .bind(mint_receipt())
    .execute(tx)
    .await
    .map(|_| ())
}

/// New keys for all open carts; gives how many there were.
pub(crate) async fn rekey_all(tx: &mut Conn) -> Result<u64, sqlx::Error> {
    let keys: Vec<String> = sqlx::query_scalar("SELECT order_key FROM carts")
        .fetch_all(&mut *tx)
        .await?;
    for key in &keys {
        rekey(tx, key).await?;
    }
    Ok(keys.len() as u64)
}

/// Counts a change of a cart that `held` these lines: the revision goes up, and old price notices are done
/// with.
pub(crate) async fn touch(
    tx: &mut Conn,
    mut cart: CartRow,
    held: &[LineRow],
) -> Result<CartRow, sqlx::Error> {
    cart.revision = sqlx::query_scalar(
        "UPDATE carts SET revision = revision + 1 WHERE order_key = $1 RETURNING revision",
    )
    .bind(&cart.order_key)
    .fetch_one(&mut *tx)
    .await?;
    // A line that was behind got its notice when the cart followed the prices.
    if held
        .iter()
        .any(|line| line.price_was.is_some() || line.is_behind())
    {
        sqlx::query("UPDATE cart_lines SET price_was = NULL WHERE order_key = $1")
            .bind(&cart.order_key)
            .execute(tx)
            .await?;
    }
    Ok(cart)
}

#[derive(sqlx::FromRow)]
struct OnSale {
    name: String,
    price_minor: i64,
    price_version: i64,
    currency: String,
}

/// Adds pieces of a product to a cart that has these lines, or says why not.
pub(crate) async fn add(
    tx: &mut Conn,
    cart: &CartRow,
    held: &[LineRow],
    sku: &str,
    quantity: i64,
) -> Result<Result<(), Reason>, sqlx::Error> {
    if sku.contains('\0') {
        // PostgreSQL cannot even be asked for one.
        return Ok(Err(invalid("sku", NOT_SOLD)));
    }
    let product: Option<OnSale> = sqlx::query_as(
        "SELECT name, price_minor, price_version, currency FROM products
         WHERE sku = $1 AND published = 1",
    )
    .bind(sku)
    .fetch_optional(&mut *tx)
    .await?;
    let Some(product) = product else {
        return Ok(Err(invalid("sku", NOT_SOLD)));
    };
    let followed;
    let held = if held.iter().any(LineRow::is_behind) {
        // The shop may have gone over to another currency since they were added.
        follow_prices(tx, cart, held).await?;
        followed = lines(tx, &cart.order_key).await?;
        &followed
    } else {
        held
    };
    if let Some(other) = held.iter().find(|line| line.currency != product.currency) {
        let detail = format!(
            "This product is priced in {}, and your cart in {}. An order is paid in one currency: order \
             what is in your cart first, or take it out.",
            product.currency, other.currency
        );
        return Ok(Err(invalid("sku", &detail)));
    }
    let there = held
        .iter()
        .find(|line| line.sku == sku)
        .map_or(0, |line| line.quantity);
    if there + quantity > MAX_QUANTITY {
        return Ok(Err(invalid(
            "quantity",
            &format!(
                "An order takes at most {MAX_QUANTITY} of one product, and your cart has {there}."
            ),
        )));
    }
    if there == 0 && held.len() as i64 >= MAX_LINES {
        return Ok(Err(invalid(
            "sku",
            &format!("An order takes at most {MAX_LINES} different products."),
        )));
    }
    sqlx::query(
        "INSERT INTO cart_lines (order_key, sku, position, name, quantity, unit_price_minor,
                                 price_version, currency)
         VALUES ($1, $2, (SELECT COALESCE(MAX(position), 0) + 1 FROM cart_lines WHERE order_key = $1),
                 $3, $4, $5, $6, $7)
         ON CONFLICT (order_key, sku) DO UPDATE SET quantity = cart_lines.quantity + excluded.quantity",
    )
    .bind(&cart.order_key)
    .bind(sku)
    .bind(&product.name)
    .bind(quantity)
    .bind(product.price_minor)
    .bind(product.price_version)
    .bind(&product.currency)
    .execute(tx)
    .await?;
    Ok(Ok(()))
}

/// Sets the quantity of a line that is in the cart; 0 removes it.
pub(crate) async fn set(
    tx: &mut Conn,
    cart: &CartRow,
    sku: &str,
    quantity: i64,
) -> Result<Result<(), Reason>, sqlx::Error> {
    if sku.contains('\0') {
        return Ok(Err(invalid("sku", NOT_IN_CART)));
    }
    let done = if quantity == 0 {
        sqlx::query("DELETE FROM cart_lines WHERE order_key = $1 AND sku = $2")
            .bind(&cart.order_key)
            .bind(sku)
            .execute(tx)
            .await?
    } else {
        sqlx::query("UPDATE cart_lines SET quantity = $3 WHERE order_key = $1 AND sku = $2")
            .bind(&cart.order_key)
            .bind(sku)
            .bind(quantity)
            .execute(tx)
            .await?
    };
    Ok(match done.rows_affected() {
        0 => Err(invalid("sku", NOT_IN_CART)),
        _ => Ok(()),
    })
}

/// Brings lines to EntMine's newer prices and remembers what they were; gives the changes. A line
/// whose price came from a verdict that is newer than the cache keeps it. Prices in another currency
/// cannot be compared: the cart has changed.
pub(crate) async fn follow_prices(
    tx: &mut Conn,
    cart: &CartRow,
    held: &[LineRow],
) -> Result<Vec<Reason>, sqlx::Error> {
    let mut changes = Vec::new();
    for line in held {
        let (Some(price), Some(version), Some(currency)) = (
            line.cached_price_minor,
            line.cached_price_version,
            &line.cached_currency,
        ) else {
            continue;
        };
        if !line.is_behind() {
            continue;
        }
        sqlx::query(
            "UPDATE cart_lines SET price_was = CASE WHEN currency = $5
                        THEN COALESCE(price_was, unit_price_minor) END,
                    unit_price_minor = $3, price_version = $4, currency = $5
             WHERE order_key = $1 AND sku = $2",
        )
        .bind(&cart.order_key)
        .bind(&line.sku)
        .bind(price)
        .bind(version)
        .bind(currency)
        .execute(&mut *tx)
        .await?;
        if *currency != line.currency {
            changes.push(Reason::CartChanged);
        } else if price != line.unit_price_minor {
            changes.push(Reason::PriceChanged {
                sku: line.sku.clone(),
                shown_minor: line.unit_price_minor,
                current_minor: price,
                price_version: version,
            });
        }
    }
    changes.dedup();
    if !changes.is_empty() {
        sqlx::query("UPDATE carts SET revision = revision + 1 WHERE order_key = $1")
            .bind(&cart.order_key)
            .execute(tx)
            .await?;
    }
    Ok(changes)
}

/// A line of an order that was not placed.
pub(crate) struct ReturnedLine {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub unit_price_minor: i64,
    pub price_version: i64,
    pub currency: String,
}

/// Puts the lines of an order that was not placed back into the session's cart, next to what the
/// customer added since, and remembers which order that was.
pub(crate) async fn put_back(
    tx: &mut Conn,
    cart: &CartRow,
    order_key: &str,
    returned: &[ReturnedLine],
) -> Result<(), sqlx::Error> {
    for line in returned {
        sqlx::query(
            "INSERT INTO cart_lines (order_key, sku, position, name, quantity, unit_price_minor,
                                     price_version, currency)
             VALUES ($1, $2, (SELECT COALESCE(MAX(position), 0) + 1 FROM cart_lines WHERE order_key = $1),
                     $3, $4, $5, $6, $7)
             ON CONFLICT (order_key, sku) DO UPDATE SET
                 quantity = CASE WHEN cart_lines.quantity + excluded.quantity > $8 THEN $8
                                 ELSE cart_lines.quantity + excluded.quantity END,
                 unit_price_minor = excluded.unit_price_minor,
                 price_version = excluded.price_version,
                 currency = excluded.currency",
        )
        .bind(&cart.order_key)
        .bind(&line.sku)
        .bind(&line.name)
        .bind(line.quantity)
        .bind(line.unit_price_minor)
        .bind(line.price_version)
        .bind(&line.currency)
        .bind(MAX_QUANTITY)
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query("UPDATE carts SET revision = revision + 1, follows = $2 WHERE order_key = $1")
        .bind(&cart.order_key)
        .bind(order_key)
        .execute(tx)
        .await
        .map(|_| ())
}

fn invalid(field: &str, detail: &str) -> Reason {
    Reason::InvalidField {
        field: field.to_owned(),
        detail: detail.to_owned(),
    }
}
