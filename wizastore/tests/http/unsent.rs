//! Calls for which there never was a connection: the one case in which silence proves something.

use crate::class::Class;
use crate::good::{BODY, LIMIT, entmine, key, with_limits};
use crate::peer::{Peer, Step};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use wizastore::erp::{CallError, EntMine, HttpEntMine, HttpLimits};

async fn nothing_was_sent(erp: &HttpEntMine) {
    let place = erp.place(key(), BODY, None, LIMIT).await;
    assert_eq!(Class::of_place(&place), Class::NotApplied, "{place:?}");
    let CallError::NotApplied {
        retry_after: None,
        from: None,
        detail,
    } = place.unwrap_err()
    else {
        panic!("nobody said anything");
    };
    assert!(
        !detail.contains("s3cret") && !detail.contains("http://"),
        "{detail}"
    );
    let find = erp.find(key()).await;
    assert_eq!(Class::of_find(&find), Class::NotApplied, "{find:?}");
    let void = erp.void(key()).await;
    assert_eq!(Class::of_void(&void), Class::NotApplied, "{void:?}");
    let stock = erp.stock(&["A".into()]).await;
    assert_eq!(Class::of_any(&stock), Class::NotApplied, "{stock:?}");
    let orders = erp.orders(None, 1).await;
    assert_eq!(Class::of_any(&orders), Class::NotApplied, "{orders:?}");
}

#[tokio::test]
async fn a_refused_connection_proves_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    nothing_was_sent(&entmine(&url)).await;
}

#[tokio::test]
async fn a_name_that_nobody_has_proves_that_nothing_was_sent() {
    // RFC 6761: .invalid never resolves. A resolver that is slow about it meets the limit.
    let erp = with_limits("http://entmine.invalid", LIMIT, LIMIT * 50);
    nothing_was_sent(&erp).await;
}

/// A listener whose backlog is full drops what comes, like a machine that is not there.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_does_not_come_about_proves_that_nothing_was_sent() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut held = Vec::new();
    while let Ok(stream) =
        tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        held.push(stream.unwrap());
    }
    let erp = with_limits(&format!("http://{address}"), LIMIT / 2, LIMIT * 50);
    nothing_was_sent(&erp).await;
}

/// TLS comes before the first byte of a request.
#[tokio::test]
async fn a_peer_that_cannot_speak_tls_proves_that_nothing_was_sent() {
    let limits = HttpLimits {
        connect: LIMIT / 2,
        attempt: LIMIT * 50,
        ..HttpLimits::default()
    };
    let hello = b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    for script in [vec![Step::Hang], vec![Step::Say(hello)], vec![Step::Reset]] {
        let peer = Peer::start(vec![script; 5]).await;
        let url = peer.url.replace("http:", "https:");
        match HttpEntMine::new(&url, "s3cret", limits) {
            Ok(erp) => nothing_was_sent(&erp).await,
            // A machine without CA certificates says so when the store starts.
            Err(error) => assert!(error.to_string().contains("CA cert"), "{error}"),
        }
    }
}

#[tokio::test]
async fn a_number_that_cannot_be_a_header_is_not_sent() {
    let peer = Peer::start([]).await;
    let erp = entmine(&peer.url);
    let result = erp.place(key(), BODY, Some("SO-1\r\nX: y"), LIMIT).await;
    assert_eq!(Class::of_place(&result), Class::NotApplied, "{result:?}");
    assert_eq!(peer.connections(), 0);
}

/// An address has a longest length, and a cart may ask for more.
#[tokio::test]
async fn a_question_that_cannot_be_written_down_is_not_sent() {
    let peer = Peer::start([]).await;
    let skus = vec!["A".repeat(100); 1_000];
    let result = entmine(&peer.url).stock(&skus).await;
    assert_eq!(Class::of_any(&result), Class::NotApplied, "{result:?}");
    assert_eq!(peer.connections(), 0);
}
