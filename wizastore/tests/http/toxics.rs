//! Bad lines and bad peers: slow, silent, torn. Every call ends within its limit.

use crate::class::Class;
use crate::good::{BODY, Draft, JSON, LIMIT, entmine, impatient, key};
use crate::peer::{Peer, Step, answer};
use std::time::Duration;
use tokio::time::Instant;
use wizastore::erp::EntMine;

/// What a busy machine may need on top of the limit.
const SLACK: Duration = Duration::from_millis(600);

/// How all calls end with such a peer: place, find, void, orders, stock.
async fn all(script: Vec<Step>) -> [Class; 5] {
    let peer = Peer::start(vec![script; 5]).await;
    let erp = impatient(&peer.url);
    let start = Instant::now();
    let skus = ["A".to_string()];
    let (place, find, void, orders, stock) = tokio::join!(
        erp.place(key(), BODY, None, LIMIT),
        erp.find(key()),
        erp.void(key()),
        erp.orders(None, 10),
        erp.stock(&skus),
    );
    assert!(start.elapsed() <= LIMIT + SLACK, "{:?}", start.elapsed());
    assert_eq!(peer.connections(), 5);
    [
        Class::of_place(&place),
        Class::of_find(&find),
        Class::of_void(&void),
        Class::of_any(&orders),
        Class::of_any(&stock),
    ]
}

const UNCLEAR: [Class; 5] = [Class::Ambiguous; 5];

fn good() -> Vec<u8> {
    Draft::accepted().bytes()
}

#[tokio::test]
async fn a_good_answer_that_comes_too_late_is_unclear() {
    let late = vec![Step::Hear, Step::Wait(LIMIT * 2), Step::Say(good())];
    assert_eq!(all(late).await, UNCLEAR);
}

#[tokio::test]
async fn a_peer_that_takes_the_connection_and_never_speaks_is_unclear() {
    assert_eq!(all(vec![Step::Hang]).await, UNCLEAR);
    assert_eq!(all(vec![Step::Hear, Step::Hang]).await, UNCLEAR);
}

#[tokio::test]
async fn a_reset_after_the_request_is_unclear() {
    assert_eq!(all(vec![Step::Hear, Step::Reset]).await, UNCLEAR);
}

/// The peer has read nothing, but the store cannot know.
#[tokio::test]
async fn a_reset_before_the_request_was_read_is_unclear() {
    assert_eq!(all(vec![Step::Reset]).await, UNCLEAR);
    let torn = vec![Step::Wait(Duration::from_millis(50)), Step::Reset];
    assert_eq!(all(torn).await, UNCLEAR);
}

#[tokio::test]
async fn hanging_up_in_silence_is_unclear() {
    assert_eq!(all(vec![Step::Hear]).await, UNCLEAR);
}

#[tokio::test]
async fn an_answer_without_end_is_unclear_when_time_is_up() {
    let drip = |bytes: Vec<u8>| vec![Step::Hear, Step::Drip(bytes, Duration::from_millis(20))];
    // A byte always comes before any limit on single reads would be up.
    assert_eq!(all(drip(good())).await, UNCLEAR);
    let mut body = Draft::of(201, JSON, vec![b' '; 1_000]).bytes();
    let head = body.len() - 1_000;
    let tail = body.split_off(head);
    let slow_body = vec![
        Step::Hear,
        Step::Say(body),
        Step::Drip(tail, Duration::from_millis(20)),
    ];
    assert_eq!(all(slow_body).await, UNCLEAR);
    let headers = b"HTTP/1.1 200 OK\r\n".to_vec();
    let header_drip = vec![
        Step::Hear,
        Step::Say(headers),
        Step::Drip(b"x: y\r\n".repeat(1_000), Duration::from_millis(5)),
    ];
    assert_eq!(all(header_drip).await, UNCLEAR);
    let informational = b"HTTP/1.1 102 Processing\r\n\r\n".repeat(3);
    let promises = vec![Step::Hear, Step::Say(informational), Step::Hang];
    assert_eq!(all(promises).await, UNCLEAR);
}

#[tokio::test]
async fn an_answer_before_its_question_is_heard_is_never_taken_wrongly() {
    // hyper may take it as the answer or as noise; neither invents an order.
    let early = vec![Step::Say(good()), Step::Hear, Step::Hang];
    let peer = Peer::start([early]).await;
    let result = impatient(&peer.url).place(key(), BODY, None, LIMIT).await;
    let class = Class::of_place(&result);
    assert!(
        matches!(class, Class::Accepted | Class::Ambiguous),
        "{result:?}"
    );
}

#[tokio::test]
async fn an_answer_in_single_bytes_is_as_good_as_any() {
    let peer = Peer::start([
        vec![Step::Hear, Step::Drip(good(), Duration::ZERO)],
        vec![
            Step::Hear,
            Step::Drip(Draft::accepted().chunked(), Duration::ZERO),
        ],
    ])
    .await;
    let erp = entmine(&peer.url);
    for _ in 0..2 {
        let result = erp.place(key(), BODY, None, LIMIT).await;
        assert_eq!(Class::of_place(&result), Class::Accepted, "{result:?}");
    }
}

/// What follows an answer belongs to nobody, least of all to the next question.
#[tokio::test]
async fn bytes_after_an_answer_never_answer_the_next_question() {
    let voided = Draft::problem(410, "order-voided", "").bytes();
    let twice = [good(), voided].concat();
    let unknown = Draft::problem(404, "unknown-key", "").bytes();
    let peer = Peer::start([answer(twice), answer(unknown)]).await;
    let erp = entmine(&peer.url);
    let placed = erp.place(key(), BODY, None, LIMIT).await;
    assert_eq!(Class::of_place(&placed), Class::Accepted, "{placed:?}");
    let found = erp.find(key()).await;
    assert_eq!(Class::of_find(&found), Class::Unknown, "{found:?}");
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn an_answer_without_bounds_is_not_read_to_its_end() {
    let mut endless = Draft::accepted();
    endless.body = vec![b' '; 16 * 1024 * 1024];
    let (plain, chunked) = (endless.bytes(), endless.chunked());
    let peer = Peer::start([answer(plain), answer(chunked)]).await;
    let erp = entmine(&peer.url);
    for _ in 0..2 {
        let result = erp.place(key(), BODY, None, LIMIT).await;
        assert_eq!(Class::of_place(&result), Class::Unreadable, "{result:?}");
    }
}
