//! What goes over the network: questions to EntMine, and what it says.

use super::books::Books;
use crate::OrderKey;
use crate::erp::{Found, Placed, Voided};
use model::OrderPage;

/// What EntMine is asked.
#[derive(Clone, Debug)]
pub enum Ask {
    Place {
        key: OrderKey,
        body: Vec<u8>,
        number: Option<String>,
    },
    Find(OrderKey),
    Void(OrderKey),
    Orders(Option<String>, i64),
    Changes(Option<String>, i64),
}

/// What it says.
#[derive(Clone, Debug)]
pub enum Said {
    Placed(Placed),
    Found(Found),
    Voided(Voided),
    /// None where it does not know the cursor.
    Page(Option<OrderPage>),
}

impl Ask {
    /// EntMine's answer, after it did what it is asked.
    pub fn of(&self, books: &mut Books, now_ms: i64) -> Said {
        match self {
            Self::Place { key, body, number } => {
                Said::Placed(books.place(*key, body, number.as_deref(), now_ms))
            }
            Self::Find(key) => Said::Found(books.find(*key)),
            Self::Void(key) => Said::Voided(books.void(*key)),
            Self::Orders(after, most) => Said::Page(books.orders_after(after.as_deref(), *most)),
            Self::Changes(after, most) => Said::Page(books.changes_after(after.as_deref(), *most)),
        }
    }

    /// For the story.
    pub fn brief(&self) -> String {
        match self {
            Self::Place { key, number, .. } => format!("place {key} {number:?}"),
            Self::Find(_) | Self::Void(_) | Self::Orders(..) | Self::Changes(..) => {
                format!("{self:?}")
            }
        }
    }

    pub fn key(&self) -> Option<OrderKey> {
        match self {
            Self::Place { key, .. } | Self::Find(key) | Self::Void(key) => Some(*key),
            Self::Orders(..) | Self::Changes(..) => None,
        }
    }
}
