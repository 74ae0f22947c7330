//! Right answers, and the requests that they answer.

use crate::good::{
    BODY, Draft, JSON, KEY, REASONS, acceptance, acceptance_json, entmine, identity, key,
    verdict_json,
};
use crate::peer::{Peer, answer};
use model::{OrderPage, Reason, Verdict};
use std::time::Duration;
use wizastore::erp::{
    Answered, CallError, EntMine, Found, HttpEntMine, HttpLimits, Placed, Voided,
};

const S: Duration = Duration::from_secs(1);

async fn placed(draft: Draft) -> Result<Answered<Placed>, CallError> {
    let peer = Peer::start([answer(draft.bytes())]).await;
    entmine(&peer.url).place(key(), BODY, None, S).await
}

async fn found(draft: Draft) -> Found {
    let peer = Peer::start([answer(draft.bytes())]).await;
    entmine(&peer.url).find(key()).await.unwrap().answer
}

#[tokio::test]
async fn an_order_is_sent_as_it_was_frozen() {
    let peer = Peer::start([
        answer(Draft::accepted().bytes()),
        answer(Draft::accepted().bytes()),
    ]);
    let peer = peer.await;
    let erp = HttpEntMine::new(&peer.url, "s3cret", HttpLimits::default()).unwrap();
    let given = erp.place(key(), BODY, None, S).await.unwrap();
    assert_eq!(given.from, identity());
    assert_eq!(given.answer, Placed::Accepted(acceptance()));
    erp.place(key(), BODY, Some("SO-1"), 9 * S).await.unwrap();

    let requests = peer.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert_eq!(body.as_bytes(), BODY);
    assert!(head.starts_with(&format!("PUT /entmine/v1/orders/{KEY} HTTP/1.1\r\n")));
    let head = head.to_lowercase();
    for line in [
        "authorization: bearer s3cret",
        "content-type: application/json",
        "entmine-deadline-ms: 1000",
        "accept-encoding: identity",
    ] {
        assert_eq!(head.matches(line).count(), 1, "{line} in {head}");
    }
    assert!(!head.contains("entmine-number"));
    let second = requests[1].to_lowercase();
    assert!(second.contains("\r\nentmine-number: so-1\r\n"));
    // Nobody has more time than an attempt takes.
    assert!(second.contains("\r\nentmine-deadline-ms: 3000\r\n"));
}

#[tokio::test]
async fn a_right_answer_may_be_written_in_every_way_of_http() {
    for draft in [
        Draft::accepted().with(
            "Content-Type",
            "application/json;profile=\"x;charset=latin1\"",
        ),
        Draft::accepted().with("Content-Type", "Application/JSON ; charset=\"UTF-8\""),
        Draft::accepted().and("Content-Encoding", "identity"),
        Draft::accepted().and("Content-Encoding", "Identity"),
    ] {
        let answered = placed(draft).await.unwrap();
        assert_eq!(answered.answer, Placed::Accepted(acceptance()));
    }
}

#[tokio::test]
async fn place_reads_what_the_contract_lists() {
    let reasons = vec![Reason::Discontinued { sku: "A".into() }];
    let replayed = acceptance_json().replace("false", "true");
    let mut again = acceptance();
    again.replayed = true;
    for (draft, wanted) in [
        (Draft::json(200, replayed), Placed::Accepted(again)),
        (
            Draft::accepted().with("Content-Type", "Application/JSON; Charset=UTF-8"),
            Placed::Accepted(acceptance()),
        ),
        (
            Draft::problem(409, "order-rejected", REASONS),
            Placed::Rejected(reasons),
        ),
        (Draft::problem(409, "number-taken", ""), Placed::NumberTaken),
        (Draft::problem(410, "order-voided", ""), Placed::Voided),
        (
            Draft::problem(422, "key-reused", r#","number":"SO-1""#),
            Placed::KeyReused,
        ),
        (
            Draft::problem(400, "malformed", r#","detail":"no lines""#),
            Placed::Malformed {
                detail: "EntMine answered 400: no lines".into(),
            },
        ),
        (
            Draft::problem(413, "too-large", ""),
            Placed::Malformed {
                detail: "EntMine answered 413: A title".into(),
            },
        ),
    ] {
        let given = placed(draft).await.unwrap();
        assert_eq!((given.from, given.answer), (identity(), wanted));
    }
}

#[tokio::test]
async fn a_refusal_at_the_door_says_who_refused_and_for_how_long() {
    let date = "Sun, 22 Nov 2026 21:00:00 GMT";
    let later = "Sun, 22 Nov 2026 21:00:20 GMT";
    for (status, after, wanted) in [
        (401, None, None),
        (403, Some("soon"), None),
        (429, Some("12"), Some(12)),
        (503, Some("100000"), Some(900)),
        (503, Some(later), Some(20)),
    ] {
        let mut draft = Draft::problem(status, "not-now", "").and("Date", date);
        if let Some(after) = after {
            draft = draft.and("Retry-After", after);
        }
        let error = placed(draft).await.unwrap_err();
        let CallError::NotApplied {
            retry_after,
            from,
            detail,
        } = error
        else {
            panic!("{status}: {error}");
        };
        assert_eq!(retry_after.map(|wait| wait.as_secs()), wanted);
        assert_eq!(from, Some(identity()));
        assert_eq!(detail, format!("EntMine answered {status}: A title"));
    }
}

#[tokio::test]
async fn find_reads_what_the_contract_lists() {
    let mut order = acceptance();
    order.replayed = true;
    let rejected =
        format!(r#"{{"key":"{KEY}","verdict":"rejected","fingerprint":"sha256:1"{REASONS}}}"#);
    assert_eq!(
        found(Draft::json(200, verdict_json())).await,
        Found::Accepted(order)
    );
    assert_eq!(
        found(Draft::json(200, rejected)).await,
        Found::Rejected {
            fingerprint: "sha256:1".into(),
            reasons: vec![Reason::Discontinued { sku: "A".into() }],
        }
    );
    assert_eq!(
        found(Draft::problem(404, "unknown-key", "")).await,
        Found::Unknown
    );
    assert_eq!(
        found(Draft::problem(410, "order-voided", "")).await,
        Found::Voided
    );
}

#[tokio::test]
async fn void_reads_what_the_contract_lists() {
    let number = r#","number":"SO-1""#;
    for (draft, wanted) in [
        (Draft::json(200, r#"{"voided":true}"#), Voided::Done),
        (
            Draft::problem(409, "already-accepted", number),
            Voided::AlreadyAccepted,
        ),
        (
            Draft::problem(409, "order-rejected", ""),
            Voided::AlreadyRejected,
        ),
    ] {
        let peer = Peer::start([answer(draft.bytes())]).await;
        let given = entmine(&peer.url).void(key()).await.unwrap();
        assert_eq!((given.from, given.answer), (identity(), wanted));
        let request = peer.requests().remove(0).to_lowercase();
        assert!(request.starts_with(&format!("post /entmine/v1/orders/{KEY}/void http")));
        assert!(request.contains("\r\ncontent-length: 0\r\n"));
    }
}

#[tokio::test]
async fn listings_and_stock_may_be_longer_than_an_answer_about_one_order() {
    let orders = vec![verdict_json(); 1_000].join(",");
    let page = format!(r#"{{"orders":[{orders}],"next":"c2"}}"#);
    let stock = r#"{"as_of":"2026-11-22T21:00:01Z","levels":[
        {"sku":"A","on_hand":3,"reserved":1,"available":2}]}"#;
    assert!(page.len() > HttpLimits::default().max_answer);
    let page = Draft::json(200, page).bytes();
    let peer = Peer::start([
        answer(page.clone()),
        answer(page),
        answer(Draft::of(200, JSON, stock).bytes()),
    ])
    .await;
    let erp = HttpEntMine::new(&peer.url, "s3cret", HttpLimits::default()).unwrap();
    let Answered {
        from,
        answer: OrderPage { orders, next },
    } = erp.orders(None, 1_000).await.unwrap();
    assert_eq!(
        (from, orders.len(), next.as_deref()),
        (identity(), 1_000, Some("c2"))
    );
    assert_eq!(orders[0], Verdict::Accepted(acceptance().into()));
    erp.changes(Some("c1"), 1_000).await.unwrap();
    let stock = erp.stock(&["A".into(), "B".into()]).await.unwrap();
    assert_eq!(stock.levels[0].available, 2);

    let lines: Vec<_> = peer
        .requests()
        .iter()
        .map(|r| r.lines().next().unwrap().to_string())
        .collect();
    assert_eq!(
        lines,
        [
            "GET /entmine/v1/orders?limit=1000 HTTP/1.1",
            "GET /entmine/v1/orders/changes?after=c1&limit=1000 HTTP/1.1",
            "GET /entmine/v1/stock?sku=A&sku=B HTTP/1.1",
        ]
    );
}

#[test]
fn a_token_is_never_shown() {
    let erp = HttpEntMine::new("http://127.0.0.1:1/erp", "s3cret", HttpLimits::default()).unwrap();
    let shown = format!("{erp:?}");
    assert!(
        shown.contains("127.0.0.1:1/erp") && !shown.contains("s3cret"),
        "{shown}"
    );
    for token in ["", "s3cret\r\nX: y", "s3 cret", "s3crét"] {
        let error = HttpEntMine::new("http://erp", token, HttpLimits::default()).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("token") && !shown.contains("s3c"), "{shown}");
    }
}
