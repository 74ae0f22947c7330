//! Opening the store's database.

use database::{Database, Durability, OpenError, Plan, Points};
use sqlx::migrate::Migrator;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Pages read several things at once, and many pages are read at once.
const READERS: u32 = 8;

/// "WizStore" in ASCII: the advisory lock of the store's one writer.
const WRITER_LOCK: i64 = 0x5769_7a53_746f_7265;

pub(crate) async fn open(
    url: &str,
    durability: Durability,
    points: Points,
) -> Result<Database, OpenError> {
    let plan = Plan {
        whose: "the store's",
        migrations: &MIGRATIONS,
        readers: READERS,
        writer_lock: WRITER_LOCK,
        durability,
        points,
    };
    Database::open(url, plan).await
}
