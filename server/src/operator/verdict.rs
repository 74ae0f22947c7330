//! Whether a command did what was asked, and whether what it saw is well.

use crate::catalogue::CatalogueReport;
use crate::control::{StoreAnswer, StoreCommand};
use crate::end::End;
use std::error::Error;
use wizastore::{Audit, OrderBrief, State};

/// How a command ended that was answered.
///
/// # Errors
/// What could not be done, or not be checked, in one sentence.
pub(super) fn of(command: &StoreCommand, answer: &StoreAnswer) -> Result<End, Box<dyn Error>> {
    let well = match answer {
        StoreAnswer::Orders(orders) => match command {
            StoreCommand::List { query } if query.attention => orders.is_empty(),
            _ => true,
        },
        StoreAnswer::Order(order) => match command {
            StoreCommand::Void { .. } => is_cancelled(&order.brief)?,
            StoreCommand::Retry { .. } => {
                state(&order.brief).is_some_and(State::is_final) && order.brief.attention.is_none()
            }
            _ => true,
        },
        StoreAnswer::Erased(done) => done.open.is_empty(),
        StoreAnswer::Audit(audit) => fits(audit)?,
        StoreAnswer::Catalogue(report) => is_same(report)?,
        StoreAnswer::Compared(comparison) => comparison.differing == 0,
        StoreAnswer::Repaired { held: false } => true,
        StoreAnswer::Repaired { held: true } => {
            return Err(
                "the catalogue was not taken: it is held until somebody gives --take-smaller"
                    .into(),
            );
        }
    };
    Ok(if well { End::Well } else { End::Attention })
}

/// A cancellation that EntMine was not reached for goes on by itself.
fn is_cancelled(order: &OrderBrief) -> Result<bool, String> {
    match state(order) {
        Some(State::Cancelled) => Ok(true),
        Some(ended) if ended.is_final() => Err(format!(
            "not cancelled: the order is {} already",
            ended.as_str()
        )),
        _ => Err(
            "not cancelled yet: EntMine has not answered; the store goes on asking it".to_owned(),
        ),
    }
}

fn state(order: &OrderBrief) -> Option<State> {
    State::parse(&order.state)
}

/// What is broken is known, whether EntMine could be asked or not.
fn fits(audit: &Audit) -> Result<bool, &'static str> {
    match audit.entmine_orders {
        _ if !audit.broken.is_empty() => Ok(false),
        Some(_) => Ok(true),
        None => Err("EntMine could not be asked, so only the store was checked"),
    }
}

fn is_same(report: &CatalogueReport) -> Result<bool, &'static str> {
    match report.entmine {
        _ if report.needs_a_person() => Ok(false),
        Some(_) => Ok(true),
        None => Err("EntMine could not be asked, so nothing was compared"),
    }
}
