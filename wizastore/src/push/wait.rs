//! Waiting for an order's end.

use super::Push;
use crate::journal::{self, State};
use database::{DatabaseError, Engine};
use std::time::Duration;

/// What another replica tells may get lost: whoever waits for an order's end looks so often, too.
const LOOK: Duration = Duration::from_millis(500);
/// And whoever only follows an order's page, of whom there may be many.
const LOOK_ON: Duration = Duration::from_secs(7);
/// Where there is no other replica everything is told; this is for what nobody thought of.
const LOOK_ALONE: Duration = Duration::from_secs(15);

/// How often a page that follows an order looks for itself.
pub(crate) fn look_on(engine: Engine) -> Duration {
    match engine {
        Engine::Sqlite => LOOK_ALONE,
        Engine::Postgres => LOOK_ON,
    }
}

impl Push {
    /// Waits until no attempt owns the order, at most as long as a customer does.
    pub(crate) async fn wait_settled(&self, key: &str) -> Result<(), DatabaseError> {
        let mut events = self.subscribe(key);
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
                events.changed(LOOK).await;
            }
        };
        tokio::time::timeout(self.inner.knobs.customer_wait, wait)
            .await
            .unwrap_or(Ok(()))
    }
}
