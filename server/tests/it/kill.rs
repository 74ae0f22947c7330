//! SIGKILL in the middle of an order: on restart each is confirmed, once.

use crate::program::{Program, field, form};
use std::time::Duration;

/// Places an order under a rehearsal, kills the server once `reached` holds, starts it again and
/// waits for the number.
async fn kill_and_restart(rehearsal: &[(&str, &str)], entmine_had: i64) {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--rehearsal"]);
    program.rehearse(rehearsal).await;
    let mut browser = program.browser();
    let fields = browser.fill_cart("2").await;
    let receipt = field(&fields, "receipt");
    let submit = tokio::spawn({
        let (browser, fields) = (browser.clone(), fields.clone());
        async move {
            browser
                .post("/api/orders/submit")
                .form(&fields)
                .send()
                .await
        }
    });
    program.until("wizastore_orders{state=\"open\"}", 1).await;
    program.until("entmine_orders", entmine_had).await;
    program.kill();
    assert!(submit.await.unwrap().is_err(), "the reply never came");

    let program = Program::start(data.path(), &["--rehearsal"]);
    let mut browser = program.browser();
    program
        .until("wizastore_orders{state=\"confirmed\"}", 1)
        .await;
    let status = browser
        .door("/api/orders/status", &form(&[("receipt", &receipt)]))
        .await;
    assert_eq!(status["outcome"], "confirmed", "{status}");
    // The same key from the tab that is still open: the same order.
    let again = browser.door("/api/orders/submit", &fields).await;
    assert_eq!(again["number"], status["number"]);
    assert_eq!(program.metric("entmine_orders").await, 1);
    assert_eq!(program.metric("wizastore_orders{state=\"open\"}").await, 0);
}

#[tokio::test]
async fn killed_after_the_journals_commit_and_before_the_push() {
    // EntMine looks at the order only after a minute: it has nothing when the store dies.
    kill_and_restart(&[("mode", "slow"), ("seconds", "60")], 0).await;
}

#[tokio::test]
async fn killed_after_entmines_commit_and_before_the_verdict() {
    // EntMine stores the order and holds its reply back for a minute.
    kill_and_restart(&[("mode", "drop_reply"), ("seconds", "60")], 1).await;
}

#[tokio::test]
async fn a_stop_in_order_finishes_what_is_under_way() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--rehearsal"]);
    program
        .rehearse(&[("mode", "slow"), ("seconds", "1")])
        .await;
    let mut browser = program.browser();
    let fields = browser.fill_cart("1").await;
    let submit = tokio::spawn({
        let mut browser = browser.clone();
        async move { browser.door("/api/orders/submit", &fields).await }
    });
    program.until("wizastore_orders{state=\"open\"}", 1).await;
    program.terminate();
    let outcome = tokio::time::timeout(Duration::from_secs(10), submit)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(outcome["outcome"], "confirmed", "{outcome}");
    assert!(program.ended().success());
}
