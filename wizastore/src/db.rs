//! Opening the store's database.

use database::{Database, Found, OpenError, Plan, Points};
use sqlx::migrate::Migrator;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// In messages.
const WHOSE: &str = "the store's";

/// Pages read several things at once, and many pages are read at once.
const READERS: u32 = 8;

/// "WizStore" in ASCII: the advisory lock of the store's writers.
const WRITER_LOCK: i64 = 0x5769_7a53_746f_7265;

/// Rows that are removed in one transaction at most, because customers wait for it.
pub(crate) const SWEPT: u64 = 500;

/// What is in a database; nothing is made or changed.
pub(crate) async fn look(url: &str) -> Result<Found, OpenError> {
    database::look(url, WHOSE, &MIGRATIONS).await
}

pub(crate) async fn open(url: &str, points: Points) -> Result<Database, OpenError> {
    Database::open(url, plan(points)).await
}

/// How the store's database is opened.
pub(crate) fn plan(points: Points) -> Plan {
    Plan {
        whose: WHOSE,
        migrations: &MIGRATIONS,
        readers: READERS,
        writer_lock: WRITER_LOCK,
        prompt: &[
            "store.journal",
            "store.verdict",
            "store.claim",
            "store.cart",
            "store.cancel",
            "store.draft",
            "store.unsaved",
            // Not for customers, but beside them, and no longer than they.
            "store.seen",
            "store.stock",
            "store.mail",
        ],
        points,
    }
}
