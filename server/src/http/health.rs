//! For whoever watches the process: `/healthz` (it lives), `/readyz` (it can work), `/metrics`.
//!
//! With `--ops-addr` they have a listener of their own. Without one they are beside the shop, where
//! anybody comes by: what was passed on by a proxy is told nothing, and figures only the machine itself.

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use entmine::{EntMine, StorageError};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use wizastore::{DatabaseError, Ledger, Store};

/// An answer about readiness is good for so long: however often it is asked for, the databases are
/// asked once.
const READY_FOR: Duration = Duration::from_secs(1);

/// A database that does not answer for so long is not ready. Whoever asks has to be answered within 2 s.
const ANSWER: Duration = Duration::from_millis(1_500);

/// So many ended orders are not counted anew for everybody who asks: it takes 6 ms and more.
const MANY_ORDERS: i64 = 100_000;

/// Orders that had ended, as they were counted.
struct Ended {
    counted_at: Instant,
    took: Duration,
    ledger: Ledger,
}

impl Ended {
    /// Counting a million orders must not keep a database busy because somebody watches: where there are many,
    /// the counts are good for a hundred times as long as they took, and a minute at most.
    fn is_good(&self) -> bool {
        let good_for = (self.took * 100).min(Duration::from_secs(60));
        self.ledger.journalled >= MANY_ORDERS && self.counted_at.elapsed() < good_for
    }
}

/// The systems of this process, watched. Clones are one.
#[derive(Clone)]
pub struct Health(Arc<Inner>);

struct Inner {
    /// None where EntMine runs alone.
    store: Option<Store>,
    /// None where it runs elsewhere.
    entmine: Option<EntMine>,
    /// What was last found out, and when. Whoever finds out holds it; others wait.
    ready: Mutex<Option<(Instant, Result<(), String>)>>,
    /// One reader of figures at a time, with the orders that had ended when they were last counted.
    figures: Mutex<Option<Ended>>,
}

impl Health {
    pub fn new(store: Option<Store>, entmine: Option<EntMine>) -> Self {
        Self(Arc::new(Inner {
            store,
            entmine,
            ready: Mutex::default(),
            figures: Mutex::default(),
        }))
    }

    /// For a listener that only those reach who watch.
    pub fn apart(&self) -> Router {
        alive()
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .with_state(self.clone())
    }

    /// For the listener that others reach too. Where there is another one for those who watch, it only
    /// says that the process lives.
    pub fn beside(&self, has_another: bool) -> Router {
        if has_another {
            return alive();
        }
        alive()
            .route("/readyz", get(ready).layer(middleware::from_fn(direct)))
            .route("/metrics", get(metrics).layer(middleware::from_fn(local)))
            .with_state(self.clone())
    }

    /// What databases do not work; none where all do.
    async fn unready(&self) -> Result<(), String> {
        let mut last = self.0.ready.lock().await;
        if let Some((at, ready)) = &*last
            && at.elapsed() < READY_FOR
        {
            return ready.clone();
        }
        let ready = self.look().await;
        *last = Some((Instant::now(), ready.clone()));
        ready
    }

    async fn look(&self) -> Result<(), String> {
        let store = async {
            match &self.0.store {
                Some(store) => fault("the store's", store.ping(), store.can_write()).await,
                None => String::new(),
            }
        };
        let entmine = async {
            match &self.0.entmine {
                Some(entmine) => fault("EntMine's", entmine.ping(), entmine.can_write()).await,
                None => String::new(),
            }
        };
        let (store, entmine) = tokio::join!(store, entmine);
        let failing = store + &entmine;
        match failing.is_empty() {
            true => Ok(()),
            false => Err(failing),
        }
    }
}

/// What does not work of a database; nothing where all does. A write is not waited for where nothing can be read.
async fn fault<E>(
    whose: &str,
    read: impl Future<Output = Result<(), E>>,
    write: impl Future<Output = Result<(), E>>,
) -> String {
    match timeout(ANSWER, read).await {
        Err(_) | Ok(Err(_)) => return format!("{whose} database does not answer\n"),
        Ok(Ok(())) => {}
    }
    // It has a limit of its own, which a writer at work for others may need.
    match write.await {
        Ok(()) => String::new(),
        Err(_) => format!("{whose} database takes nothing\n"),
    }
}

/// The process lives. It says so to anybody.
fn alive<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/healthz", get(|| async { "ok\n" }))
}

/// Whether nobody passed this request on.
fn is_direct(request: &Request) -> bool {
    let passed_on = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];
    passed_on
        .iter()
        .all(|name| !request.headers().contains_key(*name))
}

/// Whether this request is of this machine.
fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    is_direct(request)
        && peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback())
}

async fn direct(request: Request, next: Next) -> Response {
    match is_direct(&request) {
        true => next.run(request).await,
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn local(request: Request, next: Next) -> Response {
    match is_local(&request) {
        true => next.run(request).await,
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Ready when the databases of this process answer and take what is written. An EntMine that fails its
/// callers, or one that runs elsewhere and is down, does not make the store unready: orders are taken
/// all the same.
async fn ready(State(health): State<Health>) -> Response {
    match health.unready().await {
        Ok(()) => "ready\n".into_response(),
        Err(failing) => (StatusCode::SERVICE_UNAVAILABLE, failing).into_response(),
    }
}

/// The ledger in Prometheus' text format, counted in the databases.
async fn metrics(State(health): State<Health>) -> Response {
    let mut ended = health.0.figures.lock().await;
    match text(&health.0, &mut ended).await {
        Some(text) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn text(systems: &Inner, ended: &mut Option<Ended>) -> Option<String> {
    let (mut text, mut databases) = (String::new(), Vec::new());
    if let Some(store) = &systems.store {
        let (ledger, paused) = (ledger(store, ended).await.ok()?, store.paused().await.ok()?);
        text += &ledger_text(&ledger, paused.is_some());
        text += &breaker_text(store.breaker_open());
        text += &catalogue_text(store).await.ok()?;
        databases.push(("store", store.commits()));
    }
    if let Some(entmine) = &systems.entmine {
        text += &entmine_text(entmine).await.ok()?;
        databases.push(("entmine", entmine.commits()));
    }
    Some(text + &commits_text(&databases))
}

async fn ledger(store: &Store, ended: &mut Option<Ended>) -> Result<Ledger, DatabaseError> {
    if let Some(known) = ended.as_ref().filter(|ended| ended.is_good()) {
        return store.add_open_orders(known.ledger).await;
    }
    let began = Instant::now();
    let ledger = store.ledger().await?;
    *ended = Some(Ended {
        counted_at: Instant::now(),
        took: began.elapsed(),
        ledger,
    });
    Ok(ledger)
}

fn ledger_text(ledger: &Ledger, paused: bool) -> String {
    format!(
        "# HELP wizastore_orders Orders in the journal by how they stand; of more than 100,000 the ends are up to a minute old.\n\
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
    let news = *entmine.changed().borrow();
    // Of those that nothing is sent to any more there is nothing to be alarmed about.
    let mut stores = entmine.stores().await?;
    stores.retain(|store| store.is_sent_to);
    let lag = stores.iter().map(|store| {
        let lag = store.behind(news);
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
         entmine_catalogue_seq {}\n\
         # HELP entmine_stock_seq The newest movement of stock.\n\
         # TYPE entmine_stock_seq gauge\n\
         entmine_stock_seq {}\n\
         # HELP entmine_store_lag Changes and movements of stock that a store has not taken yet.\n\
         # TYPE entmine_store_lag gauge\n\
         {}\
         # HELP entmine_store_failures Messages in a row that did not get to a store.\n\
         # TYPE entmine_store_failures gauge\n\
         {}",
        news.seq,
        news.stock,
        lag.collect::<String>(),
        failures.collect::<String>(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(peer: &str, header: Option<&str>) -> Request {
        let mut request = Request::new(Body::empty());
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        if let Some(name) = header {
            let name = axum::http::HeaderName::try_from(name).unwrap();
            let value = axum::http::HeaderValue::from_static("127.0.0.1");
            request.headers_mut().insert(name, value);
        }
        request
    }

    #[test]
    fn only_this_machine_is_local_and_only_what_nobody_passed_on_is_direct() {
        for peer in [
            "127.0.0.1:9",
            "127.8.9.1:9",
            "[::1]:9",
            "[::ffff:127.0.0.1]:9",
        ] {
            assert!(is_local(&request(peer, None)), "{peer}");
        }
        for peer in [
            "192.0.2.7:9",
            "10.0.0.1:9",
            "[2001:db8::1]:9",
            "[::ffff:10.0.0.1]:9",
        ] {
            assert!(is_direct(&request(peer, None)), "{peer}");
            assert!(!is_local(&request(peer, None)), "{peer}");
        }
        for name in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"] {
            let passed_on = request("127.0.0.1:9", Some(name));
            assert!(!is_direct(&passed_on) && !is_local(&passed_on), "{name}");
        }
        assert!(
            !is_local(&Request::new(Body::empty())),
            "nobody knows whose it is"
        );
    }
}
