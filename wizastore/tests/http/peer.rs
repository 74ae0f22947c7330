//! A peer on loopback that speaks raw bytes, by a script for each connection.

use crate::good::KEY;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the peer does with a connection, one step after the other. At the end it hangs up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reads one request to its end and remembers it.
    Hear,
    /// Reads no more than one byte, and remembers nothing.
    HearAByte,
    Say(Vec<u8>),
    /// Says it as the answer to one of the requests of this connection, counted from 0: with that
    /// request's id, and about its key where it is about [`KEY`].
    SayTo(usize, Vec<u8>),
    /// Says it a byte at a time, with a pause after each.
    Drip(Vec<u8>, Duration),
    Wait(Duration),
    /// Keeps the connection open and never speaks again.
    Hang,
    /// Hangs up with RST instead of FIN.
    Reset,
}

/// Hears one request and answers it with these bytes.
pub fn answer(bytes: impl Into<Vec<u8>>) -> Vec<Step> {
    vec![Step::Hear, Step::Say(bytes.into())]
}

/// Hears one request and answers it with these bytes and the request's id, each time it is asked.
pub fn answers(times: usize, bytes: impl Into<Vec<u8>>) -> Vec<Step> {
    let bytes = bytes.into();
    let once = |nth| [Step::Hear, Step::SayTo(nth, bytes.clone())];
    (0..times).flat_map(once).collect()
}

#[derive(Default)]
struct Seen {
    scripts: VecDeque<Vec<Step>>,
    requests: Vec<String>,
    connections: usize,
}

pub struct Peer {
    pub url: String,
    seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
}

impl Peer {
    /// A peer with one script for each connection that is going to come. To one connection more it
    /// gives up without a word.
    pub async fn start(scripts: impl IntoIterator<Item = Vec<Step>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen {
            scripts: scripts.into_iter().collect(),
            ..Seen::default()
        }));
        let shared = seen.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let script = {
                    let mut seen = shared.lock().unwrap();
                    seen.connections += 1;
                    seen.scripts.pop_front().unwrap_or_default()
                };
                tokio::spawn(play(stream, script, shared.clone()));
            }
        });
        Self { url, seen, task }
    }

    /// The script of the next connection that has none yet.
    pub fn then(&self, script: Vec<Step>) {
        self.seen.lock().unwrap().scripts.push_back(script);
    }

    /// The requests that were heard, each with head and body, in the order of their ends.
    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }

    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn play(mut stream: TcpStream, script: Vec<Step>, seen: Arc<Mutex<Seen>>) {
    stream.set_nodelay(true).unwrap();
    let mut heard = Vec::new();
    for step in script {
        // The caller may hang up at any point; that is its right.
        match step {
            Step::Hear => match hear(&mut stream).await {
                Some(request) => {
                    heard.push(request.clone());
                    seen.lock().unwrap().requests.push(request);
                }
                None => return,
            },
            Step::HearAByte => {
                let _ = stream.read(&mut [0]).await;
            }
            Step::Say(bytes) => {
                let _ = stream.write_all(&bytes).await;
            }
            Step::SayTo(nth, bytes) => {
                let _ = stream.write_all(&addressed(&bytes, &heard[nth])).await;
            }
            Step::Drip(bytes, pause) => {
                for byte in bytes {
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(pause).await;
                }
            }
            Step::Wait(pause) => tokio::time::sleep(pause).await,
            Step::Hang => std::future::pending().await,
            Step::Reset => stream.set_zero_linger().unwrap(),
        }
    }
}

/// The value of a request's header.
pub fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = request.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// An answer as the one to this request.
pub fn addressed(answer: &[u8], request: &str) -> Vec<u8> {
    let answer = std::str::from_utf8(answer).unwrap();
    let key = request
        .split(['/', ' '])
        .find(|part| part.len() == KEY.len());
    let (status, rest) = answer.split_once("\r\n").unwrap();
    let rest = rest.replace(KEY, key.unwrap_or(KEY));
    let id = header(request, "entmine-request-id").unwrap();
    format!("{status}\r\nEntMine-Request-Id: {id}\r\n{rest}").into_bytes()
}

/// One request: the head, and a body as long as its Content-Length says.
pub async fn hear(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(String::from_utf8(request).unwrap());
            }
        }
        let mut bytes = [0; 4096];
        match stream.read(&mut bytes).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => request.extend_from_slice(&bytes[..n]),
        }
    }
}
