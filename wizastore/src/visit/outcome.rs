//! From the journal's state to what the customer is told.

use super::Visit;
use crate::cart;
use crate::journal::{Order, Standing, State};
use database::DatabaseError;
use model::{Cart, Outcome};

impl Visit {
    /// What to tell about a journalled order. The cart to go on with is shown to its own session
    /// only: a receipt opens the order, nothing else.
    pub(crate) async fn outcome_of(&self, order: &Order) -> Result<Outcome, DatabaseError> {
        self.outcome(&order.receipt, &order.standing).await
    }

    /// The same for the order of a receipt that is known to stand so.
    pub(crate) async fn outcome(
        &self,
        receipt: &str,
        standing: &Standing,
    ) -> Result<Outcome, DatabaseError> {
        let cart = match standing.state {
            State::Rejected => self.own_cart().await?,
            _ => None,
        };
        Ok(self.told(receipt, standing, cart))
    }

    /// The same with the cart to go on with after a rejection, or none in a list, where nobody goes on from.
    pub(super) fn told(&self, receipt: &str, standing: &Standing, cart: Option<Cart>) -> Outcome {
        let receipt = receipt.to_owned();
        match standing.state {
            State::Sending => Outcome::Sending { receipt },
            State::Journalled | State::RetryWait => {
                // What is due waits all the same while EntMine is left alone.
                let held_ms = self.store.push.held_for().unwrap_or_default();
                let due_ms = standing.next_try_at.unwrap_or_default() - self.store.clock.now_ms();
                let next_try_in_ms = due_ms.max(held_ms).max(0);
                Outcome::Safe {
                    receipt,
                    next_try_in_ms,
                    asked_ms_ago: self.store.push.failed_ago(),
                }
            }
            State::Unknown => Outcome::Checking {
                receipt,
                asked_ms_ago: self.store.push.failed_ago(),
            },
            State::Confirmed => match (&standing.number, standing.erp_status) {
                (Some(number), Some(status)) => Outcome::Confirmed {
                    number: number.clone(),
                    status,
                    receipt,
                },
                // The table's check forbids it.
                (_, _) => Outcome::UnderReview {
                    receipt,
                    settled: false,
                },
            },
            State::Rejected => Outcome::NotPlaced {
                reasons: standing.reasons.clone(),
                cart,
            },
            State::Voiding => Outcome::Cancelling { receipt },
            State::Cancelled => Outcome::Cancelled { receipt },
            State::Quarantined => Outcome::UnderReview {
                receipt,
                settled: false,
            },
            // Whoever settled it by hand has told the customer what.
            State::Settled => Outcome::UnderReview {
                receipt,
                settled: true,
            },
        }
    }

    /// This browser's cart; none where it has no session.
    pub(crate) async fn own_cart(&self) -> Result<Option<Cart>, DatabaseError> {
        match self.session_id().await? {
            Some(session_id) => self.cart_of(&session_id).await,
            None => Ok(None),
        }
    }

    /// A session's cart as it is now.
    pub(crate) async fn cart_of(&self, session_id: &str) -> Result<Option<Cart>, DatabaseError> {
        let mut db = self.store.db.reader().acquire().await?;
        let cart = cart::of_session(&mut db, session_id).await?;
        Ok(cart.map(|(row, lines)| cart::on_the_wire(&row, &lines)))
    }
}
