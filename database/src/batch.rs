//! Work that waits for the writer, and what it is told.

use crate::Work;
use crate::address::Engine;
use crate::conn::Conn;
use crate::error::DatabaseError;
use crate::point::Points;
use crate::statement::{Answers, Questions};
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

/// What a step is called, and where.
pub(crate) struct Name {
    pub step: &'static str,
    pub points: Points,
}

impl Name {
    pub fn new(step: &'static str, points: Points) -> Self {
        Self { step, points }
    }
}

/// What a transaction begins with.
#[derive(Clone, Copy)]
pub(crate) struct First<'b> {
    /// What the first step has to know.
    pub questions: &'b Questions,
    /// Whether each step has a savepoint of its own. On SQLite a step that is alone needs none, because it is undone
    /// with all of the transaction; and while a savepoint is open SQLite copies each page before its first change,
    /// for a batch of orders more than it keeps in memory. On PostgreSQL going back to the savepoint keeps the locks.
    pub in_savepoint: bool,
}

/// What shares a commit.
#[derive(Default)]
pub(crate) struct Batch {
    pub names: Vec<Name>,
    pub steps: Vec<Box<dyn Step>>,
}

impl Batch {
    pub fn of_one(name: Name, step: Box<dyn Step>) -> Self {
        Self {
            names: vec![name],
            steps: vec![step],
        }
    }

    pub fn into_queued(self) -> impl Iterator<Item = Queued> {
        let steps = self.names.into_iter().zip(self.steps);
        steps.map(|(name, step)| Queued::Step(name, step))
    }

    pub fn add(&mut self, name: Name, step: Box<dyn Step>) {
        self.names.push(name);
        self.steps.push(step);
    }

    /// How the transaction begins; a batch has a first step.
    pub fn first(&self, engine: Engine) -> First<'_> {
        const NONE: &Questions = &Questions(Vec::new());
        First {
            questions: self.steps.first().map_or(NONE, |step| step.questions()),
            in_savepoint: engine == Engine::Postgres || self.steps.len() > 1,
        }
    }

    /// Tells each caller what became of the transaction.
    pub fn tell(self, end: &Result<(), DatabaseError>) {
        self.steps
            .into_iter()
            .for_each(|step| step.tell(end.clone()));
    }
}
