//! For whoever watches the process.

use super::Shop;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use entmine::{EntMine, StorageError};
use wizastore::{DatabaseError, Ledger, Store};

/// The shop's, with EntMine's where it is in the same process.
pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(shop_ready))
        .route("/metrics", get(shop_metrics))
        .with_state(shop)
}

/// Those of an EntMine that runs alone.
pub fn entmine_health(entmine: EntMine) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(entmine_ready))
        .route("/metrics", get(entmine_metrics))
        .with_state(entmine)
}

/// Ready when the databases of this process answer. An EntMine that fails its callers, or one that
/// runs elsewhere and is down, does not make the store unready: orders are taken all the same.
async fn shop_ready(State(shop): State<Shop>) -> Response {
    let store = shop.store.ping().await.is_ok();
    let entmine = match &shop.entmine {
        Some(entmine) => entmine.ping().await.is_ok(),
        None => true,
    };
    if store && entmine {
        return "ready\n".into_response();
    }
    let text = format!("store database: {store}, EntMine database: {entmine}\n");
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}

async fn entmine_ready(State(entmine): State<EntMine>) -> Response {
    match entmine.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "EntMine database: false\n").into_response(),
    }
}

/// The ledger in Prometheus' text format, counted in the databases at this moment.
async fn shop_metrics(State(shop): State<Shop>) -> Response {
    let (Ok(ledger), Ok(paused)) = (shop.store.ledger().await, shop.store.paused().await) else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut text = ledger_text(&ledger, paused.is_some());
    text += &breaker_text(shop.store.breaker_open());
    match catalogue_text(&shop.store).await {
        Ok(catalogue) => text += &catalogue,
        Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
    let mut databases = vec![("store", shop.store.commits())];
    if let Some(entmine) = &shop.entmine {
        match entmine_text(entmine).await {
            Ok(entmine_lines) => {
                databases.push(("entmine", entmine.commits()));
                text += &entmine_lines;
            }
            Err(_) => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }
    text += &commits_text(&databases);
    prometheus(text)
}

async fn entmine_metrics(State(entmine): State<EntMine>) -> Response {
    match entmine_text(&entmine).await {
        Ok(text) => prometheus(text + &commits_text(&[("entmine", entmine.commits())])),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn ledger_text(ledger: &Ledger, paused: bool) -> String {
    format!(
        "# HELP wizastore_orders Orders in the journal by how they stand.\n\
         # TYPE wizastore_orders gauge\n\
         wizastore_orders{{state=\"confirmed\"}} {}\n\
         wizastore_orders{{state=\"rejected\"}} {}\n\
         wizastore_orders{{state=\"cancelled\"}} {}\n\
         wizastore_orders{{state=\"settled\"}} {}\n\
         wizastore_orders{{state=\"open\"}} {}\n\
         # HELP wizastore_orders_attention Orders that need a person.\n\
         # TYPE wizastore_orders_attention gauge\n\
         wizastore_orders_attention {}\n\
         # HELP wizastore_orders_overdue Orders that are open for longer than 72 hours.\n\
         # TYPE wizastore_orders_overdue gauge\n\
         wizastore_orders_overdue {}\n\
         # HELP wizastore_push_paused Whether nothing is pushed until EntMine is reconciled with.\n\
         # TYPE wizastore_push_paused gauge\n\
         wizastore_push_paused {}\n",
        ledger.confirmed,
        ledger.rejected,
        ledger.cancelled,
        ledger.settled,
        ledger.open,
        ledger.attention,
        ledger.overdue,
        i32::from(paused),
    )
}

fn breaker_text(open: bool) -> String {
    format!(
        "# HELP wizastore_breaker_open Whether EntMine is left alone because it failed.\n\
         # TYPE wizastore_breaker_open gauge\n\
         wizastore_breaker_open {}\n",
        i32::from(open)
    )
}

/// Each metric's lines stand together, as the format wants it.
fn commits_text(databases: &[(&str, (u64, u64))]) -> String {
    let commits = databases.iter().map(|(database, (commits, _))| {
        format!("database_commits_total{{database=\"{database}\"}} {commits}\n")
    });
    let steps = databases.iter().map(|(database, (_, steps))| {
        format!("database_steps_total{{database=\"{database}\"}} {steps}\n")
    });
    format!(
        "# HELP database_commits_total Commits since the start.\n\
         # TYPE database_commits_total counter\n\
         {}\
         # HELP database_steps_total Pieces of work that shared those commits.\n\
         # TYPE database_steps_total counter\n\
         {}",
        commits.collect::<String>(),
        steps.collect::<String>(),
    )
}

async fn catalogue_text(store: &Store) -> Result<String, DatabaseError> {
    let state = store.catalogue_state().await?;
    let age_s = store.catalogue_age_ms().await?.unwrap_or(0) / 1_000;
    Ok(format!(
        "# HELP wizastore_catalogue_products Products in the catalogue cache.\n\
         # TYPE wizastore_catalogue_products gauge\n\
         wizastore_catalogue_products {}\n\
         # HELP wizastore_catalogue_seq The last change of EntMine's catalogue that was applied.\n\
         # TYPE wizastore_catalogue_seq gauge\n\
         wizastore_catalogue_seq {}\n\
         # HELP wizastore_catalogue_age_seconds Time since EntMine was last heard of.\n\
         # TYPE wizastore_catalogue_age_seconds gauge\n\
         wizastore_catalogue_age_seconds {age_s}\n\
         # HELP wizastore_catalogue_held Whether a catalogue waits for an operator.\n\
         # TYPE wizastore_catalogue_held gauge\n\
         wizastore_catalogue_held {}\n",
        state.products,
        state.seq,
        i32::from(state.held.is_some()),
    ))
}

async fn entmine_text(entmine: &EntMine) -> Result<String, StorageError> {
    let (accepted, epoch) = (entmine.count_orders().await?, entmine.epoch());
    let seq = entmine.changed().borrow().seq;
    let stores = entmine.stores().await?;
    let lag = stores.iter().map(|store| {
        let lag = (seq - store.applied).max(0);
        format!("entmine_store_lag{{store=\"{}\"}} {lag}\n", store.name)
    });
    let failures = stores.iter().map(|store| {
        let (name, failures) = (&store.name, store.failures);
        format!("entmine_store_failures{{store=\"{name}\"}} {failures}\n")
    });
    Ok(format!(
        "# HELP entmine_orders Orders in EntMine's database.\n\
         # TYPE entmine_orders gauge\n\
         entmine_orders {accepted}\n\
         # HELP entmine_epoch Raised with each restore from a backup.\n\
         # TYPE entmine_epoch gauge\n\
         entmine_epoch {epoch}\n\
         # HELP entmine_catalogue_seq The newest change of the catalogue.\n\
         # TYPE entmine_catalogue_seq gauge\n\
         entmine_catalogue_seq {seq}\n\
         # HELP entmine_store_lag Changes that a store has not taken yet.\n\
         # TYPE entmine_store_lag gauge\n\
         {}\
         # HELP entmine_store_failures Messages in a row that did not get to a store.\n\
         # TYPE entmine_store_failures gauge\n\
         {}",
        lag.collect::<String>(),
        failures.collect::<String>(),
    ))
}

fn prometheus(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
