//! The stores that the catalogue is sent to.

use super::Office;
use super::desk::{Clerk, Manager};
use super::failure::Failure;
use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use backoffice::office::stores_page;
use entmine::delivery::Ask;
use std::time::Duration;

/// How long the page waits for a store's answer; later ones are there when it is loaded again.
const PATIENCE: Duration = Duration::from_secs(3);

/// All of them.
pub(super) async fn list(
    Clerk(desk): Clerk,
    State(office): State<Office>,
) -> Result<Html<String>, Failure> {
    let stores = office.entmine.stores().await?;
    let news = *office.entmine.changed().borrow();
    Ok(Html(stores_page(&desk, &stores, news)))
}

/// Has a store compare its catalogue with EntMine's now.
pub(super) async fn compare(
    _: Manager,
    State(office): State<Office>,
    Path(name): Path<String>,
) -> Result<Redirect, Failure> {
    ask(&office, &name, Ask::Compare).await?;
    Ok(Redirect::to("/entmine/stores?done=compared"))
}

/// Has a store take the whole catalogue anew.
pub(super) async fn repair(
    _: Manager,
    State(office): State<Office>,
    Path(name): Path<String>,
) -> Result<Redirect, Failure> {
    ask(&office, &name, Ask::Repair).await?;
    Ok(Redirect::to("/entmine/stores?done=repairing"))
}

async fn ask(office: &Office, name: &str, ask: Ask) -> Result<(), Failure> {
    let stores = office.entmine.stores().await?;
    if !stores.iter().any(|store| store.name == name) {
        return Err(Failure::Missing);
    }
    office.entmine.ask_store(name, ask, PATIENCE).await;
    Ok(())
}
