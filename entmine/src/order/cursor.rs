//! Where a listing goes on.

use super::BadCursor;
use crate::error::StorageError;
use crate::{catalog, sequence};
use database::Conn;

/// What is listed, each in an order of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    Orders,
    StatusChanges,
}

impl Listing {
    /// The sequence that its positions come from. It has no gaps and one writer, so nothing can
    /// commit behind a position that a reader has seen.
    pub fn sequence(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::StatusChanges => "status",
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Orders => 'o',
            Self::StatusChanges => 's',
        }
    }

    /// The cursor after a position. It names the epoch, because after a backup was restored the same
    /// position is another order's.
    pub fn cursor(self, epoch: i64, position: i64) -> String {
        format!("{}{epoch}.{position}", self.letter())
    }

    /// The epoch and the position of a cursor exactly as it was written.
    fn read(self, cursor: &str) -> Option<(i64, i64)> {
        let (epoch, position) = cursor.strip_prefix(self.letter())?.split_once('.')?;
        let (epoch, position) = (epoch.parse().ok()?, position.parse().ok()?);
        (self.cursor(epoch, position) == cursor && position >= 1).then_some((epoch, position))
    }
}

/// The place where a listing goes on, on one state of the database.
pub(super) struct Place {
    pub epoch: i64,
    /// List what comes after it.
    pub position: i64,
}

/// Finds the place of a cursor; without one it is the beginning.
pub(super) async fn find(
    conn: &mut Conn,
    listing: Listing,
    cursor: Option<&str>,
) -> Result<Result<Place, BadCursor>, StorageError> {
    let epoch = catalog::epoch(conn).await?;
    let Some(cursor) = cursor else {
        return Ok(Ok(Place { epoch, position: 0 }));
    };
    let newest = sequence::last(conn, listing.sequence()).await?;
    Ok(match listing.read(cursor) {
        Some((given, position)) if given == epoch && position <= newest => {
            Ok(Place { epoch, position })
        }
        Some(_) | None => Err(BadCursor),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_of_its_own_listing() {
        let cursor = Listing::Orders.cursor(2, 17);
        assert_eq!(Listing::Orders.read(&cursor), Some((2, 17)));
        assert_eq!(Listing::StatusChanges.read(&cursor), None);
    }

    #[test]
    fn what_was_never_written_is_no_cursor() {
        for cursor in [
            "", "o", "17", "o1", "o1.", "o1.0", "o1.-1", "o1.+1", "o1.01", "o1.1 ",
        ] {
            assert_eq!(Listing::Orders.read(cursor), None, "{cursor}");
        }
    }
}
