//! What a right EntMine says, as raw bytes, and ways to say it almost right.

use model::Acceptance;
use std::time::Duration;
use wizastore::OrderKey;
use wizastore::erp::{HttpEntMine, HttpLimits, Identity};

pub const KEY: &str = "0192f0c1-2345-7abc-8def-0123456789ab";
pub const OTHER_KEY: &str = "0192f0c1-2345-7abc-8def-0123456789ac";
pub const INSTANCE: &str = "d9b2d63d-a233-4123-847a-76838bc2ad6e";
pub const BODY: &[u8] = br#"{"placed_at":"2026-11-22T21:00:00Z","lines":[]}"#;
pub const JSON: &str = "application/json";
pub const PROBLEM: &str = "application/problem+json";

/// A limit small enough that a test of a peer that never ends ends.
pub const LIMIT: Duration = Duration::from_millis(400);

pub fn key() -> OrderKey {
    OrderKey::parse(KEY).unwrap()
}

pub fn identity() -> Identity {
    Identity {
        instance: INSTANCE.into(),
        epoch: 3,
    }
}

/// With time enough for any machine: the test is about something else.
pub fn entmine(url: &str) -> HttpEntMine {
    with_limits(url, LIMIT * 50, LIMIT * 50)
}

/// Waits no longer than [`LIMIT`].
pub fn impatient(url: &str) -> HttpEntMine {
    with_limits(url, LIMIT, LIMIT)
}

pub fn with_limits(url: &str, connect: Duration, attempt: Duration) -> HttpEntMine {
    let limits = HttpLimits {
        connect,
        attempt,
        ..HttpLimits::default()
    };
    HttpEntMine::new(url, "s3cret", limits).unwrap()
}

pub fn acceptance() -> Acceptance {
    Acceptance {
        key: KEY.into(),
        number: "SO-2026-000123".into(),
        fingerprint: wizastore::fingerprint(BODY),
        total_minor: 2598,
        currency: "GBP".into(),
        accepted_at: "2026-11-22T21:00:01Z".into(),
        status: model::OrderStatus::New,
        replayed: false,
    }
}

pub fn acceptance_json() -> String {
    serde_json::to_string(&acceptance()).unwrap()
}

pub fn verdict_json() -> String {
    acceptance_json().replacen('{', r#"{"verdict":"accepted","#, 1)
}

pub fn problem_json(code: &str, status: u16, more: &str) -> String {
    format!(r#"{{"type":"urn:entmine:problem:{code}","title":"A title","status":{status}{more}}}"#)
}

pub const REASONS: &str = r#","reasons":[{"code":"discontinued","sku":"A"}]"#;

/// An answer in the making: every part of it can be made wrong.
#[derive(Clone, Debug)]
pub struct Draft {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Draft {
    pub fn json(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::of(status, JSON, body)
    }

    pub fn problem(status: u16, code: &str, more: &str) -> Self {
        Self::of(status, PROBLEM, problem_json(code, status, more))
    }

    pub fn of(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let header = |name: &str, value: &str| (name.to_string(), value.to_string());
        Self {
            status,
            headers: vec![
                header("Content-Type", kind),
                header("EntMine-Instance", INSTANCE),
                header("EntMine-Epoch", "3"),
            ],
            body: body.into(),
        }
    }

    /// The right answer to `place`.
    pub fn accepted() -> Self {
        Self::json(201, acceptance_json())
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| other != name);
        self
    }

    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn with(self, name: &str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} Said\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head
    }

    /// With a Content-Length.
    pub fn bytes(&self) -> Vec<u8> {
        let length = self.body.len();
        let mut bytes = format!("{}Content-Length: {length}\r\n\r\n", self.head()).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// In two chunks.
    pub fn chunked(&self) -> Vec<u8> {
        let head = format!("{}Transfer-Encoding: chunked\r\n\r\n", self.head());
        let mut bytes = head.into_bytes();
        let (first, second) = self.body.split_at(self.body.len() / 2);
        for chunk in [first, second] {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }

    /// Without a length: the answer ends where the connection does.
    pub fn to_the_end(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\n", self.head()).into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}
