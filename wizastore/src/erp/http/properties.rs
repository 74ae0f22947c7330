//! What holds of every answer that could ever arrive.

use super::answer::{Answer, Body};
use super::list::{classify_page, classify_stock};
use super::order::{classify_find, classify_place, classify_void};
use crate::OrderKey;
use crate::erp::{Answered, CallError, Found, Placed};
use model::{Acceptance, PROBLEM_URN, Reason, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

const KEY: &str = "0192f0c1-2345-7abc-8def-0123456789ab";
const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";

fn acceptance() -> String {
    format!(
        r#"{{"key":"{KEY}","number":"SO-2026-000123","fingerprint":"sha256:00","total_minor":2598,"currency":"GBP","accepted_at":"2026-11-22T21:00:01Z","status":"new","replayed":false}}"#
    )
}

fn verdict() -> String {
    acceptance().replacen('{', r#"{"verdict":"accepted","#, 1)
}

fn page() -> String {
    format!(r#"{{"orders":[{}],"next":"c"}}"#, verdict())
}

/// Documents as EntMine writes them, and not quite so.
fn documents() -> impl Strategy<Value = String> {
    let codes = proptest::sample::select(vec![
        "order-rejected",
        "order-voided",
        "key-reused",
        "number-taken",
        "already-accepted",
        "unknown-key",
        "malformed",
        "unavailable",
        "",
    ]);
    let urn = prop_oneof![4 => Just(PROBLEM_URN), 1 => Just("about:blank")];
    let reasons = prop_oneof![
        Just(""),
        Just(r#","reasons":[]"#),
        Just(r#","reasons":[{"code":"discontinued","sku":"A"}]"#),
        Just(r#","reasons":[{"code":"cart_empty"}]"#),
    ];
    let problem = (urn, codes, statuses(), reasons).prop_map(|(urn, code, status, reasons)| {
        format!(r#"{{"type":"{urn}{code}","title":"t","status":{status}{reasons}}}"#)
    });
    prop_oneof![
        6 => problem,
        1 => Just(acceptance()),
        1 => Just(verdict()),
        1 => Just(page()),
        1 => Just(r#"{"voided":true}"#.to_string()),
        1 => Just(r#"{"as_of":"2026-11-22T21:00:01Z","levels":[]}"#.to_string()),
    ]
}

fn statuses() -> impl Strategy<Value = u16> {
    let known = vec![
        200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503,
    ];
    prop_oneof![4 => proptest::sample::select(known), 1 => 100_u16..=999]
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let whole = documents().prop_map(String::into_bytes);
    let cut = (documents(), any::<prop::sample::Index>())
        .prop_map(|(text, at)| text.as_bytes()[..at.index(text.len())].to_vec());
    let bent =
        (documents(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(text, at, byte)| {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        });
    prop_oneof![4 => whole, 1 => cut, 3 => bent, 2 => vec(any::<u8>(), 0..200)]
}

fn answers() -> impl Strategy<Value = Answer> {
    let types = prop_oneof![
        6 => Just(PROBLEM.to_string()),
        6 => Just(JSON.to_string()),
        1 => Just("text/html".to_string()),
        1 => "[ -~]{0,30}",
    ];
    let uuid = "d9b2d63d-a233-4123-847a-76838bc2ad6e";
    let instance = prop_oneof![6 => Just(uuid.to_string()), 1 => "[ -~]{0,40}"];
    let epoch = prop_oneof![6 => Just("3".to_string()), 1 => "[ -~]{0,20}"];
    let retry = prop_oneof![Just("7".to_string()), "[ -~]{0,30}", "[0-9]{1,30}"];
    (statuses(), types, instance, epoch, retry, bodies()).prop_map(
        |(status, kind, instance, epoch, retry, body)| Answer {
            status,
            headers: HeaderMap::from_iter(
                [
                    ("content-type", kind),
                    ("entmine-instance", instance),
                    ("entmine-epoch", epoch),
                    ("retry-after", retry),
                ]
                .map(|(name, value)| {
                    let value = HeaderValue::from_str(&value).expect("visible");
                    (HeaderName::from_static(name), value)
                }),
            ),
            body: Body::Whole(body),
            is_multiplexed: false,
            max_depth: 32,
            arrived_s: 0,
        },
    )
}

fn bytes(answer: &Answer) -> &[u8] {
    match &answer.body {
        Body::Whole(bytes) => bytes,
        Body::TooLarge => &[],
    }
}

/// The code of a problem document, as it literally stands there.
fn code_of(bytes: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Document {
        r#type: String,
    }
    let document: Document = serde_json::from_slice(bytes).ok()?;
    let (scheme, rest) = document.r#type.split_at_checked("urn:entmine:".len())?;
    let ours = scheme.eq_ignore_ascii_case("urn:entmine:");
    rest.strip_prefix("problem:")
        .filter(|_| ours)
        .map(str::to_owned)
}

#[derive(serde::Deserialize)]
struct Rejected {
    reasons: Vec<Reason>,
}

fn text<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let value = answer.headers.get(name).expect("given");
    value.to_str().expect("visible")
}

/// What an error may be, whichever the call.
fn check(answer: &Answer, error: &CallError) -> Result<(), TestCaseError> {
    match error {
        CallError::NotApplied {
            from, retry_after, ..
        } => {
            prop_assert!(matches!(answer.status, 401 | 403 | 429 | 503));
            prop_assert!(text(answer, "content-type").starts_with(PROBLEM));
            prop_assert!(code_of(bytes(answer)).is_some());
            let from = from.as_ref().expect("somebody said so");
            prop_assert_eq!(&*from.instance, text(answer, "entmine-instance"));
            prop_assert_eq!(from.epoch.to_string(), text(answer, "entmine-epoch"));
            prop_assert!(retry_after.is_none_or(|wait| wait.as_secs() <= 900));
        }
        CallError::Unreadable { .. } => prop_assert!((200..300).contains(&answer.status)),
        CallError::Contradiction { .. } | CallError::Ambiguous { .. } => {
            prop_assert!(!(200..300).contains(&answer.status));
        }
    }
    prop_assert!(error.to_string().len() < 1_000);
    Ok(())
}

proptest! {
    /// Also: nothing panics.
    #[test]
    fn a_verdict_on_a_sent_order_is_what_the_answer_literally_says(answer in answers()) {
        match classify_place(&answer) {
            Err(error) => {
                check(&answer, &error)?;
                let redirect = (300..400).contains(&answer.status);
                let contradicts = matches!(error, CallError::Contradiction { .. });
                prop_assert_eq!(contradicts, redirect);
            }
            Ok(Answered { answer: Placed::Accepted(accepted), .. }) => {
                prop_assert!(matches!(answer.status, 200 | 201));
                prop_assert!(text(&answer, "content-type").starts_with(JSON));
                let literal: Acceptance = serde_json::from_slice(bytes(&answer)).expect("JSON");
                prop_assert_eq!(accepted, literal);
            }
            Ok(Answered { answer: placed, .. }) => {
                let code = code_of(bytes(&answer)).expect("a type of EntMine's");
                let code = code.as_str();
                let wanted = match placed {
                    Placed::Accepted(_) => unreachable!("matched above"),
                    Placed::Rejected(reasons) => {
                        let said: Rejected = serde_json::from_slice(bytes(&answer)).expect("JSON");
                        prop_assert_eq!(reasons, said.reasons);
                        (409, "order-rejected")
                    }
                    Placed::NumberTaken => (409, "number-taken"),
                    Placed::Voided => (410, "order-voided"),
                    Placed::KeyReused => (422, "key-reused"),
                    Placed::Malformed { .. } => {
                        prop_assert!(matches!(answer.status, 400 | 413 | 415));
                        (answer.status, code)
                    }
                };
                prop_assert_eq!((answer.status, code), wanted);
            }
        }
    }

    #[test]
    fn the_other_calls_keep_the_same_promises(answer in answers()) {
        let key = OrderKey::parse(KEY).expect("a key");
        match classify_find(key, &answer) {
            Err(error) => check(&answer, &error)?,
            Ok(Answered { answer: Found::Accepted(accepted), .. }) => {
                match serde_json::from_slice(bytes(&answer)).expect("JSON") {
                    Verdict::Accepted(literal) => prop_assert_eq!(accepted, literal.into()),
                    Verdict::Rejected { .. } => prop_assert!(false, "a rejection"),
                }
            }
            Ok(Answered { answer: Found::Rejected { .. }, .. }) => {
                prop_assert_eq!(answer.status, 200);
            }
            Ok(Answered { answer: Found::Voided, .. }) => prop_assert_eq!(answer.status, 410),
            Ok(Answered { answer: Found::Unknown, .. }) => prop_assert_eq!(answer.status, 404),
        }
        if let Err(error) = classify_void(&answer) {
            check(&answer, &error)?;
        }
        if let Err(error) = classify_page(Some("c"), &answer) {
            check(&answer, &error)?;
        }
        if let Err(error) = classify_stock(&answer) {
            check(&answer, &error)?;
        }
    }

    #[test]
    fn an_answer_that_was_too_large_proves_nothing_good(mut answer in answers()) {
        answer.body = Body::TooLarge;
        let error = classify_place(&answer).expect_err("no verdict");
        check(&answer, &error)?;
        let not_applied = matches!(error, CallError::NotApplied { .. });
        prop_assert!(!not_applied);
    }
}
