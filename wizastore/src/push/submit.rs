//! A submission: journalled, then pushed, and what is told when the journal itself fails.

use super::Push;
use crate::checkout::{self, Submission, Submitted};
use crate::journal::{CartToOrder, Order};
use crate::{cart, journal, session};
use database::{Answers, Conn, DatabaseError, Engine, Questions, Work};
use model::Reason;
use std::time::Duration;

/// How often, and with which pauses, the store asks itself whether a commit that gave no answer
/// went through; together they fit into a customer's wait.
const LOOKS: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
];

/// A customer who is told that nothing was saved waits no longer than this for the form to be kept:
/// a database that just failed can take seconds to say so again.
const KEEP_FORM: Duration = Duration::from_secs(1);

/// What the journal made of a submission, with the attempt that it began; none where it may not write what the
/// submission is about.
type Journalled = Option<(Submitted, Option<journal::Claim>)>;

impl Push {
    /// Journals a submission and pushes it, in tasks that go on when the caller is gone: between
    /// the journal's commit and the push there is no moment at which a closed tab could leave an
    /// order alone. Gives what the journal made of it once the round has ended, at most as long
    /// after as a customer waits.
    ///
    /// # Errors
    /// [`DatabaseError`] where nobody can tell whether the submission was journalled.
    pub(crate) async fn submit(&self, submission: Submission) -> Result<Submitted, DatabaseError> {
        let push = self.clone();
        let journalled = self.inner.tasks.spawn(async move {
            // An attempt that could not be made would be two more writes, just when there is too much
            // to do: it is only begun where there is a place for it.
            let place = push.place_for_submitted().await;
            let (submitted, claim) = push.journal(submission, place.is_some()).await?;
            let round = match (claim, place) {
                (Some(claim), Some(place)) => Some(push.spawn_live_round(claim, place, false)),
                (_, _) => None,
            };
            Ok::<_, DatabaseError>((submitted, round))
        });
        let (mut submitted, round) = journalled.await.map_err(|_| DatabaseError::CutShort)??;
        if let Some(round) = round {
            let stands = self.wait_for(round).await;
            if let Submitted::Fresh { ended, .. } = &mut submitted {
                *ended = stands;
            }
        }
        Ok(submitted)
    }

    async fn journal(
        &self,
        submission: Submission,
        begin: bool,
    ) -> Result<(Submitted, Option<journal::Claim>), DatabaseError> {
        let db = &self.inner.db;
        let done = match submission.session_id.as_deref() {
            Some(own) => {
                let only = Some(own.to_owned());
                let work = self.journalling(submission.clone(), only, begin);
                let cart = ask_for_cart(&submission)?;
                db.write_beside_asking("store.journal", Some(own), cart, work)
                    .await
            }
            None => Ok(None),
        };
        let done = match done {
            // A browser that lost its session, or has another one, and shows the receipt.
            Ok(None) => {
                let work = self.journalling(submission.clone(), None, begin);
                let cart = ask_for_cart(&submission)?;
                db.write_asking("store.journal", cart, work).await
            }
            done => done,
        };
        match done {
            Ok(Some(done)) => Ok(done),
            Ok(None) => Ok((checkout::unknown(), None)),
            Err(error) => {
                tracing::error!(%error, key = %submission.key, "a submission could not be journalled");
                Ok((self.after_failure(submission, error).await?, None))
            }
        }
    }

    /// The work of the journal, on rows of `only` one session where it is not alone.
    fn journalling(
        &self,
        submission: Submission,
        only: Option<String>,
        begin: bool,
    ) -> impl for<'c> FnOnce(&'c mut Conn, Answers) -> Work<'c, Journalled, DatabaseError> + Send + 'static
    {
        let (ids, clock) = (self.inner.ids.clone(), self.inner.clock.clone());
        let lease_ms = begin.then(|| self.inner.knobs.lease.as_millis() as i64);
        move |tx, answers| {
            Box::pin(async move {
                let cart = CartToOrder::read(answers.iter().flatten())?;
                // Others may have been waited for until now.
                let (only, now_ms) = (only.as_deref(), clock.now_ms());
                let done = checkout::journal_submission(
                    tx,
                    cart,
                    &submission,
                    only,
                    lease_ms.map(|lease_ms| now_ms + lease_ms),
                    &ids,
                    now_ms,
                );
                Ok(done.await?)
            })
        }
    }

    /// *Not placed* is only told when nothing of the submission can appear later: nothing was
    /// written, or the key is known to be absent, and its cart has another key from now on.
    async fn after_failure(
        &self,
        submission: Submission,
        mut error: DatabaseError,
    ) -> Result<Submitted, DatabaseError> {
        if !error.may_be_written() {
            return self.after_nothing_was_written(submission).await;
        }
        for pause in LOOKS {
            tokio::time::sleep(pause).await;
            // To be found there it need not be possible to write.
            match self.journalled(&submission).await {
                Ok(Some(known)) => return Ok(known),
                Ok(None) => {}
                Err(again) => {
                    error = again;
                    continue;
                }
            }
            let (asked, now_ms) = (submission.clone(), self.inner.clock.now_ms());
            let ids = self.inner.ids.clone();
            // The transaction whose commit is in doubt is over before this one can begin: it holds the lock of all
            // writers until its end can be seen, and this one holds that alone.
            let look = self.inner.db.write("store.unsaved", move |tx| {
                Box::pin(async move {
                    let key = asked.key.to_string();
                    if let Some(order) = journal::by_key(tx, &key).await? {
                        return Ok::<_, DatabaseError>(before(&order, &asked));
                    }
                    let cart = cart::by_key(tx, &key).await?;
                    let Some(cart) = cart.filter(|cart| checkout::may_use(cart, &asked)) else {
                        return Ok(Submitted::NotSaved {
                            session_id: asked.session_id,
                            form_kept: false,
                        });
                    };
                    cart::rekey(tx, &ids, &cart.order_key).await?;
                    keep_form(tx, &cart.session_id, &asked).await?;
                    tracing::warn!(key, now_ms, "a cart got another key after a failed commit");
                    Ok(Submitted::NotSaved {
                        session_id: asked.session_id,
                        form_kept: true,
                    })
                })
            });
            match look.await {
                Ok(known) => return Ok(known),
                Err(again) => error = again,
            }
        }
        Err(error)
    }

    /// Nothing of this submission was written, but an earlier click on the same form may have been:
    /// its customer, who perhaps never got the answer, must not be told that nothing was ordered.
    async fn after_nothing_was_written(
        &self,
        submission: Submission,
    ) -> Result<Submitted, DatabaseError> {
        let form_kept = self.keep_form(submission.clone()).await;
        // Last of all, so that an order of a click that came just before this one is seen.
        match (self.journalled(&submission).await, form_kept) {
            (Ok(Some(known)), _) => Ok(known),
            (Ok(None), Kept::Done(form_kept)) => Ok(Submitted::NotSaved {
                session_id: submission.session_id,
                form_kept,
            }),
            // Elsewhere that other click may be about to commit.
            (Ok(None), Kept::Unknown) => Ok(Submitted::NothingTaken),
            (Err(error), _) => {
                tracing::error!(%error, key = %submission.key, "nor can its key be looked up");
                Ok(Submitted::NothingTaken)
            }
        }
    }

    /// What to tell where the key is journalled by now.
    async fn journalled(
        &self,
        submission: &Submission,
    ) -> Result<Option<Submitted>, DatabaseError> {
        let mut db = self.inner.db.reader().acquire().await?;
        let order = journal::by_key(&mut db, &submission.key.to_string()).await?;
        Ok(order.map(|order| before(&order, submission)))
    }

    /// Keeps what was typed for the checkout's page, if the database can do that much, and soon.
    async fn keep_form(&self, submission: Submission) -> Kept {
        let kept = self.inner.db.write("store.draft", move |tx| {
            Box::pin(async move {
                let cart = cart::by_key(tx, &submission.key.to_string()).await?;
                let Some(cart) = cart.filter(|cart| checkout::may_use(cart, &submission)) else {
                    return Ok(false);
                };
                keep_form(tx, &cart.session_id, &submission).await?;
                Ok::<_, DatabaseError>(true)
            })
        });
        match tokio::time::timeout(KEEP_FORM, kept).await {
            Ok(Ok(kept)) => Kept::Done(kept),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a form that was not saved could not be kept either");
                self.not_kept()
            }
            Err(_) => {
                tracing::warn!("a form that was not saved is not kept yet either");
                self.not_kept()
            }
        }
    }

    fn not_kept(&self) -> Kept {
        match self.inner.db.engine() {
            // Its one writer has done all that came before this click.
            Engine::Sqlite => Kept::Done(false),
            Engine::Postgres => Kept::Unknown,
        }
    }
}

fn ask_for_cart(submission: &Submission) -> Result<Questions, sqlx::Error> {
    Questions::of(journal::ask_cart_to_order(&submission.key.to_string()))
}

/// Whether a form was kept.
enum Kept {
    Done(bool),
    /// Not as far as is known, and others may be writing for the same key just now.
    Unknown,
}

/// What is told about a key that is journalled, to whom it may be told.
fn before(order: &Order, submission: &Submission) -> Submitted {
    if checkout::may_see(order, submission) {
        Submitted::Before {
            key: order.key.clone(),
        }
    } else {
        checkout::unknown()
    }
}

async fn keep_form(
    tx: &mut Conn,
    session_id: &str,
    submission: &Submission,
) -> Result<(), sqlx::Error> {
    let draft = serde_json::to_string(&submission.fields.form).unwrap_or_default();
    let why = serde_json::to_string(&[Reason::NotSaved]).unwrap_or_default();
    session::keep_draft(tx, session_id, Some(&draft), Some(&why)).await
}
