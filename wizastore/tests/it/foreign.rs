//! A second implementation of EntMine, over HTTP, by somebody who knows the contract and RFC 9110,
//! 9457 and 8259 to the letter and uses all the freedom that they leave: header names in any case,
//! parameters of media types, chunks, members in another order and some that nobody knows, white
//! space, escapes, numbers with an exponent, times with an offset and many digits, UUIDs and hex digits
//! in capitals, and problem documents that hold no more than they must. What it says is the scripted EntMine's.

use crate::fake::FakeEntMine;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wizastore::OrderKey;
use wizastore::erp::{Answered, CallError, EntMine, Found, Placed, Voided};

/// It speaks as long as this lives.
pub struct ForeignEntMine {
    pub url: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for ForeignEntMine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ForeignEntMine {
    pub async fn with(books: FakeEntMine) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(books.clone(), stream));
            }
        });
        Self { url, task }
    }
}

/// What is said, or that nothing is.
type Said = Option<(u16, &'static str, Value, Option<Duration>)>;

async fn serve(books: FakeEntMine, mut stream: TcpStream) -> Option<()> {
    let (head, body) = hear(&mut stream).await?;
    let mut words = head.split_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    let number = head
        .lines()
        .find(|line| line.to_lowercase().starts_with("entmine-number:"))
        .and_then(|line| line.split_once(": "))
        .map(|(_, number)| number.trim());
    let path = target.strip_prefix("/entmine/v1/orders")?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let asked = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let limit = asked("limit").and_then(|limit| limit.parse().ok());
    let key = path.split('/').nth(1).and_then(OrderKey::parse);
    let answer = match (method, key, path) {
        ("PUT", Some(key), _) => placed(
            books
                .place(key, &body, number, Duration::from_secs(3))
                .await,
        ),
        ("GET", Some(key), _) => found(key, books.find(key).await),
        ("POST", Some(key), _) => voided(books.void(key).await),
        ("GET", None, "") => listed(EntMine::orders(&books, asked("after"), limit?).await),
        ("GET", None, "/changes") => listed(books.changes(asked("after"), limit?).await),
        other => panic!("{other:?}"),
    };
    let (status, code, members, patience) = answer?;
    let identity = books.identity();
    let bytes = said(status, code, members, patience, &identity);
    stream.write_all(&bytes).await.ok()?;
    stream.shutdown().await.ok()
}

async fn hear(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = stream
            .read(&mut piece)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length: usize = head
            .to_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok())
            .unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            return Some((head, bytes.split_off(end + 4)));
        }
    }
}

fn placed(answer: Result<Answered<Placed>, CallError>) -> Said {
    match answer.map(|answered| answered.answer) {
        Ok(Placed::Accepted(order)) => {
            let status = if order.replayed { 200 } else { 201 };
            Some((status, "", serde_json::to_value(order).unwrap(), None))
        }
        Ok(Placed::Rejected(reasons)) => {
            Some((409, "order-rejected", json!({ "reasons": reasons }), None))
        }
        Ok(Placed::Voided) => problem(410, "order-voided"),
        Ok(Placed::KeyReused) => problem(422, "key-reused"),
        Ok(Placed::Malformed { .. }) => problem(400, "malformed"),
        Ok(Placed::NumberTaken) => problem(409, "number-taken"),
        Err(error) => failed(error),
    }
}

fn found(key: OrderKey, answer: Result<Answered<Found>, CallError>) -> Said {
    let verdict = match answer.map(|answered| answered.answer) {
        Ok(Found::Accepted(order)) => model::Verdict::Accepted(order.into()),
        Ok(Found::Rejected {
            fingerprint,
            reasons,
        }) => model::Verdict::Rejected {
            key: key.to_string(),
            fingerprint,
            reasons,
        },
        Ok(Found::Voided) => return problem(410, "order-voided"),
        Ok(Found::Unknown) => return problem(404, "unknown-key"),
        Err(error) => return failed(error),
    };
    Some((200, "", serde_json::to_value(verdict).unwrap(), None))
}

fn voided(answer: Result<Answered<Voided>, CallError>) -> Said {
    match answer.map(|answered| answered.answer) {
        Ok(Voided::Done) => Some((200, "", json!({ "voided": true }), None)),
        Ok(Voided::AlreadyAccepted) => problem(409, "already-accepted"),
        Ok(Voided::AlreadyRejected) => problem(409, "order-rejected"),
        Err(error) => failed(error),
    }
}

fn listed(answer: Result<Answered<model::OrderPage>, CallError>) -> Said {
    match answer.map(|answered| answered.answer) {
        Ok(page) => Some((200, "", serde_json::to_value(page).unwrap(), None)),
        Err(CallError::Contradiction { .. }) => problem(400, "malformed"),
        Err(error) => failed(error),
    }
}

fn problem(status: u16, code: &'static str) -> Said {
    Some((status, code, json!({}), None))
}

fn failed(error: CallError) -> Said {
    match error {
        CallError::NotApplied { retry_after, .. } => {
            Some((503, "unavailable", json!({}), retry_after))
        }
        CallError::Unreadable { .. } => Some((200, "", json!({ "well": "done" }), None)),
        CallError::Ambiguous { .. } | CallError::Contradiction { .. } => None,
    }
}

/// An answer on the wire; with a code it is a problem document.
fn said(
    status: u16,
    code: &str,
    members: Value,
    patience: Option<Duration>,
    identity: &wizastore::erp::Identity,
) -> Vec<u8> {
    let Value::Object(mut members) = members else {
        panic!("{members}");
    };
    let kind = if code.is_empty() {
        "Application/JSON ;charset=\"UTF-8\" ; profile=\"v1\""
    } else {
        members.insert("type".into(), format!("URN:EntMine:problem:{code}").into());
        "APPLICATION/problem+json;Charset=utf-8"
    };
    let mut body = String::from(" \r\n\t");
    write(&mut body, "", &Value::Object(members));
    body.push_str("\n\n");
    let mut head = format!(
        "HTTP/1.1 {status} \r\ncontent-TYPE:{kind}\r\nENTMINE-INSTANCE:   {}  \r\nentmine-epoch:{}\r\n\
         transfer-encoding: Chunked\r\nX-Powered-By: patience\r\nAge: 0\r\n",
        identity.instance.to_uppercase(),
        identity.epoch,
    );
    if let Some(patience) = patience {
        // As a date, in the form of 1977; the day of the answer is the one of its Date.
        let seconds = patience.as_millis().div_ceil(1_000);
        let (minute, second) = (seconds / 60, seconds % 60);
        write!(
            head,
            "date: Sun, 22 Nov 2026 21:00:00 GMT\r\nretry-after: Sunday, 22-Nov-26 21:{minute:02}:{second:02} GMT\r\n"
        )
        .unwrap();
    }
    let mut bytes = format!("{head}\r\n").into_bytes();
    for chunk in body.as_bytes().chunks(100) {
        bytes.extend_from_slice(format!("{:X};note=\"x\"\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\nserver-timing: total\r\n\r\n");
    bytes
}

/// JSON as RFC 8259 allows it.
fn write(text: &mut String, name: &str, value: &Value) {
    match value {
        Value::Object(members) => object(text, members),
        Value::Array(items) => {
            text.push_str("[ ");
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at == 0 { "\n" } else { "\t,\r\n" });
                write(text, name, item);
            }
            text.push(']');
        }
        Value::Number(number) if name != "epoch" => {
            let minor = number.as_i64().unwrap();
            match minor % 10 {
                0 => write!(text, "{}E+1", minor / 10).unwrap(),
                _ => write!(text, "{minor}.0e0").unwrap(),
            }
        }
        Value::String(word) => match name {
            "accepted_at" => {
                let time = word.replace('Z', ".000000000000+00:00");
                write!(text, "\"{time}\"").unwrap();
            }
            "key" => write!(text, "\"{}\"", word.to_uppercase()).unwrap(),
            "fingerprint" => {
                let digits = word.strip_prefix("sha256:").unwrap().to_uppercase();
                write!(text, "\"sha256:{digits}\"").unwrap();
            }
            _ => {
                text.push('"');
                for unit in word.encode_utf16() {
                    write!(text, "\\u{unit:04X}").unwrap();
                }
                text.push('"');
            }
        },
        other => write!(text, "{other}").unwrap(),
    }
}

fn object(text: &mut String, members: &Map<String, Value>) {
    text.push_str("{\"_links\" :{\"self\":[null,{\"rel\":1.5e-3}]},\n\"Number\":null");
    for (name, value) in members.iter().rev() {
        write!(text, " ,\n  \"{name}\"\t: ").unwrap();
        write(text, name, value);
    }
    text.push_str("\r\n}");
}
