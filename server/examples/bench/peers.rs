//! WizAStore beside two other shops on the same machine (`make bench PEERS=1`). They take turns, several times, and
//! one load generator drives them all.

mod figures;
mod installed;
mod load;
mod medusa;
mod meter;
mod processes;
mod turn;
mod vendure;
mod wizastore;

use crate::server::Databases;
use async_trait::async_trait;
use figures::Figures;
use reqwest::Client;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Products of each shop, all in one category.
pub const PRODUCTS: usize = 50;
/// Of them on a page of the category, which is WizAStore's own number.
pub const ON_A_PAGE: usize = 24;

const FAIRNESS: &str = "Fairness: the peers do more in an order (taxes, promotions, shipping and payment in calls of \
    their own), WizAStore does what they do not: it puts each order into a second system, the ERP, whose work and \
    memory are counted with its own. Its page is the whole HTML for a browser, theirs a list in JSON, without the \
    storefront that would show it. Anonymous visitors of WizAStore share a page for up to a second; the peers make \
    each list anew. The peers' jobs in the background do not run. Vendure's SQLite has its default journal, \
    WizAStore's a log ahead (VENDURE_WAL=1 gives Vendure one). Client, shop and database share the processors.";

/// A shop under load.
#[async_trait]
pub trait Peer: Send + Sync {
    /// A new customer buys one of the products.
    async fn checkout(&self, client: &Client) -> Answer;

    /// The first page of the category, for one of several customers at a time.
    async fn list(&self, client: &Client, customer: usize) -> Answer;
}

/// How long the customer waited, or what the shop said instead.
pub type Answer = Result<Took, String>;

#[derive(Clone, Copy)]
pub struct Took {
    pub whole: Duration,
    /// The call that places the order.
    pub last: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    OnSqlite,
    Vendure,
    OnPostgres,
    Medusa,
}

/// A peer follows WizAStore on the same database at once, so that a ratio is of one moment.
const TURNS: [Who; 4] = [Who::OnSqlite, Who::Vendure, Who::OnPostgres, Who::Medusa];

impl Who {
    pub fn name(self) -> &'static str {
        match self {
            Self::OnSqlite => "WizAStore on SQLite",
            Self::Vendure => "Vendure on SQLite",
            Self::OnPostgres => "WizAStore on PostgreSQL",
            Self::Medusa => "Medusa on PostgreSQL",
        }
    }
}

/// What lists the products of the category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    Page,
    PageWithSession,
    Products,
    Search,
}

impl List {
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "category page, anonymous",
            Self::PageWithSession => "category page, with a session",
            Self::Products => "product list",
            Self::Search => "search in the category",
        }
    }
}

/// A shop that runs, as long as this value lives.
pub struct Running {
    pub pid: u32,
    /// The database's process, where it is not the shop's own.
    pub postmaster: Option<u32>,
    /// From its start until it lists products.
    pub cold_start: Duration,
    pub shop: Arc<dyn Peer>,
    pub lists: Vec<(List, Arc<dyn Peer>)>,
    /// Ends the shop when it is dropped.
    _program: Box<dyn Send>,
}

/// Measures all shops in turn, so many times and so many seconds for each measurement.
pub async fn compare(program: &Path, folder: &Path, url: &str, repeats: u64, seconds: u64) {
    let postmaster = processes::postmaster(url).await;
    let mut figures = Figures::default();
    println!("{FAIRNESS}");
    for repeat in 1..=repeats {
        for who in TURNS {
            println!("{}, repeat {repeat} of {repeats}:", who.name());
            let folder = folder.join(format!("peers-{repeat}"));
            std::fs::create_dir_all(&folder).unwrap();
            let running = match who {
                Who::OnSqlite => wizastore::start(program, &folder, &Databases::Sqlite, None).await,
                Who::OnPostgres => {
                    let databases = Databases::postgres_named(url, "peers").await;
                    let folder = folder.join("postgres");
                    wizastore::start(program, &folder, &databases, Some(postmaster)).await
                }
                Who::Vendure => vendure::start().await,
                Who::Medusa => medusa::start(postmaster).await,
            };
            turn::measure(who, &running, &folder, seconds, &mut figures).await;
        }
    }
    figures.print();
    println!("{FAIRNESS}");
}
