//! Taking connections. Not `axum::serve`, which gives a client for ever to send its request's head,
//! and takes connections until the process has no file descriptors left.

use super::connections::{Connections, Place};
use super::watched::{Arriving, Watched};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// A request's head that has not come in this time will not come. It is also how long a connection
/// may stay idle: a proxy in front must give its idle connections up sooner, or it will now and then
/// send a request into one that is just being closed. A store that calls EntMine does, after 4 s.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// The longest head of a request, which is what a stranger can make us keep for each connection.
const MAX_HEAD: usize = 64 * 1024;
/// After a failure to take a connection (out of file descriptors, mostly) wait for some to end.
pub const PAUSE: Duration = Duration::from_millis(100);
/// Who comes when every connection is being worked on is told so; a proxy then asks another one.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n\
                      content-length: 0\r\nconnection: close\r\n\r\n";

/// Opens a port, which `option` of the command line names.
///
/// # Errors
/// One sentence for the person who starts the program.
pub async fn listen(addr: SocketAddr, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind(addr)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "{addr} is in use; stop what runs there, or choose another address with {option}"
            ),
            _ => format!("cannot listen on {addr}: {error}; choose another address with {option}"),
        })
}

/// Serves until `stop`, then lets requests under way end, for at most `patience`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: Connections,
    stop: CancellationToken,
    patience: Duration,
) {
    serve_within(HEAD_TIME, listener, router, connections, stop, patience).await;
}

async fn serve_within(
    head_time: Duration,
    listener: TcpListener,
    router: Router,
    connections: Connections,
    stop: CancellationToken,
    patience: Duration,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .max_buf_size(MAX_HEAD);
    let under_way = GracefulShutdown::new();
    let mut failing = false;
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(pair) => pair,
            Err(error) => {
                // Log the first failure only.
                if !failing {
                    tracing::warn!(%error, "a connection could not be taken");
                }
                failing = true;
                connections.give_one_up();
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        failing = false;
        let Some(place) = connections.admit(peer.ip()) else {
            // What does not fit into the socket's empty buffer is not waited for.
            let _ = stream.try_write(BUSY);
            continue;
        };
        // Small answers leave at once.
        let _ = stream.set_nodelay(true);
        let watched = Watched::new(stream, place.connection.clone());
        let service = TowerToHyperService::new(service(router.clone(), peer, &place));
        let connection = http.serve_connection(TokioIo::new(watched), service);
        let connection = under_way.watch(connection);
        tokio::spawn(async move {
            // How a connection ends is the client's affair.
            let _ = place
                .connection
                .given_up
                .run_until_cancelled(connection)
                .await;
        });
    }
    drop(listener);
    if tokio::time::timeout(patience, under_way.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were still under way when the time was up");
    }
}

/// What answers the requests of one connection.
fn service(
    router: Router,
    peer: SocketAddr,
    place: &Place,
) -> impl tower::Service<
    hyper::Request<Incoming>,
    Response = Response,
    Error = Infallible,
    Future: Send + 'static,
> + Clone
+ Send
+ 'static {
    let connection = place.connection.clone();
    tower::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let arriving = connection.clone();
        let request = request.map(|body| Body::new(Arriving::new(body, arriving)));
        let (answer, connection) = (router.clone().oneshot(request), connection.clone());
        async move {
            let answer = answer.await;
            connection.working(false);
            answer
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::Proxies;
    use super::*;
    use axum::extract::State;
    use axum::routing::get;
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::sync::Semaphore;

    /// Answers well after the time for a head; each request gives a permit when it is there.
    async fn slow(State(arrived): State<Arc<Semaphore>>) -> &'static str {
        arrived.add_permits(1);
        tokio::time::sleep(Duration::from_millis(300)).await;
        "done"
    }

    async fn open(
        stop: &CancellationToken,
        arrived: &Arc<Semaphore>,
    ) -> (SocketAddr, tokio::task::JoinHandle<()>) {
        let listener = listen(([127, 0, 0, 1], 0).into(), "--addr").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/slow", get(slow))
            .with_state(arrived.clone());
        let (head_time, patience) = (Duration::from_millis(100), Duration::from_secs(5));
        let connections = Connections::new(64, Proxies::default());
        let stop = stop.clone();
        let serving = serve_within(head_time, listener, router, connections, stop, patience);
        (addr, tokio::spawn(serving))
    }

    fn none() -> Arc<Semaphore> {
        Arc::new(Semaphore::new(0))
    }

    /// Everything that comes until the server hangs up.
    async fn say(addr: SocketAddr, head: &str) -> String {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut heard = String::new();
        stream.read_to_string(&mut heard).await.unwrap();
        heard
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_is_given_up_and_a_slow_answer_is_not() {
        let (addr, _serving) = open(&CancellationToken::new(), &none()).await;
        let cut = say(addr, "GET /slow HTTP/1.1\r\nHost: a\r\nX-").await;
        assert!(!cut.contains("done"), "{cut}");
        // An idle connection ends the same way.
        let answered = say(addr, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(answered.ends_with("done"), "{answered}");
    }

    #[tokio::test]
    async fn a_stop_lets_requests_under_way_end() {
        let (stop, arrived) = (CancellationToken::new(), none());
        let (addr, serving) = open(&stop, &arrived).await;
        let asked = tokio::spawn(say(addr, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
        arrived.acquire().await.unwrap().forget();
        stop.cancel();
        // And say that it was the last one here, so that nobody sends another into a closing connection.
        let answered = asked.await.unwrap();
        assert!(answered.ends_with("done"), "{answered}");
        assert!(answered.contains("connection: close\r\n"), "{answered}");
        serving.await.unwrap();
        assert!(TcpStream::connect(addr).await.is_err());
    }
}
