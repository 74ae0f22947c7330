//! An answer that breaks off, at every byte at which it can.

use crate::class::Class;
use crate::good::{BODY, Draft, LIMIT, acceptance, entmine, key};
use crate::peer::{Peer, Step, answer};
use wizastore::erp::{EntMine, Placed};

/// Plays every proper prefix of an answer, and then the whole of it.
async fn at_every_byte(whole: Vec<u8>, end: &[Step]) {
    let script = |bytes: &[u8]| {
        let mut script = answer(bytes);
        script.extend_from_slice(end);
        script
    };
    let peer = Peer::start((0..=whole.len()).map(|at| script(&whole[..at]))).await;
    let erp = entmine(&peer.url);
    for at in 0..whole.len() {
        let result = erp.place(key(), BODY, None, LIMIT).await;
        let class = Class::of_place(&result);
        let cut = String::from_utf8_lossy(&whole[..at]);
        assert_eq!(class, Class::Ambiguous, "cut at {at}: {cut:?}: {result:?}");
    }
    if end.is_empty() {
        let given = erp.place(key(), BODY, None, LIMIT).await.unwrap().answer;
        assert_eq!(given, Placed::Accepted(acceptance()));
        assert_eq!(peer.requests().len(), whole.len() + 1);
    }
}

#[tokio::test]
async fn an_answer_with_a_length_counts_only_when_it_is_whole() {
    at_every_byte(Draft::accepted().bytes(), &[]).await;
}

#[tokio::test]
async fn an_answer_in_chunks_counts_only_when_it_is_whole() {
    at_every_byte(Draft::accepted().chunked(), &[]).await;
}

#[tokio::test]
async fn a_reset_in_the_middle_of_an_answer_is_like_a_cut() {
    at_every_byte(Draft::accepted().chunked(), &[Step::Reset]).await;
}

/// Only the JSON itself shows where it ends, so a cut is seen by the reader of JSON. What came may
/// be a broken EntMine as well as a broken line, and is unreadable.
#[tokio::test]
async fn an_answer_without_a_length_counts_only_when_its_json_is_whole() {
    let whole = Draft::accepted().to_the_end();
    let head = whole.len() - Draft::accepted().body.len();
    let peer = Peer::start((0..=whole.len()).map(|at| answer(&whole[..at]))).await;
    let erp = entmine(&peer.url);
    for at in 0..=whole.len() {
        let result = erp.place(key(), BODY, None, LIMIT).await;
        let wanted = match at {
            _ if at == whole.len() => Class::Accepted,
            _ if at >= head => Class::Unreadable,
            _ => Class::Ambiguous,
        };
        assert_eq!(Class::of_place(&result), wanted, "cut at {at}: {result:?}");
    }
}

/// A refusal is believed only when it is whole: half of one proves nothing.
#[tokio::test]
async fn a_refusal_that_breaks_off_is_no_refusal() {
    let whole = Draft::problem(503, "unavailable", "").bytes();
    let peer = Peer::start((0..=whole.len()).map(|at| answer(&whole[..at]))).await;
    let erp = entmine(&peer.url);
    for at in 0..=whole.len() {
        let result = erp.place(key(), BODY, None, LIMIT).await;
        let wanted = match at == whole.len() {
            true => Class::NotApplied,
            false => Class::Ambiguous,
        };
        assert_eq!(Class::of_place(&result), wanted, "cut at {at}: {result:?}");
    }
}
