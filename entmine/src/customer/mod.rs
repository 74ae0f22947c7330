//! A customer's personal data: handed out on request, and erased.
//!
//! Orders stay, with their numbers, lines and totals; of the body only the fingerprint, by which a
//! store that sends the order once more still gets the same answer.

mod erase;
mod export;

pub use erase::Erasure;
pub use export::{PersonalData, PersonalOrder};

use crate::error::StorageError;
use crate::order::{OrderNumber, next_steps, status_of};
use crate::search::email_key;
use crate::storage::EntMine;
use database::Conn;
use model::OrderStatus;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Whose data are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Person {
    /// Those of one order.
    Order(String),
    /// Those of every order with this e-mail address, in small or large letters.
    Email(String),
}

/// An order that still has data of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderOfPerson {
    pub number: String,
    pub status: OrderStatus,
    key: String,
    store: String,
}

impl OrderOfPerson {
    fn read(row: &AnyRow) -> Result<Self, StorageError> {
        Ok(Self {
            number: row.try_get("number")?,
            status: status_of(&row.try_get::<String, _>("status")?)?,
            key: row.try_get("key")?,
            store: row.try_get("store")?,
        })
    }

    /// Whether its goods have yet to reach somebody.
    pub fn is_open(&self) -> bool {
        !next_steps(self.status).is_empty()
    }
}

impl EntMine {
    /// The orders that are meant and still have data, the oldest first.
    ///
    /// # Errors
    /// [`StorageError`] where the database does not answer.
    pub async fn orders_of(&self, person: &Person) -> Result<Vec<OrderOfPerson>, StorageError> {
        let person = person.clone();
        self.read(move |conn| Box::pin(async move { orders(conn, &person).await }))
            .await
    }
}

/// The orders that are meant and still have data, the oldest first.
async fn orders(conn: &mut Conn, person: &Person) -> Result<Vec<OrderOfPerson>, StorageError> {
    let (number, email) = match person {
        // What EntMine never wrote is not asked of the database.
        Person::Order(number) => match OrderNumber::parse(number) {
            Some(number) => (number.to_string(), String::new()),
            None => return Ok(Vec::new()),
        },
        Person::Email(email) => {
            let email = email.trim();
            if email.is_empty() || email.contains('\0') {
                return Ok(Vec::new());
            }
            (String::new(), email_key(email))
        }
    };
    let rows = sqlx::query(
        "SELECT number, status, key, store FROM orders
         WHERE erased_at_ms IS NULL AND (number = $1 OR (email_key <> '' AND email_key = $2))
         ORDER BY position",
    )
    .bind(number)
    .bind(email)
    .fetch_all(conn)
    .await?;
    rows.iter().map(OrderOfPerson::read).collect()
}
