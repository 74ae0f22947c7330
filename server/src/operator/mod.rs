//! `wizastore orders …`, `wizastore catalog …` and `wizastore audit`: what an operator asks of a store, through the server
//! that runs on its database or directly.

mod catalogue;
mod confirm;
mod direct;
mod print;
mod table;
mod time;

pub(crate) use table::Table;

use crate::cli::{AuditOptions, CatalogCommand, CatalogTask, OrdersCommand, OrdersTask, Output};
use crate::control::{Missing, Reached, StoreAnswer, StoreCommand, ask, reach, running};
use crate::output;
use std::error::Error;
use std::process::ExitCode;
use wizastore::OrderQuery;

/// How a command ended, as scripts and alarms see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All is well.
    Well,
    /// Something waits for a person.
    Attention,
    /// The command could not be carried out.
    Failed,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        match end {
            End::Well => Self::SUCCESS,
            End::Attention => Self::from(1),
            End::Failed => Self::from(2),
        }
    }
}

/// `wizastore orders …`
pub async fn orders(command: OrdersCommand) -> End {
    let (command, output, alarms) = match command.task {
        OrdersTask::List(list) => {
            let query = OrderQuery {
                state: list.state,
                attention: list.attention,
                after: list.after,
                limit: list.limit,
            };
            let alarms = query.attention;
            (StoreCommand::List { query }, list.output, alarms)
        }
        OrdersTask::Show { which } => {
            let order = which.order;
            (StoreCommand::Show { order }, which.output, false)
        }
        OrdersTask::Retry { which, reason } => {
            let order = which.order;
            (StoreCommand::Retry { order, reason }, which.output, false)
        }
        OrdersTask::Void { which, reason, yes } => {
            let order = which.order;
            if !yes && !confirm::meant(&format!("Cancel order {order} for good?")) {
                return End::Failed;
            }
            (StoreCommand::Void { order, reason }, which.output, false)
        }
        OrdersTask::Settle { which, note, yes } => {
            let order = which.order;
            let question = format!("End order {order} by hand? It will never be pushed again.");
            if !yes && !confirm::meant(&question) {
                return End::Failed;
            }
            (StoreCommand::Settle { order, note }, which.output, false)
        }
    };
    match carry_out(command, &output).await {
        Ok(answer) => print::answer(&answer, output.json, alarms),
        Err(error) => failed(error.as_ref()),
    }
}

/// `wizastore catalog …`
pub async fn catalog(command: CatalogCommand) -> End {
    let (command, output) = match command.task {
        CatalogTask::Status(output) => (StoreCommand::CatalogueStatus, output),
        CatalogTask::Compare(output) => (StoreCommand::CatalogueCompare, output),
        CatalogTask::Repair {
            take_smaller,
            output,
        } => (StoreCommand::CatalogueRepair { take_smaller }, output),
    };
    match carry_out(command, &output).await {
        Ok(answer) => print::answer(&answer, output.json, true),
        Err(error) => failed(error.as_ref()),
    }
}

/// `wizastore audit`
pub async fn audit(options: AuditOptions) -> End {
    match carry_out(StoreCommand::Audit, &options.output).await {
        Ok(answer) => print::answer(&answer, options.output.json, true),
        Err(error) => failed(error.as_ref()),
    }
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

fn failed(error: &dyn Error) -> End {
    output::note(format!("wizastore: {error}"));
    End::Failed
}
