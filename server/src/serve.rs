//! `wizastore serve`: the store and EntMine in one process.

use crate::cli::ServeOptions;
use crate::embedded::Embedded;
use crate::http::{self, Shop};
use crate::rehearsal::Switch;
use crate::{catalogue_feed, control, import};
use leptos::config::LeptosOptions;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use wizastore::{Store, StoreConfig};

/// Attempts under way get this long to end when the server stops; it is more than two of them.
const DRAIN: Duration = Duration::from_secs(10);
/// How often idle sessions are swept.
const SWEEP: Duration = Duration::from_secs(3600);

/// Builds the shop, serves it, and stops in order on SIGTERM or Ctrl-C.
pub async fn run(options: ServeOptions) -> Result<(), Box<dyn Error>> {
    // The port first: a second start must not touch anything.
    let listener = listen(options.addr).await?;
    let addr = listener.local_addr()?;

    let clock = Arc::new(entmine::SystemClock);
    let entmine =
        entmine::EntMine::open(&options.data.entmine_url(), entmine::Options::default()).await?;
    if !options.empty && entmine.is_empty().await? {
        import::seed(&entmine).await?;
    }
    let switch = options.rehearsal.then(Switch::default);
    let erp = Embedded {
        entmine: entmine.clone(),
        clock,
        switch: switch.clone(),
    };
    let store = Store::open(StoreConfig::new(&options.wizastore_url(), Arc::new(erp))).await?;
    catalogue_feed::catch_up(&entmine, &store).await?;

    let stop = CancellationToken::new();
    let shop = Shop {
        store: store.clone(),
        entmine: entmine.clone(),
        switch,
        public_url: options.public_url.clone(),
        stop: stop.clone(),
    };
    let router = http::router(shop, leptos_options(&options, addr))?;
    if !options.site.join("pkg").is_dir() {
        tracing::warn!(site = %options.site.display(), "the browser's files are missing: pages work without JavaScript only");
    }

    let feed = tokio::spawn(catalogue_feed::follow(
        entmine.clone(),
        store.clone(),
        stop.clone(),
    ));
    let control = control::listen(
        &options.data.control_socket(),
        entmine.clone(),
        store.clone(),
        stop.clone(),
    )?;
    let sweep = tokio::spawn(sweep(store.clone(), stop.clone()));
    store.start();
    println!("WizAStore is open at http://{addr}");

    axum::serve(listener, router)
        .with_graceful_shutdown(stopped(stop))
        .await?;
    tracing::info!("stopping: finishing what is under way");
    store.shutdown(DRAIN).await;
    for task in [feed, control, sweep] {
        task.await?;
    }
    entmine.close().await;
    Ok(())
}

async fn listen(addr: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(addr)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!(
                    "{addr} is in use; stop what runs there, or choose another address with --addr"
                )
            }
            _ => format!("cannot listen on {addr}: {error}; choose another address with --addr"),
        })
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
        .site_pkg_dir("pkg")
        .site_addr(addr)
        .env(env)
        .reload_port(reload_port.unwrap_or(3001))
        .build()
}

async fn sweep(store: Store, stop: CancellationToken) {
    loop {
        match store.sweep_sessions().await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "idle sessions removed"),
            Err(error) => tracing::error!(%error, "idle sessions could not be removed"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SWEEP) => {}
        }
    }
}

/// Ends on SIGTERM or Ctrl-C, and tells everything else to stop.
async fn stopped(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let ctrl_c = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut term) => {
            tokio::select! {
                _ = ctrl_c => {}
                _ = term.recv() => {}
            }
        }
        Err(_) => {
            let _ = ctrl_c.await;
        }
    }
    stop.cancel();
}
