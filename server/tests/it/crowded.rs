//! Strangers who hold connections, send slowly, or take nothing of what they are sent.

use crate::program::{Program, run};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// More than a process with 1,024 descriptors can have.
const CROWD: usize = 1100;
/// A body may take 10 seconds in all.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Connections that each send this and then nothing.
async fn crowd(program: &Program, head: &str) -> Vec<TcpStream> {
    let addr = program.base.strip_prefix("http://").unwrap();
    let mut crowd = Vec::with_capacity(CROWD);
    for _ in 0..CROWD {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        // One that was given up meanwhile takes nothing more.
        let _ = stream.write_all(head.as_bytes()).await;
        crowd.push(stream);
    }
    crowd
}

#[tokio::test]
async fn a_crowd_that_holds_connections_never_shuts_the_shop() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::with_descriptors(data.path(), 1024);
    let mut held = Vec::new();
    for (kind, head) in [
        ("says nothing", ""),
        ("half a head", "GET / HTTP/1.1\r\nHost: shop\r\nX-Slow: "),
        (
            "stays after an answer",
            "GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n",
        ),
        (
            "takes no answer",
            "GET /entmine/office.css HTTP/1.1\r\nHost: shop\r\n\r\n",
        ),
        (
            "half a body",
            "POST /api/cart/add HTTP/1.1\r\nHost: shop\r\nContent-Length: 999\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\nsku=",
        ),
    ] {
        // The ones before stay where they are.
        held.push(crowd(&program, head).await);
        for page in ["/", "/p/oak-wand-11-inch", "/cart"] {
            let shown = timeout(Duration::from_secs(10), program.get(page)).await;
            let (status, _) = shown.unwrap_or_else(|_| panic!("{kind}: {page} does not come"));
            assert_eq!(status, 200, "{kind}: {page}");
        }
        let mut browser = program.browser();
        let fields = browser.fill_cart("1").await;
        let outcome = browser.door("/api/orders/submit", &fields).await;
        assert_eq!(outcome["outcome"], "confirmed", "{kind}: {outcome}");
        let data = data.path().to_str().unwrap();
        let audit = run(&["audit", "--data", data]);
        assert!(audit.status.success(), "{kind}: an operator is answered");
    }
    let log = program.log();
    assert!(!log.contains("could not be taken"), "{log}");
}

/// Sends this, then a byte every half a second until the server hangs up; what it said, and after
/// how long.
async fn trickle(addr: &str, head: &str) -> (String, Duration) {
    let began = Instant::now();
    let (mut reader, mut writer) = TcpStream::connect(addr).await.unwrap().into_split();
    writer.write_all(head.as_bytes()).await.unwrap();
    let trickling = tokio::spawn(async move {
        while writer.write_all(b"a").await.is_ok() {
            sleep(Duration::from_millis(500)).await;
        }
    });
    let mut said = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = reader.read(&mut buffer).await {
        said.extend_from_slice(&buffer[..count]);
    }
    trickling.abort();
    (String::from_utf8_lossy(&said).into_owned(), began.elapsed())
}

#[tokio::test]
async fn a_body_that_trickles_in_is_given_up_however_steadily_it_comes() {
    let data = tempfile::tempdir().unwrap();
    let secret = (
        "ENTMINE_HOOK_SECRETS",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    );
    let tokens = ("ENTMINE_TOKENS", "wizastore:orders+catalog:s3cret");
    let program = Program::serve(data.path(), &[], &[secret, tokens]);
    let addr = program.base.strip_prefix("http://").unwrap();
    let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9999\r\n\r\n";
    let json = "Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n";
    let signed = signed_head();
    let requests = [
        ("POST /api/cart/add", form.to_owned()),
        ("POST /api/orders/submit", form.to_owned()),
        ("POST /entmine/sign-in", form.to_owned()),
        ("POST /hooks/entmine/catalog", format!("{signed}{json}")),
        (
            "PUT /entmine/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057",
            format!("Authorization: Bearer s3cret\r\n{json}"),
        ),
    ];
    let all = requests.iter().map(async |(request, rest)| {
        let head = format!("{request} HTTP/1.1\r\nHost: shop\r\n{rest}");
        let ended = timeout(BODY_TIME * 2, trickle(addr, &head)).await;
        let (said, took) = ended.unwrap_or_else(|_| panic!("{request} is still read"));
        assert!(
            took < BODY_TIME + Duration::from_secs(3),
            "{request}: {took:?}"
        );
        let refused = said.starts_with("HTTP/1.1 4") || said.starts_with("HTTP/1.1 503");
        assert!(refused, "{request}: {said}");
    });
    futures::future::join_all(all).await;
}

/// Headers as a signed message has them, by somebody who knows no secret.
fn signed_head() -> String {
    #[allow(
        clippy::disallowed_methods,
        reason = "a sender's clock is the machine's"
    )]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let signature = "A".repeat(43) + "=";
    format!(
        "webhook-id: msg_1\r\nwebhook-timestamp: {}\r\nwebhook-signature: v1,{signature}\r\n",
        now.unwrap().as_secs()
    )
}

#[tokio::test]
async fn a_message_that_nobody_can_have_signed_is_refused_before_its_body_is_read() {
    let data = tempfile::tempdir().unwrap();
    let secret = (
        "ENTMINE_HOOK_SECRETS",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    );
    let program = Program::serve(data.path(), &[], &[secret]);
    let addr = program.base.strip_prefix("http://").unwrap();
    let now = signed_head();
    let old = now.replace("webhook-timestamp: ", "webhook-timestamp: -");
    for (kind, headers) in [
        ("unsigned", String::new()),
        ("long ago", old),
        ("no id", now.replace("webhook-id", "x-id")),
        ("no signature", now.replace("v1,", "")),
        ("short", now.replace("AAAA", "A")),
        ("another version", now.replace("v1,", "v1a,")),
    ] {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let head = format!(
            "POST /hooks/entmine/catalog HTTP/1.1\r\nHost: shop\r\n{headers}\
             Content-Type: application/json\r\nContent-Length: 4000000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut said = String::new();
        let end = timeout(Duration::from_secs(3), stream.read_to_string(&mut said)).await;
        assert!(end.is_ok(), "{kind}: it waits for the body");
        assert!(said.starts_with("HTTP/1.1 401"), "{kind}: {said}");
    }
    // Of those who look like a signer, only a few are read at once.
    let head = format!(
        "POST /hooks/entmine/catalog HTTP/1.1\r\nHost: shop\r\n{now}Content-Length: 4000000\r\n\r\n"
    );
    let mut readers = Vec::new();
    let mut refused = 0;
    for _ in 0..20 {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut said = [0; 12];
        match timeout(Duration::from_millis(500), stream.read_exact(&mut said)).await {
            Ok(Ok(_)) if said.ends_with(b"503") => refused += 1,
            Ok(other) => panic!("{other:?} {}", String::from_utf8_lossy(&said)),
            Err(_) => readers.push(stream),
        }
    }
    assert_eq!((readers.len(), refused), (8, 12));
}
