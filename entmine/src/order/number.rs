//! Order numbers: `SO-2026-000123`.

use crate::clock::year;
use crate::error::StorageError;
use crate::sequence;
use crate::storage::{Counts, Writing};
use database::Conn;
use std::fmt;

/// The sequence of positions in the list of orders.
pub(super) const ORDERS: &str = "orders";
/// The highest count of a year that is taken from outside. No shop gets there, and a number near the
/// end of the integers would leave none for the orders after it.
const HIGHEST_GIVEN: i64 = 999_999_999;

/// An order number. The year is the acceptance's in UTC; after 999,999 the count grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct OrderNumber {
    pub year: i16,
    pub count: i64,
}

impl OrderNumber {
    /// The number of a text exactly as EntMine writes it, or nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, count) = text.strip_prefix("SO-")?.split_once('-')?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || !digits(year) || !digits(count) {
            return None;
        }
        let number = Self {
            year: year.parse().ok()?,
            count: count.parse().ok()?,
        };
        let is_canonical = number.to_string() == text;
        (is_canonical && (1..=HIGHEST_GIVEN).contains(&number.count)).then_some(number)
    }

    /// The next numbers of the year that it is now, each with the order's position in the list of orders; with
    /// them the numbers of what this work will add to its lists.
    pub async fn next(
        tx: &mut Writing<'_>,
        orders: i64,
        of_lists: Counts,
    ) -> Result<Vec<(Self, i64)>, StorageError> {
        let year = year(tx.now_ms);
        let name = sequence_of(year);
        let last = tx
            .take(&[(&name, orders), (ORDERS, orders)], of_lists)
            .await?;
        let of = |name: &str| last.get(name).copied();
        let missing = || StorageError::Unreadable("sequences".to_owned());
        let (count, position) = of(&name).zip(of(ORDERS)).ok_or_else(missing)?;
        let numbers = (1 - orders..=0).map(|back| {
            let count = count + back;
            (Self { year, count }, position + back)
        });
        Ok(numbers.collect())
    }

    /// The years that have numbers.
    pub async fn years(conn: &mut Conn) -> Result<Vec<i16>, StorageError> {
        let names: Vec<String> =
            sqlx::query_scalar("SELECT name FROM sequences WHERE name LIKE 'number-%'")
                .fetch_all(conn)
                .await?;
        let year = |name: &String| name.strip_prefix("number-")?.parse().ok();
        Ok(names.iter().filter_map(year).collect())
    }

    /// Moves the year's sequence so that neither this number nor an earlier one is ever given out
    /// again. Gives the last number that counts as given out then.
    pub async fn pass(self, tx: &mut Writing<'_>) -> Result<Self, StorageError> {
        let count = sequence::reach(tx.conn(), &sequence_of(self.year), self.count).await?;
        Ok(Self { count, ..self })
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SO-{}-{:06}", self.year, self.count)
    }
}

fn sequence_of(year: i16) -> String {
    format!("number-{year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for text in ["SO-2026-000001", "SO-2026-999999", "SO-2027-1000000"] {
            assert_eq!(OrderNumber::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_entmine_would_not_write_is_no_number() {
        for text in [
            "",
            "SO-2026-",
            "SO-2026-1",
            "SO-2026-0000001",
            "SO-2026-000000",
            "SO-2026-+00001",
            "SO-2026-000001 ",
            "so-2026-000001",
            "SO-26-000001",
            "SO-+026-000001",
            "SO-20266-000001",
            "SO-2026-1000000000",
            "SO-2026-9223372036854775807",
            "SO-2026-99999999999999999999",
        ] {
            assert_eq!(OrderNumber::parse(text), None, "{text}");
        }
    }
}
