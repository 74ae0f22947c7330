//! A peer that speaks TLS, and HTTP/2 frame by frame (RFC 9113 §4, §6) where that is agreed on.

use super::CERTIFICATE;
use crate::good::Draft;
use crate::peer::{addressed, hear};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What the peer does with one whole request. When there is nothing more to do it hangs up.
#[derive(Clone, Debug)]
pub enum Act {
    Answer(Draft),
    /// RST_STREAM with this error code.
    Reset(u32),
    /// GOAWAY without an error, and this as the last stream that is looked at.
    GoAway(u32),
    /// Does nothing, and keeps the connection open.
    Hang,
}

#[derive(Default)]
struct Seen {
    scripts: VecDeque<Vec<Act>>,
    requests: usize,
    connections: usize,
}

pub struct TlsPeer {
    pub url: String,
    seen: Arc<Mutex<Seen>>,
    task: tokio::task::JoinHandle<()>,
}

impl TlsPeer {
    /// A peer that offers these protocols, with one script for each connection.
    pub async fn start(alpn: &[&str], scripts: Vec<Vec<Act>>) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/tls/key.pem");
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_file(CERTIFICATE).unwrap()],
                PrivateKeyDer::from_pem_file(key).unwrap(),
            )
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().into()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen {
            scripts: scripts.into(),
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
                tokio::spawn(play(acceptor.clone(), stream, script, shared.clone()));
            }
        });
        Self { url, seen, task }
    }

    /// How many whole requests came, on how many connections.
    pub fn seen(&self) -> (usize, usize) {
        let seen = self.seen.lock().unwrap();
        (seen.requests, seen.connections)
    }
}

impl Drop for TlsPeer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// None: the other end has hung up, as it may.
async fn play(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    script: Vec<Act>,
    seen: Arc<Mutex<Seen>>,
) -> Option<()> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(&b"h2"[..]);
    if is_http2 {
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).await.ok()?;
        assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        stream.write_all(&frame(SETTINGS, 0, 0, &[])).await.ok()?;
    }
    for act in script {
        let (request, id) = match is_http2 {
            true => (String::new(), http2_request(&mut stream).await?),
            false => (hear(&mut stream).await?, 0),
        };
        seen.lock().unwrap().requests += 1;
        let bytes = match act {
            Act::Answer(draft) if is_http2 => http2_answer(id, &draft),
            Act::Answer(draft) => addressed(&draft.bytes(), &request),
            Act::Reset(code) => frame(RST_STREAM, 0, id, &code.to_be_bytes()),
            Act::GoAway(last) => frame(GOAWAY, 0, 0, &[last.to_be_bytes(), [0; 4]].concat()),
            Act::Hang => std::future::pending().await,
        };
        stream.write_all(&bytes).await.ok()?;
        stream.flush().await.ok()?;
    }
    stream.shutdown().await.ok()
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let stream = stream.to_be_bytes();
    [&length[1..], &[kind, flags][..], &stream[..], payload].concat()
}

/// Reads frames until a request is whole; its stream.
async fn http2_request(stream: &mut TlsStream<TcpStream>) -> Option<u32> {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.ok()?;
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload).await.ok()?;
        if matches!(kind, DATA | HEADERS) && flags & END_STREAM != 0 {
            return Some(u32::from_be_bytes(id));
        }
    }
}

/// Header fields as literals that are not indexed (RFC 7541 §6.2.2), then the body.
fn http2_answer(stream: u32, draft: &Draft) -> Vec<u8> {
    let status = (":status".to_string(), draft.status.to_string());
    let mut fields = Vec::new();
    for (name, value) in std::iter::once(status).chain(draft.headers.clone()) {
        fields.push(0);
        for text in [name.to_lowercase(), value] {
            fields.push(u8::try_from(text.len()).unwrap());
            fields.extend_from_slice(text.as_bytes());
        }
    }
    let head = frame(HEADERS, END_HEADERS, stream, &fields);
    [head, frame(DATA, END_STREAM, stream, &draft.body)].concat()
}
