//! Reading carts.

use super::MAX_LINES;
use crate::keys::token_hash;
use database::{Conn, Readers};
use model::{Cart, CartLine, LineDetail, Reason};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};

#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct CartRow {
    pub order_key: String,
    pub receipt: String,
    pub session_id: String,
    pub revision: i64,
    pub follows: Option<String>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct LineRow {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub unit_price_minor: i64,
    pub price_version: i64,
    pub price_was: Option<i64>,
    pub currency: String,
    /// The rest is what the catalogue cache knows of the product now, if it still has it.
    pub cached_price_minor: Option<i64>,
    pub cached_price_version: Option<i64>,
    pub cached_currency: Option<String>,
}

impl LineRow {
    /// Whether EntMine's price of now is another one than the line has: newer, or in another
    /// currency. A price that came from a verdict may be newer than the cache's.
    pub(crate) fn is_behind(&self) -> bool {
        let newer = self
            .cached_price_version
            .is_some_and(|version| version > self.price_version);
        let same_or_newer = self.cached_price_version >= Some(self.price_version);
        let other_currency = self
            .cached_currency
            .as_ref()
            .is_some_and(|cached| *cached != self.currency);
        newer || same_or_newer && other_currency
    }
}

/// Why these lines cannot be one order, whatever their prices.
pub(crate) fn refusal(lines: &[LineRow]) -> Option<Reason> {
    let refused = |detail: String| {
        Some(Reason::InvalidField {
            field: "sku".to_owned(),
            detail,
        })
    };
    let too_many = lines.len() as i64 - MAX_LINES;
    if too_many > 0 {
        return refused(format!(
            "An order takes at most {MAX_LINES} different products: take {too_many} out of your cart."
        ));
    }
    let first = &lines.first()?.currency;
    let other = lines.iter().find(|line| line.currency != *first)?;
    refused(format!(
        "Your cart has prices in {first} and in {}, and an order is paid in one currency: take the \
         products of one of them out, and order them by themselves.",
        other.currency
    ))
}

/// A row of a cart with a line of it; none where it has no lines.
#[derive(sqlx::FromRow)]
pub(crate) struct JoinedRow {
    #[sqlx(flatten)]
    pub cart: CartRow,
    #[sqlx(flatten)]
    pub line: JoinedLine,
}

/// The line's part of it.
pub(crate) struct JoinedLine(pub Option<LineRow>);

impl FromRow<'_, AnyRow> for JoinedLine {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let sku: Option<String> = row.try_get("sku")?;
        sku.map(|_| LineRow::from_row(row)).transpose().map(Self)
    }
}

/// Selects carts with their lines, in the order in which those were added, and the prices that the catalogue cache has
/// of their products.
macro_rules! select_cart {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT c.order_key, c.receipt, c.session_id, c.revision, c.follows, l.sku, l.name, ",
            "l.quantity, l.unit_price_minor, l.price_version, l.price_was, l.currency, ",
            "p.price_minor AS cached_price_minor, ",
            "p.price_version AS cached_price_version, p.currency AS cached_currency",
            $more,
            " FROM carts c LEFT JOIN cart_lines l ON l.order_key = c.order_key",
            " LEFT JOIN products p ON p.sku = l.sku ",
            $rest,
            " ORDER BY l.position"
        )
    };
}
pub(crate) use select_cart;

/// A session's cart with its lines.
pub(crate) async fn of_session(
    db: &mut Conn,
    session_id: &str,
) -> Result<Option<(CartRow, Vec<LineRow>)>, sqlx::Error> {
    let rows = sqlx::query_as(select_cart!("", "WHERE c.session_id = $1"));
    Ok(joined(rows.bind(session_id).fetch_all(db).await?))
}

/// A cart as its page shows it.
pub(crate) struct ShownCart {
    pub cart: CartRow,
    pub lines: Vec<LineRow>,
    /// Of each line, what the catalogue cache has of its product besides the price.
    pub details: Vec<LineDetail>,
}

#[derive(sqlx::FromRow)]
struct ShownRow {
    #[sqlx(flatten)]
    joined: JoinedRow,
    slug: Option<String>,
    image: Option<String>,
    available: Option<i64>,
}

impl ShownRow {
    /// Of its line, if it has one.
    fn detail(&self) -> Option<LineDetail> {
        let line = self.joined.line.0.as_ref()?;
        Some(LineDetail {
            sku: line.sku.clone(),
            slug: self.slug.clone().unwrap_or_default(),
            image: self.image.clone().unwrap_or_default(),
            available: self.available.unwrap_or_default(),
            price_was: line.price_was,
        })
    }
}

/// A session's cart as its page shows it.
pub(crate) async fn shown(
    db: &mut Conn,
    session_id: &str,
) -> Result<Option<ShownCart>, sqlx::Error> {
    let rows: Vec<ShownRow> = sqlx::query_as(select_cart!(
        ", p.slug, p.image, s.available",
        "LEFT JOIN stock s ON s.sku = p.sku WHERE c.session_id = $1"
    ))
    .bind(session_id)
    .fetch_all(db)
    .await?;
    let details = rows.iter().filter_map(ShownRow::detail).collect();
    let cart = joined(rows.into_iter().map(|row| row.joined));
    Ok(cart.map(|(cart, lines)| ShownCart {
        cart,
        lines,
        details,
    }))
}

/// Pieces in the cart of the session that a token is of.
pub(crate) async fn pieces(reader: &Readers, token: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT)
         FROM session_tokens t JOIN carts c ON c.session_id = t.session_id
         JOIN cart_lines l ON l.order_key = c.order_key WHERE t.token_hash = $1",
    )
    .bind(token_hash(token))
    .fetch_one(reader)
    .await
}

/// One cart, from its rows.
pub(crate) fn joined(rows: impl IntoIterator<Item = JoinedRow>) -> Option<(CartRow, Vec<LineRow>)> {
    let mut rows = rows.into_iter();
    let JoinedRow { cart, line } = rows.next()?;
    let rest = rows.filter_map(|row| row.line.0);
    Some((cart, line.0.into_iter().chain(rest).collect()))
}

/// A session's cart by itself.
pub(super) async fn by_session(
    db: &mut Conn,
    session_id: &str,
) -> Result<Option<CartRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT order_key, receipt, session_id, revision, follows FROM carts WHERE session_id = $1",
    )
    .bind(session_id)
    .fetch_optional(db)
    .await
}

pub(crate) async fn by_key(db: &mut Conn, order_key: &str) -> Result<Option<CartRow>, sqlx::Error> {
    sqlx::query_as(
        "SELECT order_key, receipt, session_id, revision, follows FROM carts WHERE order_key = $1",
    )
    .bind(order_key)
    .fetch_optional(db)
    .await
}

pub(crate) async fn by_receipt(
    db: &mut Conn,
    receipt: &str,
) -> Result<Option<CartRow>, sqlx::Error> {
    if receipt.contains('\0') {
        // PostgreSQL cannot even be asked for one.
        return Ok(None);
    }
    sqlx::query_as(
        "SELECT order_key, receipt, session_id, revision, follows FROM carts WHERE receipt = $1",
    )
    .bind(receipt)
    .fetch_optional(db)
    .await
}

/// A cart as the browser sees it.
pub(crate) fn on_the_wire(cart: &CartRow, lines: &[LineRow]) -> Cart {
    Cart {
        order_key: cart.order_key.clone(),
        receipt: cart.receipt.clone(),
        revision: cart.revision,
        lines: lines
            .iter()
            .map(|line| CartLine {
                sku: line.sku.clone(),
                name: line.name.clone(),
                quantity: line.quantity,
                unit_price_minor: line.unit_price_minor,
            })
            .collect(),
        total_minor: total(lines),
        currency: lines
            .first()
            .map_or_else(|| "GBP".to_owned(), |line| line.currency.clone()),
    }
}

/// Prices and quantities are bounded (see the table's checks and EntMine's import), so that a sum
/// of a hundred lines stays far below the limit of 64 bits.
fn total(lines: &[LineRow]) -> i64 {
    lines
        .iter()
        .map(|line| line.quantity.saturating_mul(line.unit_price_minor))
        .fold(0, i64::saturating_add)
}
