//! `wizastore orders …`, `wizastore catalog …` and `wizastore audit`: what an operator asks of a store, through the server
//! that runs on its database or directly.

mod catalogue;
mod confirm;
mod direct;
mod print;
mod table;
mod time;
mod verdict;

pub(crate) use table::Table;

use crate::cli::{AuditOptions, CatalogCommand, CatalogTask, OrdersCommand, OrdersTask, Output};
use crate::control::{Missing, Reached, StoreAnswer, StoreCommand, ask, reach, running};
use crate::end::End;
use std::error::Error;
use wizastore::{OrderQuery, Whose};

/// `wizastore orders …`
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn orders(command: OrdersCommand) -> Result<End, Box<dyn Error>> {
    let (command, output) = match command.task {
        OrdersTask::List(list) => {
            let query = OrderQuery {
                state: list.state,
                attention: list.attention,
                after: list.after,
                limit: list.limit,
            };
            (StoreCommand::List { query }, list.output)
        }
        OrdersTask::Show { which } => (StoreCommand::Show { order: which.order }, which.output),
        OrdersTask::Retry { which, reason } => {
            let order = which.order;
            (StoreCommand::Retry { order, reason }, which.output)
        }
        OrdersTask::Void { which, reason, yes } => {
            let order = which.order;
            confirm::meant(yes, &format!("Cancel order {order} for good?"))?;
            (StoreCommand::Void { order, reason }, which.output)
        }
        OrdersTask::Settle { which, note, yes } => {
            let order = which.order;
            let question = format!("End order {order} by hand? It will never be pushed again.");
            confirm::meant(yes, &question)?;
            (StoreCommand::Settle { order, note }, which.output)
        }
        OrdersTask::Erase {
            whose,
            reason,
            yes,
            output,
        } => {
            let (whose, of) = match (whose.order, whose.email) {
                (Some(order), _) => (Whose::Order(order.clone()), format!("order {order}")),
                (None, email) => {
                    let email = email.unwrap_or_default();
                    let of = format!("all orders of {email} that ended without EntMine");
                    (Whose::Email(email), of)
                }
            };
            confirm::meant(
                yes,
                &format!("Erase the customer's data from {of} for good?"),
            )?;
            (StoreCommand::Erase { whose, reason }, output)
        }
    };
    give(command, &output).await
}

/// `wizastore catalog …`
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn catalog(command: CatalogCommand) -> Result<End, Box<dyn Error>> {
    let (command, output) = match command.task {
        CatalogTask::Status(output) => (StoreCommand::CatalogueStatus, output),
        CatalogTask::Compare(output) => (StoreCommand::CatalogueCompare, output),
        CatalogTask::Repair {
            take_smaller,
            output,
        } => (StoreCommand::CatalogueRepair { take_smaller }, output),
    };
    give(command, &output).await
}

/// `wizastore audit`
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn audit(options: AuditOptions) -> Result<End, Box<dyn Error>> {
    give(StoreCommand::Audit, &options.output).await
}

/// Has a command carried out, prints what came of it, and says how it ended.
async fn give(command: StoreCommand, output: &Output) -> Result<End, Box<dyn Error>> {
    let answer = carry_out(command.clone(), output).await?;
    print::answer(&answer, output.json)?;
    verdict::of(&command, &answer)
}

async fn carry_out(command: StoreCommand, output: &Output) -> Result<StoreAnswer, Box<dyn Error>> {
    let place = &output.place;
    let entmine = place.entmine.entmine_database();
    if place.entmine_url.is_none() && entmine.named.is_some() {
        // Refused where the EntMine that runs here is another one.
        running(&entmine).await?;
    }
    match reach(&place.wizastore_database(), Missing::Refuse).await? {
        Reached::Running(socket) => Ok(ask(&socket, command).await?),
        Reached::Alone(url) => direct::carry_out(command, &url, place).await,
    }
}
