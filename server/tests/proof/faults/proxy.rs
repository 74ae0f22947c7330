//! A line to a database server that breaks at a message of one's choice, and can lead to another server.

use database::testing::parts;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// What becomes of the message at which the line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It does not arrive.
    Before,
    /// It arrives, and its answer does not.
    After,
}

pub struct Proxy {
    pub url: String,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

struct Shared {
    to: Mutex<String>,
    cut: Cut,
    /// The message at which the line breaks, from 1; 0 for never.
    at: usize,
    /// Messages so far; none is counted before it is armed.
    messages: AtomicUsize,
    armed: std::sync::atomic::AtomicBool,
}

impl Proxy {
    /// A line to the server of a database's address.
    pub async fn start(url: &str, cut: Cut, at: usize) -> Self {
        let (user, to, name) = parts(url);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            to: Mutex::new(to.to_owned()),
            cut,
            at,
            messages: AtomicUsize::new(0),
            armed: false.into(),
        });
        let own = shared.clone();
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, own.clone()));
            }
        });
        Self {
            url: format!("{user}@127.0.0.1:{port}/{name}"),
            shared,
            listening,
        }
    }

    /// Leads whoever connects from now on to the server of another address.
    pub fn lead_to(&self, url: &str) {
        *self.shared.to.lock().unwrap() = parts(url).1.to_owned();
    }

    pub fn arm(&self, armed: bool) {
        self.shared.armed.store(armed, Ordering::SeqCst);
    }

    /// Messages that were sent while it was armed.
    pub fn messages(&self) -> usize {
        self.shared.messages.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Carries one connection's bytes. What a client writes at once counts as a message: sqlx writes a
/// statement, or what belongs to it, at once.
async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let to = shared.to.lock().unwrap().clone();
    let Ok(server) = TcpStream::connect(to).await else {
        return;
    };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let broken = Arc::new(Notify::new());
    let breaks = broken.clone();
    let answers = tokio::spawn(async move {
        let copied = tokio::io::copy(&mut from_server, &mut to_client);
        tokio::select! {
            _ = copied => {}
            () = breaks.notified() => {}
        }
        // Both directions end together.
        let _ = to_client.shutdown().await;
    });
    let mut bytes = vec![0; 65_536];
    while let Ok(count @ 1..) = from_client.read(&mut bytes).await {
        let armed = shared.armed.load(Ordering::SeqCst);
        let message = match armed {
            true => shared.messages.fetch_add(1, Ordering::SeqCst) + 1,
            false => 0,
        };
        let cuts = armed && message == shared.at;
        if cuts {
            broken.notify_one();
        }
        if !(cuts && shared.cut == Cut::Before)
            && to_server.write_all(&bytes[..count]).await.is_err()
        {
            break;
        }
        if cuts {
            break;
        }
    }
    broken.notify_one();
    let _ = answers.await;
}
