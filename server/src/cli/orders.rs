//! `wizastore orders …` and `wizastore audit`.

use super::StorePlace;
use crate::end::EXIT;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::{Args, Subcommand};
use wizastore::State;

#[derive(Debug, Args)]
pub struct OrdersCommand {
    #[command(subcommand)]
    pub task: OrdersTask,
}

#[derive(Debug, Subcommand)]
pub enum OrdersTask {
    /// List orders, newest first
    #[command(after_help = EXIT)]
    List(ListOptions),
    /// Show one order and everything that was tried for it
    #[command(after_help = EXIT)]
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// Make an order due now; one in quarantine is asked about at EntMine first
    #[command(after_help = EXIT)]
    Retry {
        #[command(flatten)]
        which: Which,
        /// Why; kept with the order
        #[arg(long)]
        reason: String,
    },
    /// Cancel an order that EntMine has not accepted, as its customer could
    #[command(after_help = EXIT)]
    Void {
        #[command(flatten)]
        which: Which,
        /// Why; kept with the order
        #[arg(long)]
        reason: String,
        /// Do not ask whether it is meant
        #[arg(long)]
        yes: bool,
    },
    /// End an order in quarantine by hand, with a note of how it was settled
    #[command(after_help = EXIT)]
    Settle {
        #[command(flatten)]
        which: Which,
        /// How it was settled; kept with the order
        #[arg(long)]
        note: String,
        /// Do not ask whether it is meant
        #[arg(long)]
        yes: bool,
    },
    /// Erase a customer's data from orders that ended without EntMine: rejected, cancelled and settled ones
    ///
    /// For a customer who asks to be forgotten. Of orders that EntMine has it is done in the back office (Customers), and
    /// the store follows; of an order that was settled by hand in both, if EntMine has it. Key, lines and total stay.
    #[command(after_help = EXIT)]
    Erase {
        #[command(flatten)]
        whose: WhoseOptions,
        /// Why; kept with the order, so nothing personal
        #[arg(long)]
        reason: String,
        /// Do not ask whether it is meant
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        output: Output,
    },
}

/// One order, and how to answer about it.
#[derive(Clone, Debug, Args)]
pub struct Which {
    /// The order's key, its number, or the reference that its customer reads
    #[arg(value_name = "ORDER")]
    pub order: String,
    #[command(flatten)]
    pub output: Output,
}

/// Whose data are to be erased.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct WhoseOptions {
    /// The order's key, or the reference that its customer reads
    #[arg(value_name = "ORDER")]
    pub order: Option<String>,
    /// Every such order with this e-mail address
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub email: Option<String>,
}

/// How an operator's command answers, and about which store.
#[derive(Clone, Debug, Args)]
pub struct Output {
    /// Answer with one JSON document
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub place: StorePlace,
}

#[derive(Clone, Debug, Args)]
pub struct ListOptions {
    /// Only orders in this state
    #[arg(long, value_parser = PossibleValuesParser::new(State::ALL.map(State::as_str)))]
    pub state: Option<String>,
    /// Only orders that wait for a person
    #[arg(long)]
    pub attention: bool,
    /// Go on after this key, the last one of the list before
    #[arg(long, value_name = "KEY")]
    pub after: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
    pub limit: i64,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Clone, Debug, Args)]
pub struct AuditOptions {
    #[command(flatten)]
    pub output: Output,
}
