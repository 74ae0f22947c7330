//! A command to a store that does not run, or runs on other machines.

use crate::cli::StorePlace;
use crate::control::{Missing, Reached, StoreAnswer, StoreCommand, Unreached, perform, reach};
use crate::serve::Side;
use async_trait::async_trait;
use entmine::OpenError;
use model::{OrderPage, StockAnswer};
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use wizastore::erp::{Answered, CallError, EntMine, Found, Placed, Voided};
use wizastore::{OrderKey, Store, StoreConfig};

/// Calls to EntMine that the command began get this long to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens the store for this one command. Nothing is pushed in the background; what the command made
/// due is done by the next server.
pub(super) async fn carry_out(
    command: StoreCommand,
    url: &str,
    place: &StorePlace,
) -> Result<StoreAnswer, Box<dyn Error>> {
    let side = side(place).await?;
    let erp = match &side {
        Ok(side) => side.erp(),
        Err(nowhere) => Arc::new(nowhere.clone()),
    };
    let store = Store::open(StoreConfig::new(url, erp)).await?;
    let source = side.as_ref().ok().map(Side::catalogue);
    let answer = perform(&store, source.as_deref(), command).await;
    store.shutdown(PATIENCE).await;
    if let Ok(side) = side {
        side.close().await;
    }
    Ok(answer?)
}

/// EntMine as the store would have it. A database that is missing is not made here: an operator's
/// look must not turn it into an EntMine that has no orders.
async fn side(place: &StorePlace) -> Result<Result<Side, Nowhere>, Box<dyn Error>> {
    if let Some(url) = &place.entmine_url {
        return Ok(Ok(Side::away(url)?));
    }
    let found = reach(&place.entmine.entmine_database(), Missing::Refuse).await;
    let url = match found {
        Ok(Reached::Alone(url)) => url,
        // On PostgreSQL a command may look beside the process that runs.
        Ok(Reached::Running(_)) => match place.entmine.entmine_database().named {
            Some(url) => url.to_owned(),
            None => {
                let why =
                    "EntMine runs in another process; say where it answers with --entmine-url";
                return Ok(Err(Nowhere(why.to_owned())));
            }
        },
        Err(nothing @ Unreached::Nothing { .. }) => return Ok(Err(Nowhere(nothing.to_string()))),
        Err(other) => return Err(other.into()),
    };
    match entmine::EntMine::open(&url, entmine::Options::default()).await {
        Ok(entmine) => Ok(Ok(Side::here(entmine, None))),
        Err(in_use @ OpenError::InUse { .. }) => Ok(Err(Nowhere(format!(
            "{in_use}; if EntMine runs alone, say where with --entmine-url"
        )))),
        Err(error) => Err(error.into()),
    }
}

/// An EntMine that cannot be asked, and why.
#[derive(Clone, Debug)]
struct Nowhere(String);

impl Nowhere {
    fn says<T>(&self) -> Result<T, CallError> {
        Err(CallError::NotApplied {
            retry_after: None,
            from: None,
            detail: self.0.clone(),
        })
    }
}

#[async_trait]
impl EntMine for Nowhere {
    async fn place(
        &self,
        _key: OrderKey,
        _body: &[u8],
        _number: Option<&str>,
        _deadline: Duration,
    ) -> Result<Answered<Placed>, CallError> {
        self.says()
    }

    async fn find(&self, _key: OrderKey) -> Result<Answered<Found>, CallError> {
        self.says()
    }

    async fn void(&self, _key: OrderKey) -> Result<Answered<Voided>, CallError> {
        self.says()
    }

    async fn orders(
        &self,
        _after: Option<&str>,
        _limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.says()
    }

    async fn changes(
        &self,
        _after: Option<&str>,
        _limit: i64,
    ) -> Result<Answered<OrderPage>, CallError> {
        self.says()
    }

    async fn stock(&self, _skus: &[String]) -> Result<StockAnswer, CallError> {
        self.says()
    }
}
