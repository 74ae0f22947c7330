//! An order as it is read: what most need of it, and what was ordered.

use super::State;
use super::standing::Standing;
use model::{CartLine, OrderForm, OrderLine, OrderRequest, OrderStatus};

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
pub(super) struct OrderRow {
    pub order_key: String,
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
pub(super) struct WholeRow {
    #[sqlx(flatten)]
    pub order: OrderRow,
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
pub(super) use {select_order, select_whole_order};
