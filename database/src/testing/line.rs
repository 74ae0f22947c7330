//! A line to a database server on which messages take their time.

use super::parts;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

type Delay = dyn Fn() -> Duration + Send + Sync;

/// A line to a database server in another building. It ends with this value.
pub struct SlowLine {
    here: String,
    listening: JoinHandle<()>,
}

impl SlowLine {
    /// A line to the server of a database's address (`scheme://user@host/name`) that holds each message to it back
    /// for as long as `delay` says. Answers come at once: a timer is only a millisecond exact.
    ///
    /// # Panics
    /// Where the address is none, or no port can be had.
    pub async fn to(url: &str, delay: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        let server = parts(url).1.to_owned();
        let delay: Arc<Delay> = Arc::new(delay);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap().to_string();
        let listening = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                // As a server that is not there: the connection ends.
                let Ok(far) = TcpStream::connect(&server).await else {
                    continue;
                };
                let _ = (near.set_nodelay(true), far.set_nodelay(true));
                let ((near_in, near_out), (far_in, far_out)) =
                    (near.into_split(), far.into_split());
                tokio::spawn(carry(near_in, far_out, delay.clone()));
                tokio::spawn(carry(far_in, near_out, Arc::new(|| Duration::ZERO)));
            }
        });
        Self { here, listening }
    }

    /// The address of one of the server's databases, over this line.
    ///
    /// # Panics
    /// Where the address is none.
    pub fn over(&self, url: &str) -> String {
        let (user, _, name) = parts(url);
        format!("{user}@{}/{name}", self.here)
    }
}

impl Drop for SlowLine {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Carries what comes in, each piece after a delay of its own, so that pieces do not wait for one another.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Arc<Delay>) {
    let (pieces, mut due) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let writing = tokio::spawn(async move {
        while let Some((at, piece)) = due.recv().await {
            // A timer rounds up, also one that is over.
            if at > Instant::now() {
                sleep_until(at).await;
            }
            if to.write_all(&piece).await.is_err() {
                return;
            }
        }
    });
    let mut piece = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        let at = Instant::now() + delay();
        if pieces.send((at, piece[..length].to_vec())).is_err() {
            break;
        }
    }
    drop(pieces);
    let _ = writing.await;
}
