//! Opening EntMine.

use super::{EntMine, Inner, News, folding};
use crate::catalog::epoch;
use crate::delivery::{Asked, Senders};
use crate::error::StorageError;
use crate::order::{OrderLimits, Placing};
use crate::sequence;
use crate::staff::Seen;
use database::Conn;
use database::{Clock, Database, Found, OpenError, Plan, Points};
use sqlx::migrate::Migrator;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// In messages.
const WHOSE: &str = "EntMine's";

/// Reads are short; more connections than this only cost memory.
const READERS: u32 = 4;

/// "EntMine" in ASCII: the advisory lock of its one writer.
const WRITER_LOCK: i64 = 0x0045_6e74_4d69_6e65;

/// How EntMine is opened, beyond its address. The default is what a merchant runs.
pub struct Options {
    /// None: the database's own.
    pub clock: Option<Arc<dyn Clock>>,
    pub points: Points,
    /// Beyond these an order is accepted on hold.
    pub limits: OrderLimits,
    /// A change of the catalogue is kept for so long although its product changed again since, for whoever looks into
    /// what happened. Stores follow within seconds.
    pub changes_kept: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: None,
            points: Points::default(),
            limits: OrderLimits::default(),
            changes_kept: Duration::from_secs(30 * 24 * 3600),
        }
    }
}

impl EntMine {
    /// What is in the database at `sqlite:<path>` or `postgres://…`; nothing is made or changed.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn look_at(url: &str) -> Result<Found, OpenError> {
        database::look(url, WHOSE, &MIGRATIONS).await
    }

    /// Opens the database at `sqlite:<path>` or `postgres://…`, and brings its tables up to date.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(url: &str, options: Options) -> Result<Self, OpenError> {
        let plan = Plan {
            whose: WHOSE,
            migrations: &MIGRATIONS,
            readers: READERS,
            writer_lock: WRITER_LOCK,
            prompt: &["entmine.place", "entmine.void"],
            points: options.points,
        };
        let database = Database::open(url, plan).await?;
        let named = database.named().to_owned();
        let broken = |error: StorageError| match error {
            StorageError::Database(error) => OpenError::Broken(error),
            StorageError::Unreadable(_) | StorageError::Overdue => OpenError::Database {
                whose: "EntMine's",
                database: named.clone(),
                cause: error.to_string(),
            },
        };
        let (instance, epoch, newest, stock) = database
            .write("entmine.open", |conn| {
                Box::pin(async move {
                    let newest = sequence::last(conn, "catalog").await?;
                    let stock = sequence::last(conn, "stock").await?;
                    Ok((instance(conn).await?, epoch(conn).await?, newest, stock))
                })
            })
            .await
            .map_err(broken)?;
        folding::fold_old_rows(&database).await.map_err(broken)?;
        Ok(Self {
            inner: Arc::new(Inner {
                clock: options.clock.unwrap_or_else(|| database.clock()),
                database,
                newest: watch::Sender::new(News {
                    seq: newest,
                    stock,
                    urgent: newest,
                }),
                asked: Asked::default(),
                senders: Senders::default(),
                seen: Seen::default(),
                limits: options.limits,
                changes_kept: options.changes_kept,
                placing: Placing::default(),
                instance,
                epoch: AtomicI64::new(epoch),
            }),
        })
    }
}

/// The database's own id, made at the first start.
async fn instance(conn: &mut Conn) -> Result<Uuid, StorageError> {
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES ('instance', $1) ON CONFLICT (name) DO NOTHING",
    )
    .bind(Uuid::now_v7().to_string())
    .execute(&mut *conn)
    .await?;
    let text: String = sqlx::query_scalar("SELECT value FROM settings WHERE name = 'instance'")
        .fetch_one(conn)
        .await?;
    Uuid::parse_str(&text).map_err(|_| StorageError::Unreadable(format!("instance {text}")))
}
