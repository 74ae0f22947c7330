//! What the listings and the stock pull make of an answer. Pure functions.

use super::answer::{Answer, Reading, is_time, unreadable};
use super::order::well_formed;
use crate::erp::{Answered, CallError};
use model::{OrderPage, StockAnswer, Verdict};
use serde::de::DeserializeOwned;

/// `GET /entmine/v1/orders` and `GET /entmine/v1/orders/changes`, asked with this cursor.
pub(super) fn classify_page(
    after: Option<&str>,
    answer: &Answer,
) -> Result<Answered<OrderPage>, CallError> {
    let mut page: Answered<OrderPage> = match answer.reading() {
        // It does not know its own cursor any more.
        Reading::Typed(typed) if typed.status == 400 => {
            return Err(CallError::Contradiction {
                detail: typed.told(),
            });
        }
        Reading::Typed(_) | Reading::Success | Reading::Failed(_) => success(answer)?,
    };
    let next = page.answer.next.as_deref();
    if next.is_some_and(|next| next.is_empty() || after == Some(next)) {
        // Who follows it comes here again and again.
        return Err(unreadable("a cursor that does not go on"));
    }
    for verdict in &mut page.answer.orders {
        match verdict {
            Verdict::Accepted(order) => {
                well_formed(order.clone().into())?;
                // A UUID says the same in capitals; in the store a key is one string everywhere.
                order.key.make_ascii_lowercase();
            }
            Verdict::Rejected { .. } => {
                return Err(unreadable("a rejected order in a list of accepted ones"));
            }
        }
    }
    Ok(page)
}

/// `GET /entmine/v1/stock`.
pub(super) fn classify_stock(answer: &Answer) -> Result<StockAnswer, CallError> {
    let stock: StockAnswer = success(answer)?.answer;
    if !is_time(&stock.as_of) {
        return Err(unreadable("as_of is not a time of RFC 3339"));
    }
    Ok(stock)
}

fn success<T: DeserializeOwned>(answer: &Answer) -> Result<Answered<T>, CallError> {
    match answer.reading() {
        Reading::Failed(error) => Err(error),
        Reading::Success => answer.success(&[200]),
        Reading::Typed(typed) => Err(typed.out_of_place()),
    }
}
