//! EntMine over TLS: HTTP/2 where it offers it, and what it says there of requests that it did not begin.

mod peer;

use crate::class::Class;
use crate::good::{BODY, Draft, LIMIT, entmine, key, with_limits};
use peer::{Act, TlsPeer};
use std::process::Command;
use wizastore::erp::{EntMine, HttpEntMine};

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http/tls/cert.pem");

/// Whether this process trusts the peer's certificate. One that does not runs the test in one that does.
fn is_trusting(test: &str) -> bool {
    if std::env::var("SSL_CERT_FILE").is_ok_and(|file| file == CERTIFICATE) {
        return true;
    }
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program)
        .args(["--exact", &format!("tls::{test}")])
        .env("SSL_CERT_FILE", CERTIFICATE)
        .env_remove("SSL_CERT_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed"), "{said}");
    false
}

async fn placed(erp: &HttpEntMine) -> Class {
    Class::of_place(&erp.place(key(), BODY, None, LIMIT).await)
}

fn good() -> Act {
    Act::Answer(Draft::accepted())
}

/// How placing and voiding end that meet this on a connection of their own, and then on a kept one; each is
/// sent once.
async fn meets(act: Act, kept: Act) -> [Class; 4] {
    let mut scripts = vec![vec![act.clone()], vec![act]];
    for _ in 0..2 {
        scripts.extend([vec![good()], vec![good(), kept.clone()]]);
    }
    let peer = TlsPeer::start(&["h2", "http/1.1"], scripts).await;
    // Where something has to end, there is time enough to connect; elsewhere for everything.
    let attempt = match kept {
        Act::Hang => LIMIT * 2,
        Act::Answer(_) | Act::Reset(_) | Act::GoAway(_) => LIMIT * 50,
    };
    let erp = with_limits(&peer.url, LIMIT * 50, attempt);
    let place = placed(&erp).await;
    let void = Class::of_void(&erp.void(key()).await);
    assert_eq!(peer.seen(), (2, 2));
    let mut classes = vec![place, void];
    for nth in 1..=2 {
        assert_eq!(placed(&erp).await, Class::Accepted);
        assert_eq!(placed(&erp).await, Class::Accepted);
        classes.push(match nth {
            1 => placed(&erp).await,
            _ => Class::of_void(&erp.void(key()).await),
        });
        assert_eq!(peer.seen(), (2 + 3 * nth, 2 + 2 * nth));
    }
    classes.try_into().unwrap()
}

#[tokio::test]
async fn orders_share_a_connection_of_http_2() {
    if is_trusting("orders_share_a_connection_of_http_2") {
        let peer = TlsPeer::start(&["http/1.1", "h2"], vec![vec![good()], vec![good(); 20]]).await;
        let erp = entmine(&peer.url);
        for _ in 0..21 {
            assert_eq!(placed(&erp).await, Class::Accepted);
        }
        assert_eq!(peer.seen(), (21, 2));
    }
}

#[tokio::test]
async fn orders_share_a_connection_of_http_1_where_nothing_else_is_offered() {
    if is_trusting("orders_share_a_connection_of_http_1_where_nothing_else_is_offered") {
        for alpn in [&["http/1.1"][..], &[]] {
            let peer = TlsPeer::start(alpn, vec![vec![good()], vec![good(); 20]]).await;
            let erp = entmine(&peer.url);
            for _ in 0..21 {
                assert_eq!(placed(&erp).await, Class::Accepted);
            }
            assert_eq!(peer.seen(), (21, 2));
        }
    }
}

#[tokio::test]
async fn a_stream_that_was_refused_was_not_applied() {
    if is_trusting("a_stream_that_was_refused_was_not_applied") {
        const REFUSED_STREAM: u32 = 7;
        let refused = Act::Reset(REFUSED_STREAM);
        assert_eq!(
            meets(refused.clone(), refused).await,
            [Class::NotApplied; 4]
        );
    }
}

/// What has no body may go out although h2 reports the GOAWAY.
#[tokio::test]
async fn an_order_after_the_last_stream_was_not_applied() {
    if is_trusting("an_order_after_the_last_stream_was_not_applied") {
        let [place, void] = [Class::NotApplied, Class::Ambiguous];
        let ends = meets(Act::GoAway(0), Act::GoAway(1)).await;
        assert_eq!(ends, [place, void, place, void]);
    }
}

#[tokio::test]
async fn every_other_end_of_a_stream_is_unclear() {
    if is_trusting("every_other_end_of_a_stream_is_unclear") {
        // RFC 9113 §7, but for REFUSED_STREAM.
        for code in (0..=13).filter(|code| *code != 7) {
            let reset = Act::Reset(code);
            assert_eq!(
                meets(reset.clone(), reset).await,
                [Class::Ambiguous; 4],
                "{code}"
            );
        }
        // The last stream that is looked at is the order's own, or one to come; then it hangs up.
        for last in [3, u32::MAX >> 1] {
            let ends = meets(Act::GoAway(last), Act::GoAway(last)).await;
            assert_eq!(ends, [Class::Ambiguous; 4], "{last}");
        }
        let nothing = meets(Act::Hang, Act::Hang).await;
        assert_eq!(nothing, [Class::Ambiguous; 4]);
    }
}
