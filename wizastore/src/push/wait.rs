//! Waiting for news of an order.

use super::Push;
use crate::journal::{self, State};
use database::{DatabaseError, Engine};
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Another replica's doings are not told in this process: whoever waits for an order's end looks so
/// often.
const LOOK: Duration = Duration::from_millis(500);
/// And whoever only follows an order's page, of whom there may be many.
const LOOK_ON: Duration = Duration::from_secs(2);
/// Where there is no other replica everything is told; this is for what nobody thought of.
const LOOK_ALONE: Duration = Duration::from_secs(15);

/// How often a page that follows an order looks for itself.
pub(crate) fn look_on(engine: Engine) -> Duration {
    match engine {
        Engine::Sqlite => LOOK_ALONE,
        Engine::Postgres => LOOK_ON,
    }
}

/// Waits for a change of an order, or until it is time to `look` for oneself. None: the store stops.
pub(crate) async fn news(changes: &mut Receiver<String>, key: &str, look: Duration) -> Option<()> {
    let told = async {
        loop {
            match changes.recv().await {
                Ok(changed) if changed == key => return Some(()),
                Ok(_) => {}
                // Too much happened to be told.
                Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    };
    tokio::time::timeout(look, told).await.unwrap_or(Some(()))
}

impl Push {
    /// Waits until no attempt owns the order, at most as long as a customer does.
    pub(crate) async fn wait_settled(&self, key: &str) -> Result<(), DatabaseError> {
        let mut changes = self.changes();
        let wait = async {
            loop {
                let mut db = self.inner.db.reader().acquire().await?;
                match journal::by_key(&mut db, key).await? {
                    Some(order)
                        if order.standing.state == State::Sending
                            || order.standing.lease_until.is_some() => {}
                    Some(_) | None => return Ok(()),
                }
                drop(db);
                if news(&mut changes, key, LOOK).await.is_none() {
                    return Ok(());
                }
            }
        };
        tokio::time::timeout(self.inner.knobs.customer_wait, wait)
            .await
            .unwrap_or(Ok(()))
    }
}
