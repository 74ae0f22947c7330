//! Connections that are kept, and lost: what is not applied is so, and a verdict is the order's own.

use crate::class::Class;
use crate::good::{BODY, Draft, INSTANCE, KEY, LIMIT, OTHER_KEY, entmine, impatient, key};
use crate::once::let_it_settle;
use crate::peer::{Peer, Step, answer, answers, header};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::collections::HashSet;
use std::time::Duration;
use wizastore::OrderKey;
use wizastore::erp::{EntMine, HttpEntMine, Placed};

fn accepted() -> Vec<u8> {
    Draft::accepted().bytes()
}

fn unavailable() -> Vec<u8> {
    Draft::problem(503, "unavailable", "").bytes()
}

/// A peer whose first answer shows that it brings ids back, and whose second connection is therefore
/// kept: it answers one order and then does this. Then come connections on which all goes well.
async fn kept(then: Vec<Step>) -> Peer {
    let second = [answers(1, accepted()), then].concat();
    let mut scripts = vec![answers(1, accepted()), second];
    scripts.extend(vec![answers(9, accepted()); 9]);
    Peer::start(scripts).await
}

async fn placed(erp: &HttpEntMine) -> Class {
    Class::of_place(&erp.place(key(), BODY, None, LIMIT).await)
}

/// The two calls after which a connection is kept.
async fn begin(peer: &Peer, erp: &HttpEntMine) {
    assert_eq!(placed(erp).await, Class::Accepted);
    assert_eq!(placed(erp).await, Class::Accepted);
    assert_eq!((peer.requests().len(), peer.connections()), (2, 2));
}

/// How a call ends that meets this on the kept connection. The one after it has a connection of its own,
/// and each was heard once.
async fn meets(then: Vec<Step>) -> Class {
    let is_heard = usize::from(then.contains(&Step::Hear));
    let hangs = then.contains(&Step::Hang);
    let peer = kept(then).await;
    let erp = match hangs {
        true => impatient(&peer.url),
        false => entmine(&peer.url),
    };
    begin(&peer, &erp).await;
    let class = placed(&erp).await;
    assert_eq!(
        (peer.requests().len(), peer.connections()),
        (2 + is_heard, 2)
    );
    assert_eq!(placed(&erp).await, Class::Accepted);
    let_it_settle().await;
    assert_eq!(
        (peer.requests().len(), peer.connections()),
        (3 + is_heard, 3)
    );
    class
}

#[tokio::test]
async fn orders_share_a_connection_and_each_has_an_id_of_its_own() {
    let peer = Peer::start([answers(1, accepted()), answers(20, accepted())]).await;
    let erp = entmine(&peer.url);
    for _ in 0..21 {
        assert_eq!(placed(&erp).await, Class::Accepted);
    }
    let requests = peer.requests();
    let ids = requests
        .iter()
        .map(|request| header(request, "entmine-request-id"));
    assert_eq!(ids.collect::<HashSet<_>>().len(), 21);
    assert_eq!(peer.connections(), 2);
}

/// An EntMine that is started again between two orders loses none and makes none unclear.
#[tokio::test]
async fn a_connection_that_was_closed_is_replaced() {
    for end in [vec![], vec![Step::Reset]] {
        let peer = kept(end).await;
        let erp = entmine(&peer.url);
        begin(&peer, &erp).await;
        let_it_settle().await;
        assert_eq!(placed(&erp).await, Class::Accepted);
        assert_eq!((peer.requests().len(), peer.connections()), (3, 3));
    }
}

#[tokio::test]
async fn where_none_replaces_a_closed_connection_nothing_was_sent() {
    let peer = kept(vec![]).await;
    let erp = entmine(&peer.url);
    begin(&peer, &erp).await;
    drop(peer);
    let_it_settle().await;
    assert_eq!(placed(&erp).await, Class::NotApplied);
}

#[tokio::test]
async fn a_connection_lost_under_a_request_is_unclear() {
    for lost in [
        vec![Step::HearAByte],
        vec![Step::HearAByte, Step::Reset],
        vec![Step::Hear],
        vec![Step::Hear, Step::Reset],
        vec![Step::Hear, Step::Hang],
        vec![Step::Hear, Step::Say(accepted()[..99].to_vec())],
        vec![Step::Hear, Step::SayTo(1, accepted()[..99].to_vec())],
        vec![
            Step::Hear,
            Step::SayTo(1, accepted()[..99].to_vec()),
            Step::Hang,
        ],
    ] {
        assert_eq!(meets(lost.clone()).await, Class::Ambiguous, "{lost:?}");
    }
}

/// A peer that is one answer behind says of the last request what it thinks of the one before, which may
/// be about the same order. Were it believed, an order that EntMine may have would be *Safe with us*.
#[tokio::test]
async fn an_answer_to_an_earlier_request_is_unclear() {
    let voided = Draft::problem(410, "order-voided", "").bytes();
    for late in [accepted(), unavailable(), voided] {
        let behind = vec![Step::Hear, Step::SayTo(0, late)];
        assert_eq!(meets(behind).await, Class::Ambiguous);
    }
}

#[tokio::test]
async fn an_answer_to_another_order_is_no_contradiction() {
    let behind = vec![Step::Hear, Step::SayTo(0, accepted())];
    let peer = kept(behind).await;
    let erp = entmine(&peer.url);
    begin(&peer, &erp).await;
    let other = OrderKey::parse(OTHER_KEY).unwrap();
    let result = erp.place(other, BODY, None, LIMIT).await;
    assert_eq!(Class::of_place(&result), Class::Ambiguous, "{result:?}");
}

#[tokio::test]
async fn two_answers_at_once_answer_one_request() {
    let twice = vec![
        Step::Hear,
        Step::SayTo(1, [accepted(), unavailable()].concat()),
    ];
    assert_eq!(meets(twice).await, Class::Accepted);
}

/// A proxy that speaks for an EntMine which is away, or an older EntMine in its place: what is not known
/// to be the answer is unclear once, and then counts as on any connection of its own.
#[tokio::test]
async fn an_answer_without_an_id_is_believed_on_a_connection_of_its_own_only() {
    let nameless = || answer(unavailable());
    let first = [answers(1, accepted()), nameless()].concat();
    let peer = Peer::start([answers(1, accepted()), first, nameless(), nameless()]).await;
    let erp = entmine(&peer.url);
    begin(&peer, &erp).await;
    assert_eq!(placed(&erp).await, Class::Ambiguous);
    assert_eq!(placed(&erp).await, Class::NotApplied);
    assert_eq!(placed(&erp).await, Class::NotApplied);
    assert_eq!((peer.requests().len(), peer.connections()), (5, 4));
}

#[tokio::test]
async fn another_id_is_unclear_on_any_connection() {
    let other = Draft::accepted().and("EntMine-Request-Id", INSTANCE);
    let twice = Draft::accepted()
        .and("EntMine-Request-Id", INSTANCE)
        .and("EntMine-Request-Id", INSTANCE);
    let peer = Peer::start([answer(other.bytes()), answer(twice.bytes())]).await;
    let erp = entmine(&peer.url);
    assert_eq!(placed(&erp).await, Class::Ambiguous);
    assert_eq!(placed(&erp).await, Class::Ambiguous);
}

/// A caller that stops waiting leaves its answer on the connection; nobody else may get it.
#[tokio::test]
async fn a_call_that_is_given_up_takes_its_connection_along() {
    let late = vec![Step::Hear, Step::Wait(LIMIT), Step::SayTo(1, unavailable())];
    let peer = kept(late).await;
    let erp = entmine(&peer.url);
    begin(&peer, &erp).await;
    let call = erp.place(key(), BODY, None, LIMIT);
    assert!(tokio::time::timeout(LIMIT / 4, call).await.is_err());
    assert_eq!(placed(&erp).await, Class::Accepted);
    assert_eq!((peer.requests().len(), peer.connections()), (4, 3));
}

/// One of the things that a peer may do with a connection, over and over.
fn any_script(rng: &mut StdRng) -> Vec<Step> {
    let mut script = answers(rng.random_range(1..4), accepted());
    let nth = script.len() / 2;
    let earlier = rng.random_range(0..nth);
    let micros = rng.random_range(0..500);
    script.extend(match rng.random_range(0..9) {
        0 => vec![],
        1 => vec![Step::Wait(Duration::from_micros(micros))],
        2 => vec![Step::Wait(Duration::from_micros(micros)), Step::Reset],
        3 => vec![Step::HearAByte],
        4 => vec![Step::Hear],
        5 => vec![Step::Hear, Step::SayTo(nth, accepted()[..99].to_vec())],
        6 => vec![Step::SayTo(earlier, accepted()), Step::Hear],
        7 => vec![Step::Hear, Step::SayTo(earlier, accepted())],
        _ => vec![
            Step::Hear,
            Step::SayTo(nth, unavailable()),
            Step::Hear,
            Step::SayTo(nth, unavailable()),
        ],
    });
    script
}

/// Whatever happens to connections: each order is heard once at most, what is not applied was refused or
/// not heard, and what is accepted is the order's own.
#[tokio::test]
async fn no_lost_connection_makes_an_order_wrong() {
    const ORDERS: usize = 40;
    let mut seen = HashSet::new();
    for seed in 0..60 {
        let mut rng = StdRng::seed_from_u64(seed);
        let scripts: Vec<_> = (0..ORDERS).map(|_| any_script(&mut rng)).collect();
        let peer = Peer::start(scripts).await;
        let erp = entmine(&peer.url);
        for nth in 0..ORDERS {
            let text = format!("{}{nth:012x}", &KEY[..24]);
            let key = OrderKey::parse(&text).unwrap();
            let result = erp.place(key, BODY, None, LIMIT).await;
            let heard: Vec<_> = peer.requests();
            let heard = heard
                .iter()
                .filter(|request| request.contains(&text))
                .count();
            let class = Class::of_place(&result);
            seen.insert(class);
            match result.map(|answered| answered.answer) {
                Ok(Placed::Accepted(order)) => assert_eq!((order.key, heard), (text, 1)),
                Ok(other) => panic!("seed {seed}, order {nth}: {other:?}"),
                Err(wizastore::erp::CallError::NotApplied { from, .. }) => {
                    assert_eq!(
                        heard,
                        usize::from(from.is_some()),
                        "seed {seed}, order {nth}"
                    );
                }
                Err(_) => assert!(heard <= 1, "seed {seed}, order {nth}"),
            }
        }
    }
    let all = [Class::Accepted, Class::NotApplied, Class::Ambiguous];
    assert_eq!(seen, HashSet::from(all));
}
