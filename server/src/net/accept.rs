//! Taking connections. Not `axum::serve`, which gives a client for ever to send its request's head.

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// A request's head that has not come in this time will not come. It is also how long a connection
/// may stay idle: a proxy in front must give its idle connections up sooner, or it will now and then
/// send a request into one that is just being closed.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// After a failure to take a connection (out of file descriptors, mostly) wait for some to end.
const PAUSE: Duration = Duration::from_millis(500);

/// Opens a port.
///
/// # Errors
/// One sentence for the person who starts the program.
pub async fn listen(addr: SocketAddr) -> Result<TcpListener, String> {
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

/// Serves until `stop`, then lets requests under way end, for at most `patience`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
    patience: Duration,
) {
    serve_within(HEAD_TIME, listener, router, stop, patience).await;
}

async fn serve_within(
    head_time: Duration,
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
    patience: Duration,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_time);
    let under_way = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(pair) => pair,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            },
        };
        // Small answers leave at once.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = tower::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request.map(axum::body::Body::new))
        });
        let connection =
            http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = under_way.watch(connection);
        tokio::spawn(async move {
            // How a connection ends is the client's affair.
            let _ = connection.await;
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

#[cfg(test)]
mod tests {
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
        let listener = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/slow", get(slow))
            .with_state(arrived.clone());
        let (head_time, patience) = (Duration::from_millis(100), Duration::from_secs(5));
        let serving = serve_within(head_time, listener, router, stop.clone(), patience);
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
        assert!(asked.await.unwrap().ends_with("done"));
        serving.await.unwrap();
        assert!(TcpStream::connect(addr).await.is_err());
    }
}
