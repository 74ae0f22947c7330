//! Named points on the way of an order, at which a test can make something fail.
//!
//! Without a hook, which is always so in the product, passing a point is one look at an `Option`.

use std::sync::Arc;
use std::time::Duration;

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Go,
    /// The step fails here.
    Fail,
    /// The step goes on after a while.
    Delay(Duration),
    /// Nothing ever goes on from here, as when the process died.
    Halt,
}

/// A step failed because a test wanted it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a test made this fail")]
pub struct Injected;

type Hook = dyn Fn(&str) -> Action + Send + Sync;

/// The points of one database and of what works on it. Clones share the hook.
#[derive(Clone, Default)]
pub struct Points(Option<Arc<Hook>>);

impl Points {
    /// Points at which `hook` decides; it is given the point's name, for example
    /// `store.journal.commit`.
    pub fn new(hook: impl Fn(&str) -> Action + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    /// Passes the point `<step>.<phase>`.
    pub async fn pass(&self, step: &str, phase: &str) -> Result<(), Injected> {
        let Some(hook) = &self.0 else {
            return Ok(());
        };
        match hook(&format!("{step}.{phase}")) {
            Action::Go => Ok(()),
            Action::Fail => Err(Injected),
            Action::Delay(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            Action::Halt => std::future::pending().await,
        }
    }
}

/// What a step that was made to fail ends with.
pub(crate) fn failure(injected: Injected) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::other(injected))
}
