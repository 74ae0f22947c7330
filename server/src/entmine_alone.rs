//! `wizastore entmine`: EntMine alone, for stores that run elsewhere.

use crate::cli::{EntmineOptions, StoreUrl};
use crate::commands::import;
use crate::control::{self, Serves};
use crate::entmine_api::{self, Callers};
use crate::http::{self, Health, PictureShelf};
use crate::listeners::{Listeners, Routers};
use crate::net::Proxies;
use crate::office::Office;
use crate::output;
use crate::process::{self, Parts};
use crate::secrets::{BadSecret, HookSecrets};
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
    let listeners = Listeners::open(options.addr, &options.apart).await?;
    let callers = Callers::read(listeners.addr()?)?.ok_or(BadSecret::NoTokens)?;
    let settings = entmine::Options {
        limits: options.order_limits.limits(),
        changes_kept: options.keep_changes.changes_kept(),
        ..entmine::Options::default()
    };
    let entmine = EntMine::open(&options.place.entmine_url(), settings).await?;
    import::first_products(&entmine, &options.first, &options.place.data).await?;
    let senders = senders(&entmine, &options.store_url).await?;
    let proxies = Proxies::new(&options.trusted_proxy);
    let pictures = PictureShelf::new(&options.place.data, None);
    let url = options.public_url.as_deref();
    let office = Office::new(entmine.clone(), pictures.pictures().clone(), url);
    let office = http::entmine_office(office, url, proxies.clone(), pictures.clone())?;
    let health = Health::new(None, Some(entmine.clone()));
    let mut routers = Routers {
        main: entmine_api::router(&entmine, callers, proxies.clone())
            .merge(health.beside(options.apart.ops_addr.is_some())),
        ops: health.apart(),
        office,
    };
    // Stores fetch pictures at EntMine's own address, wherever staff are.
    routers.main = match options.apart.office_addr {
        Some(_) => routers.main.merge(http::picture_router(pictures.clone())),
        None => routers.main.merge(std::mem::take(&mut routers.office)),
    };

    let stop = CancellationToken::new();
    let place = options.place.entmine_database();
    let serves = Serves::EntMine {
        entmine: entmine.clone(),
        pictures: pictures.pictures().clone(),
        shown: None,
    };
    let mut parts = Parts::new(stop.clone());
    for sender in senders {
        let sending = sender.run_until(stop.clone().cancelled_owned());
        parts.add("sender of the catalogue", tokio::spawn(sending));
    }
    let of_entmine = entmine.clone();
    let writer = async move { of_entmine.writer_ended().await };
    parts.until_stop("writer of EntMine's database", writer);
    let words = entmine.clone().keep_order_words();
    parts.until_stop("words by which orders are found", words);
    let sweeping = entmine.clone().keep_changes_few();
    parts.until_stop("sweeper of EntMine's changes", sweeping);
    let commands = control::listen(&place, serves, stop.clone()).await?;
    parts.add("socket of operators' commands", commands);
    let (died, watching) = (parts.died(), tokio::spawn(parts.watch()));
    process::stop_on_signal(stop.clone());
    output::greet(listeners.greeting("EntMine")?);

    listeners.serve(routers, &proxies, &stop).await;
    process::within_its_time(watching).await;
    process::within_its_time(entmine.close()).await;
    Ok(died.or_nothing()?)
}

/// What sends the catalogue to each store.
async fn senders(entmine: &EntMine, stores: &[StoreUrl]) -> Result<Vec<Sender>, Box<dyn Error>> {
    if stores.is_empty() {
        return Ok(Vec::new());
    }
    let secrets = HookSecrets::read()?.ok_or(BadSecret::NoHookSecrets)?;
    warn_of_shared(&secrets, stores);
    let mut names = HashSet::new();
    let mut senders = Vec::with_capacity(stores.len());
    for StoreUrl { name, url } in stores {
        if !names.insert(name) {
            return Err(format!("--store-url names the store '{name}' twice").into());
        }
        let link = HttpStore::new(url, secrets.to_sign(name)?, Arc::new(SystemClock))?;
        let link = Arc::new(link);
        senders.push(Sender::open(entmine.clone(), name, url, link, rand::random).await?);
    }
    Ok(senders)
}

/// A secret that two stores share lets each write to the other in EntMine's name.
fn warn_of_shared(secrets: &HookSecrets, stores: &[StoreUrl]) {
    let names: Vec<&str> = stores.iter().map(|store| store.name.as_str()).collect();
    if let Some(store) = secrets.unknown_store(&names) {
        tracing::warn!(
            store,
            "ENTMINE_HOOK_SECRETS has a secret for a store that --store-url does not name"
        );
    }
    for (place, one) in names.iter().enumerate() {
        if let Some(other) = names[place + 1..]
            .iter()
            .find(|other| secrets.are_shared(one, other))
        {
            tracing::warn!(
                one,
                other,
                "two stores have one hook secret: whoever runs one of them can send the other prices in \
                 EntMine's name; give each its own in ENTMINE_HOOK_SECRETS, as NAME=whsec_…"
            );
            return;
        }
    }
}
