//! EntMine's answers, read by the store's client from a peer that says whatever it is given.

use super::Reader;
use model::Acceptance;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use wizastore::OrderKey;
use wizastore::erp::{CallError, EntMine, HttpEntMine, HttpLimits, Placed};

const KEY: &str = "0192f0c1-2345-7abc-8def-0123456789ab";
const BODY: &[u8] = b"the order";
/// Longer than a busy machine takes; a peer that has said everything hangs up.
const LIMIT: Duration = Duration::from_secs(20);

pub struct Answers {
    entmine: Arc<HttpEntMine>,
    says: Arc<Mutex<Vec<u8>>>,
    peer: JoinHandle<()>,
}

impl Answers {
    pub async fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let says = Arc::<Mutex<Vec<u8>>>::default();
        let said = says.clone();
        let peer = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = said.lock().unwrap().clone();
                tokio::spawn(speak(stream, answer));
            }
        });
        let limits = HttpLimits {
            attempt: LIMIT,
            ..HttpLimits::default()
        };
        Self {
            entmine: Arc::new(HttpEntMine::new(&url, "s3cret", limits).unwrap()),
            says,
            peer,
        }
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        self.peer.abort();
    }
}

/// Hears one request to its end, answers, hangs up.
async fn speak(mut stream: TcpStream, answer: Vec<u8>) {
    let mut heard = Vec::new();
    let mut bytes = [0; 4096];
    while !heard.ends_with(BODY) {
        match stream.read(&mut bytes).await {
            Ok(count @ 1..) => heard.extend_from_slice(&bytes[..count]),
            Ok(_) | Err(_) => return,
        }
    }
    let _ = stream.write_all(&answer).await;
}

impl Reader for Answers {
    const CORPUS: &'static str = "answers";

    async fn read(&mut self, input: &[u8]) -> Result<bool, String> {
        *self.says.lock().unwrap() = input.to_vec();
        let (entmine, key) = (self.entmine.clone(), OrderKey::parse(KEY).unwrap());
        let call = tokio::spawn(async move { entmine.place(key, BODY, None, LIMIT).await });
        let placed = call.await.map_err(|panic| panic.to_string())?;
        let says = |codes: &[&str]| {
            statuses(input)
                .iter()
                .any(|status| codes.contains(&&**status))
        };
        let may = match &placed {
            Ok(answered) => match &answered.answer {
                Placed::Accepted(acceptance) => {
                    says(&["200", "201"]) && bodies(input).contains(acceptance)
                }
                Placed::Rejected(reasons) => says(&["409"]) && !reasons.is_empty(),
                Placed::Voided => says(&["410"]),
                Placed::KeyReused => says(&["422"]),
                Placed::Malformed { .. } => says(&["400", "413", "415"]),
                // Not asked for here.
                Placed::NumberTaken => says(&["409", "422"]),
            },
            Err(CallError::NotApplied { from: Some(_), .. }) => says(&["401", "403", "429", "503"]),
            // The connection was taken, so it was not refused.
            Err(CallError::NotApplied { from: None, .. }) => false,
            Err(
                CallError::Ambiguous { .. }
                | CallError::Unreadable { .. }
                | CallError::Contradiction { .. },
            ) => true,
        };
        match may {
            true => Ok(
                matches!(&placed, Ok(answered) if matches!(answered.answer, Placed::Accepted(_))),
            ),
            false => Err(format!("{placed:?}")),
        }
    }
}

/// The status codes of everything that looks like the head of an answer.
fn statuses(input: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(input).into_owned();
    let lines = text.split('\n').filter(|line| line.starts_with("HTTP/"));
    lines
        .filter_map(|line| line.split_whitespace().nth(1))
        .map(str::to_owned)
        .collect()
}

/// Every acceptance that can be read, whole, somewhere in the bytes; in chunks, too.
fn bodies(input: &[u8]) -> Vec<Acceptance> {
    let mut found = Vec::new();
    for text in [input.to_vec(), without_chunk_sizes(input)] {
        for at in (0..text.len()).filter(|at| text[*at] == b'{') {
            let mut values =
                serde_json::Deserializer::from_slice(&text[at..]).into_iter::<Acceptance>();
            if let Some(Ok(acceptance)) = values.next() {
                found.push(acceptance);
            }
        }
    }
    found
}

/// The bytes without the lines that are nothing but a number in hexadecimal.
fn without_chunk_sizes(input: &[u8]) -> Vec<u8> {
    let lines = input.split(|byte| *byte == b'\n');
    let size = |line: &&[u8]| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        !line.is_empty() && line.iter().all(u8::is_ascii_hexdigit)
    };
    lines
        .filter(|line| !size(line))
        .flat_map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        .collect()
}
