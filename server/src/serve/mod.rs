//! `wizastore serve`: the store, with EntMine in the same process or elsewhere.

mod side;

pub use side::Side;

use crate::catalogue;
use crate::cli::ServeOptions;
use crate::control::{self, Serves};
use crate::entmine_api::{self, Callers};
use crate::http::{self, Health, Shop};
use crate::listeners::{Listeners, Routers};
use crate::mail::Post;
use crate::net::Proxies;
use crate::office::Office;
use crate::output;
use crate::process::{self, DRAIN, Parts};
use crate::secrets::HookSecrets;
use crate::shop::ShopFile;
use axum::Router;
use leptos::config::LeptosOptions;
use model::ShopInfo;
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wizastore::{Ledger, Store, StoreConfig};

/// How often idle sessions are swept, and people reminded.
const SWEEP: Duration = Duration::from_secs(3600);

/// Builds the shop, serves it, and stops in order on SIGTERM or Ctrl-C.
///
/// # Errors
/// One sentence for the person who starts the program.
pub async fn run(options: ServeOptions) -> Result<(), Box<dyn Error>> {
    // The port first: a second start must not touch anything.
    let listeners = Listeners::open(options.addr, &options.apart).await?;
    let addr = listeners.addr()?;

    let callers = Callers::read(addr)?;
    let hook_secrets = HookSecrets::read_of_a_store()?;
    let without = match options.first.demo {
        true => ShopInfo::demo(),
        false => ShopInfo::neutral(),
    };
    let settings = ShopFile::open(&options.shop_file(), without)?;
    if let Some(file) = options.shop_file.as_ref().filter(|file| !file.exists()) {
        let file = file.display();
        tracing::warn!("there is no {file} yet: the back office's page Shop makes it");
    }
    let post = Post::open(&options)?;
    let side = Side::open(&options).await?;
    let config = StoreConfig {
        knobs: options.keep.knobs(),
        ..StoreConfig::new(&options.place.wizastore_url(), side.erp())
    };
    let store = Store::open(config).await?;
    store.set_shop(settings.now().info.clone());
    let source = side.catalogue();
    let first = catalogue::look_after(source.as_ref(), &store);
    match tokio::time::timeout(side.first_look(), first).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "opening with the catalogue that is there"),
        Err(_) => tracing::warn!("EntMine is slow; opening with the catalogue that is there"),
    }

    let (stop, rendering) = (CancellationToken::new(), TaskTracker::new());
    let proxies = Proxies::new(&options.trusted_proxy);
    let health = Health::new(Some(store.clone()), side.entmine().cloned());
    let shop = Shop {
        store: store.clone(),
        entmine: side.entmine().cloned(),
        switch: side.switch().cloned(),
        office: options.apart.office_addr.is_none(),
        hook_secrets: hook_secrets.clone(),
        settings: settings.clone(),
        public_url: options.public_url.clone(),
        proxies: proxies.clone(),
        pictures: side.pictures(&options.place.entmine.data),
        stop: stop.clone(),
        rendering: rendering.clone(),
    };
    let beside = health.beside(options.apart.ops_addr.is_some());
    let mut router = http::router(shop, beside, leptos_options(&options, addr))?;
    if let (Some(entmine), Some(callers)) = (side.entmine(), callers) {
        router = router.merge(entmine_api::router(entmine, callers, proxies.clone()));
    }
    if !options.site.join("pkg").is_dir() {
        tracing::warn!(site = %options.site.display(), "the browser's files are missing: pages work without JavaScript only");
    }

    let office = office_apart(&options, &side, &settings, &proxies)?;

    let sender = side.sender(&store).await?;
    let is_sent_to = sender.is_some() || hook_secrets.is_some();
    let mut parts = Parts::new(stop.clone());
    let following = catalogue::follow(source, store.clone(), is_sent_to, stop.clone());
    parts.add("follower of the catalogue", tokio::spawn(following));
    let sweeping = sweep(store.clone(), stop.clone());
    parts.add("sweeper of what is old", tokio::spawn(sweeping));
    let following = settings.clone().follow(store.clone(), stop.clone());
    parts.add("follower of the shop's settings", tokio::spawn(following));
    let sending = post.run(store.clone(), stop.clone());
    parts.add("sender of e-mails", tokio::spawn(sending));
    if let Some(sender) = sender {
        let sending = sender.run_until(stop.clone().cancelled_owned());
        parts.add("sender of the catalogue", tokio::spawn(sending));
    }
    for commands in take_commands(&options, &side, &store, &stop).await? {
        parts.add("socket of operators' commands", commands);
    }
    let of_store = store.clone();
    let writer = async move { of_store.writer_ended().await };
    parts.until_stop("writer of the store's database", writer);
    if let Some(entmine) = side.entmine().cloned() {
        let words = entmine.clone().keep_order_words();
        let sweeping = entmine.clone().keep_changes_few();
        let writer = async move { entmine.writer_ended().await };
        parts.until_stop("writer of EntMine's database", writer);
        parts.until_stop("words by which orders are found", words);
        parts.until_stop("sweeper of EntMine's changes", sweeping);
    }
    for (name, part) in store.start() {
        parts.add(name, part);
    }
    let (died, watching) = (parts.died(), tokio::spawn(parts.watch()));
    process::stop_on_signal(stop.clone());
    output::greet(listeners.greeting("WizAStore")?);

    let routers = Routers {
        main: router,
        ops: health.apart(),
        office,
    };
    listeners.serve(routers, &proxies, &stop).await;
    // All of these use the databases, which are closed when the last has ended, or has had its time.
    rendering.close();
    let rest = async { tokio::join!(store.drain(DRAIN), rendering.wait(), watching) };
    process::within_its_time(rest).await;
    process::within_its_time(async { tokio::join!(store.close(), side.close()) }).await;
    Ok(died.or_nothing()?)
}

/// The back office for an address of its own, or nothing where it has none.
fn office_apart(
    options: &ServeOptions,
    side: &Side,
    settings: &ShopFile,
    proxies: &Proxies,
) -> Result<Router, Box<dyn Error>> {
    let Some(addr) = options.apart.office_addr else {
        return Ok(Router::new());
    };
    let entmine = side.entmine().ok_or_else(|| {
        format!(
            "--office-addr {addr}: with --entmine-url there is no back office here, it is where \
             EntMine runs; leave one of them out"
        )
    })?;
    let url = options.office_url.as_deref();
    let pictures = side.pictures(&options.place.entmine.data);
    let office = Office::new(entmine.clone(), pictures.pictures().clone(), url);
    let office = office.with_shop(settings.clone());
    Ok(http::entmine_office(
        office,
        url,
        proxies.clone(),
        pictures,
    )?)
}

async fn take_commands(
    options: &ServeOptions,
    side: &Side,
    store: &Store,
    stop: &CancellationToken,
) -> Result<Vec<tokio::task::JoinHandle<()>>, String> {
    let place = &options.place;
    let serves = Serves::Store {
        store: store.clone(),
        catalogue: side.catalogue(),
    };
    let mut tasks = vec![control::listen(&place.wizastore_database(), serves, stop.clone()).await?];
    if let Some(entmine) = side.entmine() {
        let place = place.entmine.entmine_database();
        let serves = Serves::EntMine {
            entmine: entmine.clone(),
            pictures: side
                .pictures(&options.place.entmine.data)
                .pictures()
                .clone(),
            shown: Some(store.clone()),
        };
        tasks.push(control::listen(&place, serves, stop.clone()).await?);
    }
    Ok(tasks)
}

fn leptos_options(options: &ServeOptions, addr: SocketAddr) -> LeptosOptions {
    // cargo-leptos says by these variables that it watches and reloads.
    let watched = std::env::var("LEPTOS_WATCH").is_ok();
    let reload_port = std::env::var("LEPTOS_RELOAD_PORT")
        .ok()
        .and_then(|port| port.parse().ok());
    let env = if watched {
        leptos::config::Env::DEV
    } else {
        leptos::config::Env::PROD
    };
    LeptosOptions::builder()
        .output_name("wizastore")
        .site_root(options.site.display().to_string())
        .site_pkg_dir(code_folder(&options.site, watched))
        .site_addr(addr)
        .env(env)
        .reload_port(reload_port.unwrap_or(3001))
        .build()
}

/// While files change under the server's feet their addresses cannot say what is in them.
fn code_folder(site: &Path, watched: bool) -> String {
    let folder = http::code_folder(site).ok().filter(|_| !watched);
    folder.unwrap_or_else(|| "pkg".to_owned())
}

async fn sweep(store: Store, stop: CancellationToken) {
    loop {
        // What a sweep has begun is removed; the rest is for the next one.
        let Some(swept) = stop.run_until_cancelled(store.sweep()).await else {
            return;
        };
        match swept {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "idle sessions removed"),
            Err(error) => tracing::error!(%error, "idle sessions could not be removed"),
        }
        remind(&store).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

/// Says in the log what waits for a person; `wizastore orders list --attention` names it.
async fn remind(store: &Store) {
    match store.add_open_orders(Ledger::default()).await {
        Ok(ledger) if ledger.attention + ledger.overdue > 0 => tracing::error!(
            attention = ledger.attention,
            overdue = ledger.overdue,
            "orders wait for a person"
        ),
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "the ledger could not be read"),
    }
}
