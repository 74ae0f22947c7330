//! `wizastore entmine`: EntMine alone, for stores that run elsewhere.

use crate::cli::{EntmineOptions, StoreUrl};
use crate::control::{self, Serves};
use crate::entmine_api::{self, Callers};
use crate::http::PictureShelf;
use crate::net::Proxies;
use crate::process::{self, DRAIN};
use crate::secrets::{BadSecret, HookSecrets};
use crate::{http, import, net, output};
use axum::Router;
use entmine::delivery::{HttpStore, Sender};
use entmine::{EntMine, SystemClock};
use std::collections::HashSet;
use std::error::Error;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Opens EntMine, serves it, and stops in order on SIGTERM or Ctrl-C.
///
/// # Errors
/// One sentence for the person who starts the program.
pub async fn run(options: EntmineOptions) -> Result<(), Box<dyn Error>> {
    // The port first: a second start must not touch anything.
    let listener = net::listen(options.addr).await?;
    let addr = listener.local_addr()?;
    let callers = Callers::read()?.ok_or(BadSecret::NoTokens)?;
    let entmine = EntMine::open(&options.place.entmine_url(), entmine::Options::default()).await?;
    import::first_products(&entmine, &options.first, &options.place.data).await?;
    let senders = senders(&entmine, &options.store_url).await?;
    let proxies = Proxies::new(&options.trusted_proxy);
    let pictures = PictureShelf::new(&options.place.data, None);
    let office = http::entmine_office(
        entmine.clone(),
        options.public_url.as_deref(),
        proxies,
        pictures.clone(),
    )?;
    let router = Router::new()
        .merge(entmine_api::router(&entmine, callers))
        .merge(office)
        .merge(http::entmine_health(entmine.clone()));

    let stop = CancellationToken::new();
    let place = options.place.entmine_database();
    let serves = Serves::EntMine {
        entmine: entmine.clone(),
        pictures: pictures.pictures().clone(),
        shown: None,
    };
    let sending: Vec<_> = senders
        .into_iter()
        .map(|sender| process::until(stop.clone(), sender.run()))
        .collect();
    let commands = control::listen(&place, serves, stop.clone()).await?;
    process::stop_on_signal(stop.clone());
    output::greet(format!("EntMine is open at http://{addr}"));

    net::serve(listener, router, stop, DRAIN).await;
    commands.await?;
    for sending in sending {
        sending.await?;
    }
    entmine.close().await;
    Ok(())
}

/// What sends the catalogue to each store.
async fn senders(entmine: &EntMine, stores: &[StoreUrl]) -> Result<Vec<Sender>, Box<dyn Error>> {
    if stores.is_empty() {
        return Ok(Vec::new());
    }
    // reqwest brings no cryptography of its own here. Whoever installed one first is right too.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let secrets = HookSecrets::read()?.ok_or(BadSecret::NoHookSecrets)?;
    let mut names = HashSet::new();
    let mut senders = Vec::with_capacity(stores.len());
    for StoreUrl { name, url } in stores {
        if !names.insert(name) {
            return Err(format!("--store-url names the store '{name}' twice").into());
        }
        let link = HttpStore::new(url, secrets.to_sign()?, Arc::new(SystemClock))?;
        let link = Arc::new(link);
        senders.push(Sender::open(entmine.clone(), name, url, link, rand::random).await?);
    }
    Ok(senders)
}
