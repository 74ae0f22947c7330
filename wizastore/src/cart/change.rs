//! Changing carts. Every function works inside the caller's transaction.

use super::MAX_LINES;
use super::read::{CartRow, LineRow, by_session, of_session};
use crate::keys::Ids;
use database::rows::{BATCH_ROWS, insert};
use database::{Conn, Database, DatabaseError, Together};
use model::{MAX_QUANTITY, Reason};

const NOT_SOLD: &str = "We do not sell a product with this number.";
const NOT_IN_CART: &str = "Your cart has no product with this number.";

/// An empty cart with a new key and a new receipt for a session that has none.
pub(crate) async fn create(
    tx: &mut Conn,
    ids: &Ids,
    session_id: &str,
    follows: Option<&str>,
    now_ms: i64,
) -> Result<CartRow, sqlx::Error> {
    sqlx::query_as(
        "INSERT INTO carts (order_key, receipt, session_id, revision, follows, created_at)
         VALUES ($1, $2, $3, 0, $4, $5)
         RETURNING order_key, receipt, session_id, revision, follows",
    )
    .bind(ids.order_key().to_string())
    .bind(ids.receipt())
    .bind(session_id)
    .bind(follows)
    .bind(now_ms)
    .fetch_one(tx)
    .await
}

/// The session's cart, made where there is none.
pub(crate) async fn ensure(
    tx: &mut Conn,
    ids: &Ids,
    session_id: &str,
    now_ms: i64,
) -> Result<CartRow, sqlx::Error> {
    match by_session(tx, session_id).await? {
        Some(cart) => Ok(cart),
        None => create(tx, ids, session_id, None, now_ms).await,
    }
}

/// The same with its lines.
pub(crate) async fn of_visitor(
    tx: &mut Conn,
    ids: &Ids,
    session_id: &str,
    now_ms: i64,
) -> Result<(CartRow, Vec<LineRow>), sqlx::Error> {
    match of_session(tx, session_id).await? {
        Some(cart) => Ok(cart),
        None => Ok((create(tx, ids, session_id, None, now_ms).await?, Vec::new())),
    }
}

/// Gives a cart a new key and receipt: what was submitted under the old ones can never be
/// journalled any more, and its page says that it was changed.
pub(crate) async fn rekey(tx: &mut Conn, ids: &Ids, order_key: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE carts SET order_key = $2, receipt = $3, revision = revision + 1
         WHERE order_key = $1",
    )
    .bind(order_key)
    .bind(ids.order_key().to_string())
    .bind(ids.receipt())
    .execute(tx)
    .await
    .map(|_| ())
}

/// New keys and receipts for all carts that are there now, a few at a time; gives how many there were. What
/// it did stays done where it is interrupted.
pub(crate) async fn rekey_all(db: &Database, ids: &Ids) -> Result<u64, DatabaseError> {
    // From the newest to the oldest: new keys are of now and come before all that is still to do, also where a
    // key is ahead of the clock. No key has a g.
    let (mut before, mut carts) = ("g".to_owned(), 0);
    loop {
        let ids = ids.clone();
        let work = db.write("store.rekey", move |tx| {
            Box::pin(async move { Ok::<_, DatabaseError>(rekey_some(tx, &ids, &before).await?) })
        });
        let keys = work.await?;
        carts += keys.len() as u64;
        match keys.into_iter().last() {
            Some(key) => before = key,
            None => return Ok(carts),
        }
    }
}

/// New keys for the next carts before a key; the keys that they had, the newest first.
async fn rekey_some(tx: &mut Conn, ids: &Ids, before: &str) -> Result<Vec<String>, sqlx::Error> {
    let keys: Vec<String> = sqlx::query_scalar(
        "SELECT order_key FROM carts WHERE order_key < $1 ORDER BY order_key DESC LIMIT $2",
    )
    .bind(before)
    .bind(BATCH_ROWS as i64)
    .fetch_all(&mut *tx)
    .await?;
    if keys.is_empty() {
        return Ok(keys);
    }
    // Both engines name the columns of a list of values so.
    let sql = insert(
        "UPDATE carts SET order_key = new.column2, receipt = new.column3, revision = revision + 1 FROM (",
        3,
        keys.len(),
        ") AS new WHERE order_key = new.column1",
    );
    let rekeying = keys.iter().fold(sqlx::query(sql), |query, key| {
        let new = ids.order_key().to_string();
        query.bind(key).bind(new).bind(ids.receipt())
    });
    rekeying.execute(tx).await?;
    Ok(keys)
}

/// The cart of a session that is just made, with a first change that is made with it.
pub(crate) fn begin(
    changes: &mut Together,
    ids: &Ids,
    session_id: &str,
    now_ms: i64,
) -> Result<CartRow, sqlx::Error> {
    let cart = CartRow {
        order_key: ids.order_key().to_string(),
        receipt: ids.receipt(),
        session_id: session_id.to_owned(),
        revision: 1,
        follows: None,
    };
    let insert = sqlx::query(
        "INSERT INTO carts (order_key, receipt, session_id, revision, created_at)
         VALUES ($1, $2, $3, $4, $5)",
    );
    let insert = insert
        .bind(&cart.order_key)
        .bind(&cart.receipt)
        .bind(session_id)
        .bind(cart.revision)
        .bind(now_ms);
    changes.add(insert)?;
    Ok(cart)
}

/// Counts a change of a cart that held these lines: the revision goes up, and old price notices are done
/// with.
pub(crate) async fn touch(
    tx: &mut Conn,
    changes: &mut Together,
    cart: &mut CartRow,
    lines: &mut [LineRow],
) -> Result<(), sqlx::Error> {
    cart.revision += 1;
    let touch = sqlx::query("UPDATE carts SET revision = revision + 1 WHERE order_key = $1");
    changes.add(touch.bind(&cart.order_key))?;
    if lines.iter().any(|line| line.price_was.is_some()) {
        // Before the changes, which may be of the same lines.
        sqlx::query("UPDATE cart_lines SET price_was = NULL WHERE order_key = $1")
            .bind(&cart.order_key)
            .execute(tx)
            .await?;
        lines.iter_mut().for_each(|line| line.price_was = None);
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct OnSale {
    name: String,
    price_minor: i64,
    price_version: i64,
    currency: String,
}

/// Adds pieces of a product to a cart with these lines, or says why not.
pub(crate) async fn add(
    tx: &mut Conn,
    changes: &mut Together,
    cart: &CartRow,
    lines: &mut Vec<LineRow>,
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
    .fetch_optional(tx)
    .await?;
    let Some(product) = product else {
        return Ok(Err(invalid("sku", NOT_SOLD)));
    };
    if let Some(other) = lines.iter().find(|line| line.currency != product.currency) {
        let detail = format!(
            "This product is priced in {}, and your cart in {}. An order is paid in one currency: order \
             what is in your cart first, or take it out.",
            product.currency, other.currency
        );
        return Ok(Err(invalid("sku", &detail)));
    }
    let is_full = lines.len() as i64 >= MAX_LINES;
    let line = lines.iter_mut().find(|line| line.sku == sku);
    let there = line.as_ref().map_or(0, |line| line.quantity);
    if there + quantity > MAX_QUANTITY {
        return Ok(Err(invalid(
            "quantity",
            &format!(
                "An order takes at most {MAX_QUANTITY} of one product, and your cart has {there}."
            ),
        )));
    }
    match line {
        Some(line) => line.quantity += quantity,
        None if is_full => {
            return Ok(Err(invalid(
                "sku",
                &format!("An order takes at most {MAX_LINES} different products."),
            )));
        }
        None => {}
    }
    let insert = sqlx::query(
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
    .bind(&product.currency);
    changes.add(insert)?;
    if there == 0 {
        lines.push(LineRow {
            sku: sku.to_owned(),
            name: product.name,
            quantity,
            unit_price_minor: product.price_minor,
            price_version: product.price_version,
            price_was: None,
            currency: product.currency.clone(),
            cached_price_minor: Some(product.price_minor),
            cached_price_version: Some(product.price_version),
            cached_currency: Some(product.currency),
        });
    }
    Ok(Ok(()))
}

/// Sets the quantity of a line that is in the cart; 0 removes it.
pub(crate) fn set(
    changes: &mut Together,
    cart: &CartRow,
    lines: &mut Vec<LineRow>,
    sku: &str,
    quantity: i64,
) -> Result<Result<(), Reason>, sqlx::Error> {
    let Some(place) = lines.iter().position(|line| line.sku == sku) else {
        return Ok(Err(invalid("sku", NOT_IN_CART)));
    };
    if quantity == 0 {
        lines.remove(place);
        let delete = sqlx::query("DELETE FROM cart_lines WHERE order_key = $1 AND sku = $2");
        changes.add(delete.bind(&cart.order_key).bind(sku))?;
    } else {
        lines[place].quantity = quantity;
        let update =
            sqlx::query("UPDATE cart_lines SET quantity = $3 WHERE order_key = $1 AND sku = $2");
        changes.add(update.bind(&cart.order_key).bind(sku).bind(quantity))?;
    }
    Ok(Ok(()))
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
