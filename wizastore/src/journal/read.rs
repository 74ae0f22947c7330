//! Reading the journal.

use super::State;
use super::entmine::{Ours, OursRow};
use super::standing::Standing;
use crate::cart::{self, CartRow, JoinedRow, LineRow, select_cart};
use crate::store::Ledger;
use database::rows::listed;
use database::{Change, Conn, Readers};
use model::{CartLine, OrderForm, OrderLine, OrderRequest, OrderStatus};
use sqlx::FromRow;
use sqlx::any::AnyRow;
use std::collections::{BTreeSet, HashMap};

/// An order as the journal holds it, without its [`Content`].
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub key: String,
    pub receipt: String,
    pub session_id: String,
    pub placed_at: i64,
    pub fingerprint: String,
    pub total_minor: i64,
    pub currency: String,
    pub pieces: i64,
    /// Where it stands.
    pub standing: Standing,
    pub back_in_cart: bool,
    /// Customer or operator asked to cancel it.
    pub cancel_wished: bool,
    /// It was submitted again with other details.
    pub other_fields: bool,
    /// The customer's data were erased.
    pub erased: bool,
}

/// What was ordered and by whom. That is kilobytes of JSON, so it is read only where it is needed.
pub(crate) struct Content {
    /// The frozen bytes that every attempt sends; empty once the customer was erased.
    body: Vec<u8>,
    /// Product names by SKU, as the customer saw them.
    names: Vec<(String, String)>,
    /// The lines of an erased order, JSON.
    kept_lines: Option<String>,
}

/// An order with its content.
pub(crate) struct WholeOrder {
    pub order: Order,
    pub content: Content,
}

impl Content {
    /// The name under which the customer saw a product.
    pub(crate) fn name_of(&self, sku: &str) -> String {
        let named = self.names.iter().find(|(known, _)| known == sku);
        named.map_or(sku, |(_, name)| name).to_owned()
    }

    /// The order as EntMine is sent it; none where it was erased or cannot be read.
    pub(crate) fn request(&self) -> Option<OrderRequest> {
        serde_json::from_slice(&self.body).ok()
    }

    /// What the customer typed, read back from the frozen bytes.
    pub(crate) fn form(&self) -> OrderForm {
        let Some(request) = self.request() else {
            return OrderForm::default();
        };
        OrderForm {
            note: request.note.unwrap_or_default(),
            ..request.customer.into()
        }
    }

    /// The lines at the prices that the customer agreed to.
    pub(crate) fn lines(&self) -> Vec<CartLine> {
        if let Some(json) = &self.kept_lines {
            return serde_json::from_str(json).unwrap_or_default();
        }
        let Some(request) = self.request() else {
            return Vec::new();
        };
        let line = |line: OrderLine| CartLine {
            name: self.name_of(&line.sku),
            sku: line.sku,
            quantity: line.quantity,
            unit_price_minor: line.unit_price_minor,
        };
        request.lines.into_iter().map(line).collect()
    }
}

#[derive(sqlx::FromRow)]
struct OrderRow {
    order_key: String,
    receipt: String,
    session_id: String,
    placed_at: i64,
    fingerprint: String,
    total_minor: i64,
    currency: String,
    pieces: i64,
    state: String,
    fence: i64,
    lease_until: Option<i64>,
    ambiguous: i32,
    unreadable: i64,
    rounds: i64,
    next_try_at: Option<i64>,
    not_before: Option<i64>,
    number: Option<String>,
    erp_status: Option<String>,
    reasons: Option<String>,
    attention: Option<String>,
    note: Option<String>,
    back_in_cart: i32,
    cancel_wished: i32,
    other_fields: i32,
    erased_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
pub(super) struct ContentRow {
    body: Vec<u8>,
    names: String,
    kept_lines: Option<String>,
}

#[derive(sqlx::FromRow)]
struct WholeRow {
    #[sqlx(flatten)]
    order: OrderRow,
    #[sqlx(flatten)]
    content: ContentRow,
}

fn unreadable(key: &str, what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("order {key}: unreadable {what}").into())
}

impl ContentRow {
    /// The content of the order with this key.
    pub(super) fn of(self, key: &str) -> Result<Content, sqlx::Error> {
        Ok(Content {
            names: serde_json::from_str(&self.names).map_err(|_| unreadable(key, "names"))?,
            body: self.body,
            kept_lines: self.kept_lines,
        })
    }
}

impl TryFrom<WholeRow> for WholeOrder {
    type Error = sqlx::Error;

    fn try_from(row: WholeRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            content: row.content.of(&row.order.order_key)?,
            order: row.order.try_into()?,
        })
    }
}

impl TryFrom<OrderRow> for Order {
    type Error = sqlx::Error;

    fn try_from(row: OrderRow) -> Result<Self, sqlx::Error> {
        let unreadable = |what| unreadable(&row.order_key, what);
        let state = State::parse(&row.state).ok_or_else(|| unreadable("state"))?;
        let erp_status = match row.erp_status.as_deref() {
            None => None,
            Some(word) => Some(OrderStatus::parse(word).ok_or_else(|| unreadable("status"))?),
        };
        let reasons = match row.reasons.as_deref() {
            None => Vec::new(),
            Some(json) => serde_json::from_str(json).map_err(|_| unreadable("reasons"))?,
        };
        Ok(Self {
            standing: Standing {
                state,
                fence: row.fence,
                lease_until: row.lease_until,
                ambiguous: row.ambiguous != 0,
                unreadable: row.unreadable,
                rounds: row.rounds,
                next_try_at: row.next_try_at,
                not_before: row.not_before,
                number: row.number,
                erp_status,
                reasons,
                attention: row.attention,
                note: row.note,
            },
            key: row.order_key,
            receipt: row.receipt,
            session_id: row.session_id,
            placed_at: row.placed_at,
            fingerprint: row.fingerprint,
            total_minor: row.total_minor,
            currency: row.currency,
            pieces: row.pieces,
            back_in_cart: row.back_in_cart != 0,
            cancel_wished: row.cancel_wished != 0,
            other_fields: row.other_fields != 0,
            erased: row.erased_at.is_some(),
        })
    }
}

/// Selects orders without their content, and `more`.
macro_rules! select_order {
    ($rest:literal) => {
        select_order!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT order_key, receipt, session_id, placed_at, fingerprint, total_minor, ",
            "currency, pieces, state, fence, lease_until, ambiguous, unreadable, rounds, ",
            "next_try_at, not_before, number, erp_status, reasons, attention, note, ",
            "back_in_cart, cancel_wished, other_fields, erased_at",
            $more,
            " FROM orders ",
            $rest
        )
    };
}

/// Selects orders with their content.
macro_rules! select_whole_order {
    ($rest:literal) => {
        select_order!(", body, names, kept_lines", $rest)
    };
}

pub(crate) async fn by_key(db: &mut Conn, key: &str) -> Result<Option<Order>, sqlx::Error> {
    sqlx::query_as::<_, OrderRow>(select_order!("WHERE order_key = $1"))
        .bind(key)
        .fetch_optional(db)
        .await?
        .map(Order::try_from)
        .transpose()
}

/// The same with its content.
pub(crate) async fn whole_by_key(
    db: &mut Conn,
    key: &str,
) -> Result<Option<WholeOrder>, sqlx::Error> {
    sqlx::query_as::<_, WholeRow>(select_whole_order!("WHERE order_key = $1"))
        .bind(key)
        .fetch_optional(db)
        .await?
        .map(WholeOrder::try_from)
        .transpose()
}

/// The orders with these keys, by key; those that there are.
pub(crate) async fn by_keys<'k>(
    db: &mut Conn,
    keys: impl Iterator<Item = &'k str> + Clone,
) -> Result<HashMap<String, Order>, sqlx::Error> {
    let rows: Vec<OrderRow> = match keys.clone().count() {
        0 => Vec::new(),
        count => {
            let sql = listed(select_order!("WHERE order_key IN"), count, "");
            let query = keys.fold(sqlx::query_as(sql), |query, key| query.bind(key));
            query.fetch_all(db).await?
        }
    };
    let order = |row: OrderRow| Ok((row.order_key.clone(), Order::try_from(row)?));
    rows.into_iter().map(order).collect()
}

/// Orders under way with their content, all at once: they move from state to state, and are found in one of them.
pub(crate) async fn under_way(db: &mut Conn) -> Result<Vec<WholeOrder>, sqlx::Error> {
    let orders = sqlx::query_as::<_, WholeRow>(select_whole_order!(
        "WHERE state <> 'confirmed'
         AND state IN ('journalled', 'sending', 'retry_wait', 'unknown', 'voiding', 'quarantined')"
    ));
    Ok(readable(orders.fetch_all(db).await?))
}

/// Orders in a final state other than *confirmed* with their content, by key, after this one; and where to go on.
pub(crate) async fn ended_as(
    db: &mut Conn,
    state: State,
    after: &str,
    most: i64,
) -> Result<(Vec<WholeOrder>, Option<String>), sqlx::Error> {
    let orders = sqlx::query_as::<_, WholeRow>(select_whole_order!(
        "WHERE state = $1 AND state <> 'confirmed' AND order_key > $2 ORDER BY order_key LIMIT $3"
    ));
    let orders = orders.bind(state.as_str()).bind(after).bind(most);
    Ok(part(orders.fetch_all(db).await?))
}

/// Rejected and cancelled orders between two keys that ended before a time and still hold their customers' data, but
/// for those that wait for a person; and where to go on.
pub(crate) async fn unplaced(
    db: &mut Conn,
    (after, before): (&str, &str),
    until_ms: i64,
    most: i64,
) -> Result<(Vec<WholeOrder>, Option<String>), sqlx::Error> {
    let orders = sqlx::query_as::<_, WholeRow>(select_whole_order!(
        "WHERE erased_at IS NULL AND state IN ('rejected', 'cancelled') AND order_key > $1 AND order_key < $2
         AND attention IS NULL AND updated_at < $3 ORDER BY order_key LIMIT $4"
    ));
    let orders = orders.bind(after).bind(before).bind(until_ms).bind(most);
    Ok(part(orders.fetch_all(db).await?))
}

/// The orders of a part of a list, and the last key that was looked at; none where the list is over.
fn part(rows: Vec<WholeRow>) -> (Vec<WholeOrder>, Option<String>) {
    let last = rows.last().map(|row| row.order.order_key.clone());
    (readable(rows), last)
}

/// Those that can be read: one that cannot must not keep the others from being looked at.
fn readable(rows: Vec<WholeRow>) -> Vec<WholeOrder> {
    let read = |row| {
        let order = WholeOrder::try_from(row);
        order.inspect_err(|error| tracing::error!(%error, "an order was passed over"))
    };
    rows.into_iter().filter_map(|row| read(row).ok()).collect()
}

/// Which of these keys are an order's, or an adopted one's.
pub(crate) async fn known<'k>(
    db: &mut Conn,
    keys: impl Iterator<Item = &'k str> + Clone,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut known = BTreeSet::new();
    let count = keys.clone().count();
    if count == 0 {
        return Ok(known);
    }
    for head in [
        "SELECT order_key FROM orders WHERE order_key IN",
        "SELECT order_key FROM adopted WHERE order_key IN",
    ] {
        let sql = listed(head, count, "");
        let query = keys.clone();
        let query = query.fold(sqlx::query_scalar(sql), |query, key| query.bind(key));
        known.extend(query.fetch_all(&mut *db).await?);
    }
    Ok(known)
}

pub(crate) async fn by_receipt(db: &mut Conn, receipt: &str) -> Result<Option<Order>, sqlx::Error> {
    if receipt.contains('\0') {
        // PostgreSQL cannot even be asked for one.
        return Ok(None);
    }
    sqlx::query_as::<_, OrderRow>(select_order!("WHERE receipt = $1"))
        .bind(receipt)
        .fetch_optional(db)
        .await?
        .map(Order::try_from)
        .transpose()
}

/// The same with its content.
pub(crate) async fn whole_by_receipt(
    db: &mut Conn,
    receipt: &str,
) -> Result<Option<WholeOrder>, sqlx::Error> {
    if receipt.contains('\0') {
        return Ok(None);
    }
    sqlx::query_as::<_, WholeRow>(select_whole_order!("WHERE receipt = $1"))
        .bind(receipt)
        .fetch_optional(db)
        .await?
        .map(WholeOrder::try_from)
        .transpose()
}

/// An order that an attempt may take. Nearly every one is taken and sent then, so its body comes with it.
pub(super) struct ToClaim {
    pub order: Order,
    pub body: Vec<u8>,
    /// The EntMine that answers count of; none before the first one was heard.
    pub ours: Option<Ours>,
}

#[derive(sqlx::FromRow)]
struct ToClaimRow {
    #[sqlx(flatten)]
    order: OrderRow,
    body: Vec<u8>,
    #[sqlx(flatten)]
    ours: OursRow,
}

pub(super) async fn to_claim(db: &mut Conn, key: &str) -> Result<Option<ToClaim>, sqlx::Error> {
    let row: Option<ToClaimRow> = sqlx::query_as(select_order!(
        ", body, instance AS our_instance, epoch AS our_epoch, paused AS our_pause",
        "LEFT JOIN entmine ON id = 1 WHERE order_key = $1"
    ))
    .bind(key)
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(ToClaim {
        order: row.order.try_into()?,
        body: row.body,
        ours: row.ours.into(),
    }))
}

/// An order with all else that decides about what became of an attempt.
pub(crate) struct ForAttempt {
    pub order: Order,
    /// The EntMine that answers count of; none before the first one was heard.
    pub ours: Option<Ours>,
    /// The number that was asked about is another order's.
    pub number_taken: bool,
}

#[derive(sqlx::FromRow)]
struct ForAttemptRow {
    #[sqlx(flatten)]
    order: OrderRow,
    #[sqlx(flatten)]
    ours: OursRow,
    number_taken: i64,
}

/// An order as an attempt's end finds it, and whether another one has this `number`.
pub(crate) async fn for_attempt(
    db: &mut Conn,
    key: &str,
    number: Option<&str>,
) -> Result<Option<ForAttempt>, sqlx::Error> {
    let rows = ask_for_attempt(key, number).fetch_all(db).await?;
    ForAttempt::read(rows.first())
}

/// The question that [`ForAttempt::read`] has the answer to.
pub(crate) fn ask_for_attempt(key: &str, number: Option<&str>) -> Change<'static> {
    sqlx::query(select_order!(
        ", instance AS our_instance, epoch AS our_epoch, paused AS our_pause,
         (SELECT COUNT(*) FROM orders o WHERE o.number = $2 AND o.order_key <> $1)
         + (SELECT COUNT(*) FROM adopted a WHERE a.number = $2 AND a.order_key <> $1) AS number_taken",
        "LEFT JOIN entmine ON id = 1 WHERE order_key = $1"
    ))
    .bind(key.to_owned())
    .bind(number.map(str::to_owned))
}

impl ForAttempt {
    /// Nothing where there is no such order.
    pub(crate) fn read(row: Option<&AnyRow>) -> Result<Option<Self>, sqlx::Error> {
        let Some(row) = row else {
            return Ok(None);
        };
        let row = ForAttemptRow::from_row(row)?;
        Ok(Some(Self {
            order: row.order.try_into()?,
            ours: row.ours.into(),
            number_taken: row.number_taken > 0,
        }))
    }
}

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

/// The session of an order.
pub(crate) async fn session_of(db: &Readers, key: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT session_id FROM orders WHERE order_key = $1")
        .bind(key)
        .fetch_optional(db)
        .await
}

/// Whether the lease of any attempt ends by `until_ms`.
pub(crate) async fn any_leased(db: &Readers, until_ms: i64) -> Result<bool, sqlx::Error> {
    let leased: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM (SELECT 1 FROM orders
         WHERE state <> 'confirmed' AND state IN ('sending', 'voiding') AND lease_until <= $1 LIMIT 1) leased",
    )
    .bind(until_ms)
    .fetch_one(db)
    .await?;
    Ok(leased > 0)
}

/// Orders whose attempt's lease ends by `until_ms`.
pub(super) async fn leased(db: &mut Conn, until_ms: i64) -> Result<Vec<Order>, sqlx::Error> {
    let rows: Vec<OrderRow> = sqlx::query_as(select_order!(
        "WHERE state <> 'confirmed' AND state IN ('sending', 'voiding') AND lease_until <= $1"
    ))
    .bind(until_ms)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// The receipt of the order of the same session that replaced this one.
pub(crate) async fn placed_again(
    db: &mut Conn,
    order: &Order,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT receipt FROM orders WHERE session_id = $1 AND follows = $2
         ORDER BY placed_at DESC LIMIT 1",
    )
    .bind(&order.session_id)
    .bind(&order.key)
    .fetch_optional(db)
    .await
}

/// A session's orders, newest first.
pub(crate) async fn of_session(
    db: &Readers,
    session_id: &str,
    limit: i64,
    offset: i64,
) -> Result<(i64, Vec<Order>), sqlx::Error> {
    let total = sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE session_id = $1")
        .bind(session_id)
        .fetch_one(db)
        .await?;
    let rows: Vec<OrderRow> = sqlx::query_as(select_order!(
        "WHERE session_id = $1 ORDER BY placed_at DESC, order_key DESC LIMIT $2 OFFSET $3"
    ))
    .bind(session_id)
    .bind(limit)
    .bind(offset)
    .fetch_all(db)
    .await?;
    Ok((
        total,
        rows.into_iter()
            .map(Order::try_from)
            .collect::<Result<_, _>>()?,
    ))
}

/// A session's orders whose end is still open, newest first, 20 at the most.
pub(crate) async fn open_of_session(
    db: &mut Conn,
    session_id: &str,
) -> Result<Vec<Order>, sqlx::Error> {
    let rows: Vec<OrderRow> = sqlx::query_as(select_order!(
        "WHERE session_id = $1 AND state NOT IN ('confirmed', 'rejected', 'cancelled', 'settled')
         ORDER BY placed_at DESC, order_key DESC LIMIT 20"
    ))
    .bind(session_id)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Order::try_from).collect()
}

/// Keys and sessions of orders whose time has come: orders that never failed first, then the longest due. A time
/// beyond `beyond_ms` was written down before the clock was set back.
pub(crate) async fn due(
    db: &Readers,
    now_ms: i64,
    beyond_ms: i64,
    limit: i64,
) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT order_key, session_id FROM orders
         WHERE state <> 'confirmed' AND state IN ('journalled', 'retry_wait', 'unknown', 'voiding')
         AND lease_until IS NULL
         AND (next_try_at IS NULL OR next_try_at <= $1 OR next_try_at > $3)
         ORDER BY CASE WHEN rounds = 0 THEN 0 ELSE 1 END, next_try_at LIMIT $2",
    )
    .bind(now_ms)
    .bind(limit)
    .bind(beyond_ms)
    .fetch_all(db)
    .await
}

/// How many orders had which end.
pub(crate) async fn ended(db: &mut Conn) -> Result<Ledger, sqlx::Error> {
    // Those that are confirmed have numbers, and no others do.
    let confirmed = sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE number IS NOT NULL")
        .fetch_one(&mut *db)
        .await?;
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT state, COUNT(*) FROM orders
         WHERE state <> 'confirmed' AND state IN ('rejected', 'cancelled', 'settled') GROUP BY state",
    )
    .fetch_all(db)
    .await?;
    let mut ledger = Ledger {
        confirmed,
        ..Ledger::default()
    };
    for (word, count) in rows {
        match word.as_str() {
            "rejected" => ledger.rejected = count,
            "cancelled" => ledger.cancelled = count,
            _settled => ledger.settled = count,
        }
    }
    Ok(ledger)
}

/// Adds the orders that are open, and those that wait for a person: in quarantine or otherwise marked, and those
/// that are still open although they were placed before `since_ms`.
pub(crate) async fn add_open(
    db: &mut Conn,
    since_ms: i64,
    ledger: &mut Ledger,
) -> Result<(), sqlx::Error> {
    ledger.attention =
        sqlx::query_scalar("SELECT COUNT(*) FROM orders WHERE attention IS NOT NULL")
            .fetch_one(&mut *db)
            .await?;
    (ledger.open, ledger.overdue) = sqlx::query_as(
        "SELECT COUNT(*),
                CAST(COALESCE(SUM(CASE WHEN attention IS NULL AND placed_at < $1 THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM orders WHERE state <> 'confirmed'
         AND state IN ('journalled', 'sending', 'retry_wait', 'unknown', 'voiding', 'quarantined')",
    )
    .bind(since_ms)
    .fetch_one(db)
    .await?;
    let Ledger {
        confirmed,
        rejected,
        cancelled,
        settled,
        open,
        ..
    } = *ledger;
    ledger.journalled = confirmed + rejected + cancelled + settled + open;
    Ok(())
}
