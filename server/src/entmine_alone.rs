//! `wizastore entmine`: EntMine alone, for stores that run elsewhere.

use crate::cli::EntmineOptions;
use crate::control::{self, Serves};
use crate::entmine_api::{self, Callers};
use crate::net::Proxies;
use crate::process::{self, DRAIN};
use crate::secrets::BadSecret;
use crate::{http, import, net};
use axum::Router;
use entmine::EntMine;
use std::error::Error;
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
    if !options.empty && entmine.is_empty().await? {
        import::seed(&entmine).await?;
    }
    let proxies = Proxies::new(&options.trusted_proxy);
    let office = http::entmine_office(entmine.clone(), options.public_url.as_deref(), proxies)?;
    let router = Router::new()
        .merge(entmine_api::router(&entmine, callers))
        .merge(office)
        .merge(http::entmine_health(entmine.clone()));

    let stop = CancellationToken::new();
    let socket = options.place.entmine_socket();
    let serves = Serves::EntMine {
        entmine: entmine.clone(),
        shown: None,
    };
    let commands = control::listen(&socket, serves, stop.clone()).await?;
    process::stop_on_signal(stop.clone());
    println!("EntMine is open at http://{addr}");

    net::serve(listener, router, stop, DRAIN).await;
    commands.await?;
    entmine.close().await;
    Ok(())
}
