//! Nothing is sent twice behind the push's back.

use crate::class::Class;
use crate::good::{BODY, Draft, LIMIT, entmine, key};
use crate::peer::{Peer, Step, answer};
use std::time::Duration;
use wizastore::erp::EntMine;

const STOCK: &str = r#"{"as_of":"2026-11-22T21:00:01Z","levels":[]}"#;

/// Long enough for anything that would be sent again to arrive.
pub async fn let_it_settle() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test]
async fn whatever_is_answered_one_call_is_one_request() {
    let elsewhere = Peer::start([]).await;
    let mut scripts: Vec<Vec<Step>> = [301, 302, 303, 307, 308]
        .map(|status| {
            let draft = Draft::json(status, "").and("Location", &elsewhere.url);
            answer(draft.bytes())
        })
        .into();
    for status in [401, 407, 408, 421, 425, 429, 500, 502, 503, 504] {
        let problem = Draft::problem(status, "not-now", "").and("Retry-After", "0");
        scripts.push(answer(problem.bytes()));
    }
    scripts.push(vec![Step::Hear, Step::Reset]);
    scripts.push(vec![Step::Hear]);
    scripts.push(answer(
        &b"HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{"[..],
    ));
    let n = scripts.len();
    let peer = Peer::start(scripts).await;
    let erp = entmine(&peer.url);
    for sent in 1..=n {
        let result = erp.place(key(), BODY, None, LIMIT).await;
        assert!(result.is_err(), "{result:?}");
        assert_eq!((peer.requests().len(), peer.connections()), (sent, sent));
    }
    let_it_settle().await;
    assert_eq!((peer.requests().len(), peer.connections()), (n, n));
    assert_eq!(elsewhere.connections(), 0);
}

/// An answer that does not say which request it is to may be another's. So each order has a connection
/// of its own, also where the peer would keep it.
#[tokio::test]
async fn where_answers_have_no_id_each_order_has_a_connection_of_its_own() {
    let keep = |draft: Draft| {
        vec![
            Step::Hear,
            Step::Say(draft.bytes()),
            Step::Hear,
            Step::Reset,
        ]
    };
    let peer = Peer::start(vec![keep(Draft::accepted()); 20]).await;
    let erp = entmine(&peer.url);
    for sent in 1..=20 {
        let result = erp.place(key(), BODY, None, LIMIT).await;
        assert_eq!(Class::of_place(&result), Class::Accepted, "{result:?}");
        assert_eq!((peer.requests().len(), peer.connections()), (sent, sent));
    }
}

/// The same with the stock pull, which does keep connections: the question may be lost with the
/// connection, but it goes out once.
#[tokio::test]
async fn a_question_lost_on_a_kept_connection_is_not_asked_again() {
    let stock = Draft::json(200, STOCK).bytes();
    let script = vec![Step::Hear, Step::Say(stock), Step::Hear, Step::Reset];
    let peer = Peer::start([script]).await;
    let erp = entmine(&peer.url);
    let skus = ["A".to_string()];
    assert!(erp.stock(&skus).await.is_ok());
    let_it_settle().await;
    let lost = erp.stock(&skus).await;
    assert_eq!(Class::of_any(&lost), Class::Ambiguous, "{lost:?}");
    let_it_settle().await;
    assert_eq!((peer.requests().len(), peer.connections()), (2, 1));
}

/// Hanging up at the very moment of the next question, sooner and later: never two requests heard
/// for one call.
#[tokio::test]
async fn a_kept_connection_that_closes_at_any_moment_carries_each_question_once() {
    let stock = Draft::json(200, STOCK).bytes();
    for micros in (0..2_000).step_by(50) {
        let linger = Duration::from_micros(micros);
        let first = vec![Step::Hear, Step::Say(stock.clone()), Step::Wait(linger)];
        let peer = Peer::start([first, answer(stock.clone())]).await;
        let erp = entmine(&peer.url);
        let skus = ["A".to_string()];
        assert!(erp.stock(&skus).await.is_ok());
        tokio::time::sleep(linger).await;
        let second = erp.stock(&skus).await;
        let heard = peer.requests().len();
        match second {
            Ok(_) => assert_eq!(heard, 2),
            Err(_) => assert!(heard <= 2),
        }
        assert!(peer.connections() <= 2);
    }
}

/// A caller that stops waiting takes its request with it.
#[tokio::test]
async fn a_call_that_is_given_up_leaves_nothing_behind() {
    let peer = Peer::start([vec![Step::Hear, Step::Hang]]).await;
    let erp = entmine(&peer.url);
    let call = erp.place(key(), BODY, None, LIMIT);
    assert!(tokio::time::timeout(LIMIT / 4, call).await.is_err());
    peer.then(answer(Draft::accepted().bytes()));
    let result = erp.place(key(), BODY, None, LIMIT).await;
    assert_eq!(Class::of_place(&result), Class::Accepted, "{result:?}");
    let_it_settle().await;
    assert_eq!((peer.requests().len(), peer.connections()), (2, 2));
}
