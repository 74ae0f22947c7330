//! Work that waits for the writer, and what it is told.

use crate::Work;
use crate::conn::Conn;
use crate::error::DatabaseError;
use crate::statement::{Answers, Questions};
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
    /// What it has to know before.
    fn questions(&self) -> &Questions;

    /// Does the work; whether it may stand.
    fn run<'c>(&'c mut self, conn: &'c mut Conn, answers: Answers) -> BoxFuture<'c, bool>;

    /// It may not stand, because what it left to be done failed.
    fn fail(&mut self, error: DatabaseError);

    /// Tells the caller, once it is known what became of the transaction.
    fn tell(self: Box<Self>, end: Result<(), DatabaseError>);
}

/// A closure with the caller that waits for it.
pub(crate) struct Task<T, E, F> {
    questions: Questions,
    work: Option<F>,
    result: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Task<T, E, F> {
    pub fn new(questions: Questions, work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (caller, answer) = oneshot::channel();
        let task = Self {
            questions,
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
    F: for<'c> FnOnce(&'c mut Conn, Answers) -> Work<'c, T, E> + Send,
{
    fn questions(&self) -> &Questions {
        &self.questions
    }

    fn run<'c>(&'c mut self, conn: &'c mut Conn, answers: Answers) -> BoxFuture<'c, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else {
                return false;
            };
            // A panic in one piece of work must not take the others' writer away.
            self.result = AssertUnwindSafe(work(conn, answers))
                .catch_unwind()
                .await
                .ok();
            matches!(self.result, Some(Ok(_)))
        })
    }

    fn fail(&mut self, error: DatabaseError) {
        self.result = Some(Err(E::from(error)));
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
