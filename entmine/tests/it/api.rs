//! EntMine's HTTP API on a port of this machine, and a client that sends what it is told, also what
//! no good client would.

use crate::shop::Shop;
use database::Engine;
use entmine::{EntMine, Tokens, http};
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

/// The store of most tests has both scopes; "other" is another store.
pub const TOKENS: &str = "shop:orders+catalog:s3cret,shop:admin:only-admin,shop:catalog:only-catalog,\
    shop:orders:only-orders,other:orders+catalog:0ther";

pub const JSON: (&str, &str) = ("Content-Type", "application/json");
pub const SHOP: (&str, &str) = ("Authorization", "Bearer s3cret");
pub const OTHER: (&str, &str) = ("Authorization", "Bearer 0ther");

/// What every request is called, and every answer brings back.
const REQUEST_ID: &str = "of this test";

pub struct Api {
    pub shop: Shop,
    pub addr: SocketAddr,
}

impl Api {
    pub async fn open(engine: Engine) -> Self {
        Self::of(Shop::open(engine).await).await
    }

    pub async fn of(shop: Shop) -> Self {
        let addr = serve(&shop.entmine).await;
        Self { shop, addr }
    }

    /// The store "shop" places an order.
    pub async fn put(&self, key: Uuid, body: &[u8]) -> Answer {
        self.put_with(key, &[SHOP, JSON], body).await
    }

    pub async fn put_with(&self, key: Uuid, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        send(self.addr, "PUT", &path(key), headers, body).await
    }

    /// The store "shop" asks; `path` follows `/entmine/v1`.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[SHOP]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        send(self.addr, "GET", path, headers, b"").await
    }

    pub async fn void(&self, key: Uuid, headers: &[(&str, &str)]) -> Answer {
        send(
            self.addr,
            "POST",
            &format!("{}/void", path(key)),
            headers,
            b"",
        )
        .await
    }

    /// The key has no verdict.
    pub async fn assert_free(&self, key: Uuid) {
        self.get(&path(key))
            .await
            .assert_problem(404, "unknown-key");
    }
}

pub fn path(key: Uuid) -> String {
    format!("/orders/{key}")
}

/// Serves an EntMine as long as the test runs.
pub async fn serve(entmine: &EntMine) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let router = http::router(entmine.clone(), Tokens::parse(TOKENS).unwrap());
    // As in the server: beside pages of somebody else.
    let router = axum::Router::new()
        .fallback(async || "a page")
        .merge(router);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    addr
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// By names in lower case.
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// It was done, and this is the body.
    pub fn done(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.headers["content-type"], "application/json");
        self.json()
    }

    /// It is a problem document of this code, as RFC 9457 has it.
    pub fn assert_problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("urn:entmine:problem:{code}"));
        assert_eq!(problem["status"], status);
        assert!(!problem["title"].as_str().unwrap().is_empty());
        assert_eq!(
            self.headers.contains_key("retry-after"),
            matches!(status, 429 | 503),
            "{self:?}"
        );
        problem
    }
}

/// Sends one request on a connection of its own; `path` follows `/entmine/v1`.
pub async fn send(
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let length = body.len().to_string();
    let mut headers = headers.to_vec();
    if !body.is_empty() {
        headers.push(("Content-Length", &length));
    }
    let mut stream = begin(addr, method, path, &headers).await;
    // A server may answer before it has read everything.
    let _ = stream.write_all(body).await;
    read(stream).await
}

/// Sends everything but the body.
pub async fn begin(
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> TcpStream {
    let mut head = format!("{method} /entmine/v1{path} HTTP/1.1\r\nHost: entmine\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("EntMine-Request-Id: {REQUEST_ID}\r\n"));
    head.push_str("Connection: close\r\n\r\n");
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Reads an answer, which is always EntMine's own and says so.
pub async fn read(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&bytes)));
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers: HashMap<String, String> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Uuid::parse_str(&headers["entmine-instance"]).unwrap();
    headers["entmine-epoch"].parse::<i64>().unwrap();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["entmine-request-id"], REQUEST_ID);
    Answer {
        status: status.parse().unwrap(),
        headers,
        body: bytes[end + 4..].to_vec(),
    }
}
