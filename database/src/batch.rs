//! Work that waits for the writer, and what it is told.

use crate::Work;
use crate::conn::Conn;
use crate::error::DatabaseError;
use crate::write::Name;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use tokio::sync::oneshot;

/// What the writer takes from its queue.
pub(crate) enum Queued {
    /// A step of work, with its name among the points.
    Step(Name, Box<dyn Step>),
    /// The end: nothing after it is done.
    Close,
}

/// One piece of work of a batch.
pub(crate) trait Step: Send {
    /// Does the work; whether it may stand.
    fn run<'c>(&'c mut self, conn: &'c mut Conn) -> BoxFuture<'c, bool>;

    /// Tells the caller, once it is known what became of the transaction.
    fn tell(self: Box<Self>, end: Result<(), DatabaseError>);
}

/// A closure with the caller that waits for it.
pub(crate) struct Task<T, E, F> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Task<T, E, F> {
    pub fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (caller, answer) = oneshot::channel();
        let task = Self {
            work: Some(work),
            result: None,
            caller,
        };
        (task, answer)
    }
}

impl<T, E, F> Step for Task<T, E, F>
where
    T: Send,
    E: From<DatabaseError> + Send,
    F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T, E> + Send,
{
    fn run<'c>(&'c mut self, conn: &'c mut Conn) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return false;
            };
            // A panic in one piece of work must not take the others' writer away.
            self.result = AssertUnwindSafe(work(conn)).catch_unwind().await.ok();
            matches!(self.result, Some(Ok(_)))
        })
    }

    fn tell(self: Box<Self>, end: Result<(), DatabaseError>) {
        let told = match (self.result, end) {
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Ok(_)) | None, Err(error)) => Err(E::from(error)),
            (None, Ok(())) => Err(E::from(DatabaseError::CutShort)),
        };
        // A caller that went away wants no answer.
        let _ = self.caller.send(told);
    }
}
