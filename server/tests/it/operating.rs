//! An operator's commands, to a running store and to a stopped one.

use crate::program::{Program, binary, field};
use entmine::{Clock, SystemClock};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

fn give(data: &Path, args: &[&str]) -> Output {
    binary()
        .args(args)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn json(data: &Path, args: &[&str], code: i32) -> Value {
    let output = give(data, &[args, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(code), "{}", text(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A shop with one confirmed order and one that EntMine could not be reached for; their keys.
async fn shop(data: &Path) -> (Program, String, String) {
    let tokens = [("ENTMINE_TOKENS", "wizastore:orders:s3cret")];
    let program = Program::serve(data, &["--rehearsal"], &tokens);
    let mut browser = program.browser();
    let good = browser.fill_cart("1").await;
    let outcome = browser.door("/api/orders/submit", &good).await;
    assert_eq!(outcome["outcome"], "confirmed");
    program.rehearse(&[("mode", "down")]).await;
    let waiting = browser.fill_cart("2").await;
    let outcome = browser.door("/api/orders/submit", &waiting).await;
    assert_eq!(outcome["outcome"], "safe");
    (
        program,
        field(&good, "order_key"),
        field(&waiting, "order_key"),
    )
}

#[tokio::test]
async fn orders_are_listed_and_shown_running_or_not() {
    let data = tempfile::tempdir().unwrap();
    let (program, good, waiting) = shop(data.path()).await;
    let mut running = Some(program);
    for _ in 0..2 {
        let orders = json(data.path(), &["orders", "list"], 0);
        assert_eq!(
            (&orders[0]["key"], &orders[1]["key"]),
            (&waiting.as_str().into(), &good.as_str().into())
        );
        let orders = json(data.path(), &["orders", "list", "--state", "confirmed"], 0);
        assert_eq!(
            (orders.as_array().unwrap().len(), &orders[0]["key"]),
            (1, &good.as_str().into())
        );
        let orders = json(
            data.path(),
            &["orders", "list", "--after", &waiting, "--limit", "5"],
            0,
        );
        assert_eq!(orders.as_array().unwrap().len(), 1);
        let listed = text(&give(data.path(), &["orders", "list"]));
        assert!(
            listed.starts_with("KEY ") && listed.contains("£12.99"),
            "{listed}"
        );

        let order = json(data.path(), &["orders", "show", &good], 0);
        let number = order["number"].as_str().unwrap();
        assert_eq!(order["state"], "confirmed");
        assert!(!order["timeline"].as_array().unwrap().is_empty());
        let shown = give(data.path(), &["orders", "show", number]);
        assert!(text(&shown).contains(&good), "{}", text(&shown));
        if let Some(program) = running.take() {
            program.kill();
        }
    }
}

#[tokio::test]
async fn exit_codes_say_who_has_to_act() {
    let data = tempfile::tempdir().unwrap();
    let nothing = give(data.path(), &["orders", "list"]);
    assert_eq!(nothing.status.code(), Some(3), "{}", text(&nothing));
    assert!(
        !data.path().join("wizastore.db").exists(),
        "a look makes no store"
    );

    let (program, good, _) = shop(data.path()).await;
    let unknown = give(data.path(), &["orders", "show", "SO-1999-000001"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(text(&unknown).contains("no order has this key or number"));
    let refused = give(
        data.path(),
        &["orders", "void", &good, "--reason", "test", "--yes"],
    );
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused).contains("final"), "{}", text(&refused));
    assert_eq!(
        json(data.path(), &["orders", "list", "--attention"], 0),
        Value::Array(vec![])
    );
    // EntMine is down: what could not be checked is no success, and what was found is said all the same.
    let audit = give(data.path(), &["audit"]);
    assert_eq!(audit.status.code(), Some(3), "{}", text(&audit));
    assert!(text(&audit).contains("EntMine could not be asked"));
    assert_eq!(
        json(data.path(), &["audit"], 3)["broken"],
        Value::Array(vec![])
    );
    program.rehearse(&[("mode", "normal")]).await;
    assert_eq!(
        json(data.path(), &["audit"], 0)["broken"],
        Value::Array(vec![])
    );
}

#[tokio::test]
async fn a_customer_is_erased_from_what_entmine_never_had() {
    let data = tempfile::tempdir().unwrap();
    let (program, good, waiting) = shop(data.path()).await;
    let erase = |whose: &[&'static str]| {
        let all = [
            &["orders", "erase", "--reason", "they asked", "--yes"],
            whose,
        ]
        .concat();
        give(data.path(), &all)
    };
    for wrong in [&[][..], &["some", "--email", "ada@example.org"]] {
        assert_eq!(erase(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let of = |key: &str, rest: &[&str]| {
        let all = ["orders", "erase", key, "--reason", "they asked"];
        give(data.path(), &[&all, rest].concat())
    };
    let refused = of(&good, &["--yes"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(
        text(&refused).contains("erase its customer there"),
        "{}",
        text(&refused)
    );
    let open = of(&waiting, &["--yes"]);
    assert_eq!(open.status.code(), Some(1));
    assert!(text(&open).contains("not erased"), "{}", text(&open));
    let void = ["orders", "void", &waiting, "--reason", "test", "--yes"];
    assert_eq!(give(data.path(), &void).status.code(), Some(0));
    // Nobody is there who could be asked.
    assert_eq!(of(&waiting, &[]).status.code(), Some(3));
    // Also by a command that opens the store itself.
    program.kill();
    let erased = erase(&["--email", "ADA@example.org"]);
    assert_eq!(erased.status.code(), Some(0), "{}", text(&erased));
    assert!(text(&erased).contains(&waiting), "{}", text(&erased));
    let again = of(&waiting, &["--yes"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(
        text(&again).contains("nothing to erase"),
        "{}",
        text(&again)
    );
}

#[tokio::test]
async fn a_cancellation_that_nobody_answered_is_not_done_yet() {
    let data = tempfile::tempdir().unwrap();
    let (program, ..) = shop(data.path()).await;
    let lose = [("mode", "drop_reply"), ("seconds", "0")];
    program.rehearse(&lose).await;
    let mut browser = program.browser();
    let fields = browser.fill_cart("1").await;
    let outcome = browser.door("/api/orders/submit", &fields).await;
    assert_eq!(outcome["outcome"], "checking", "{outcome}");
    program.rehearse(&[("mode", "down")]).await;
    let key = field(&fields, "order_key");
    let void = ["orders", "void", &key, "--reason", "test", "--yes"];
    let output = give(data.path(), &void);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(
        text(&output).contains("not cancelled yet"),
        "{}",
        text(&output)
    );
    let retry = ["orders", "retry", &key, "--reason", "test"];
    assert_ne!(give(data.path(), &retry).status.code(), Some(0));
}

#[tokio::test]
async fn a_comparison_with_an_entmine_that_is_away_is_no_success() {
    let data = tempfile::tempdir().unwrap();
    let away = "http://127.0.0.1:9";
    let store = Program::store_of(away, data.path(), &[]);
    let all = || {
        for task in [
            &["audit"][..],
            &["catalog", "status"],
            &["catalog", "compare"],
            &["catalog", "repair"],
        ] {
            let output = binary()
                .args(task)
                .args(["--entmine-url", away, "--data"])
                .arg(data.path())
                .env("ENTMINE_TOKEN", "s3cret")
                .output()
                .unwrap();
            let said = text(&output);
            assert_eq!(output.status.code(), Some(3), "{task:?}: {said}");
            let sentence = said.lines().last().unwrap_or_default();
            assert!(sentence.starts_with("wizastore: "), "{task:?}: {said}");
        }
    };
    all();
    store.kill();
    all();
}

#[tokio::test]
async fn a_running_store_does_what_an_operator_decides() {
    let data = tempfile::tempdir().unwrap();
    let (program, _, waiting) = shop(data.path()).await;
    let why = ["--reason", "asked on the telephone"];
    // Nobody is there to be asked, and nothing says that it is meant.
    for act in [["void", "--reason"], ["settle", "--note"]] {
        let args = ["orders", act[0], &waiting, act[1], "on the telephone"];
        let refused = give(data.path(), &args);
        assert_eq!(refused.status.code(), Some(3), "{}", text(&refused));
        assert!(text(&refused).contains("--yes"), "{}", text(&refused));
    }
    let voided = json(
        data.path(),
        &[&["orders", "void", &waiting, "--yes"], &why[..]].concat(),
        0,
    );
    assert_eq!(voided["state"], "cancelled", "{voided}");
    assert!(
        voided["timeline"]
            .to_string()
            .contains("asked on the telephone")
    );
    program
        .until("wizastore_orders{state=\"cancelled\"}", 1)
        .await;

    let mut browser = program.browser();
    let fields = browser.fill_cart("1").await;
    browser.door("/api/orders/submit", &fields).await;
    program.rehearse(&[("mode", "normal")]).await;
    let key = field(&fields, "order_key");
    json(
        data.path(),
        &[&["orders", "retry", &key], &why[..]].concat(),
        0,
    );
    program
        .until("wizastore_orders{state=\"confirmed\"}", 2)
        .await;
    let audit = json(data.path(), &["audit"], 0);
    assert_eq!(
        (
            &audit["journalled"],
            &audit["cancelled"],
            &audit["entmine_orders"]
        ),
        (&3.into(), &1.into(), &2.into())
    );
    let audit = text(&give(data.path(), &["audit"]));
    assert!(
        audit.contains("everything fits") && audit.contains("highest numbers: SO-20"),
        "{audit}"
    );
}

/// Somebody else's order under a key, past the store.
async fn usurp(program: &Program, key: &str) {
    let now = jiff::Timestamp::from_millisecond(SystemClock.now_ms()).unwrap();
    let order = r#"{"placed_at":"NOW","currency":"GBP","total_minor":1299,
        "customer":{"name":"Mordred","email":"m@example.org","phone":null,
        "address":{"line1":"1","line2":null,"city":"York","postcode":"YO1","country":"GB"}},
        "lines":[{"sku":"WAND-OAK-11","quantity":1,"unit_price_minor":1299,"price_version":1}],
        "note":null}"#
        .replace("NOW", &now.to_string());
    let placed = reqwest::Client::new()
        .put(format!("{}/entmine/v1/orders/{key}", program.base))
        .bearer_auth("s3cret")
        .header("content-type", "application/json")
        .body(order)
        .send()
        .await
        .unwrap();
    assert_eq!(placed.status(), 201, "{}", placed.text().await.unwrap());
}

#[tokio::test]
async fn an_order_in_quarantine_is_attention_until_it_is_settled() {
    let data = tempfile::tempdir().unwrap();
    let (program, _, waiting) = shop(data.path()).await;
    usurp(&program, &waiting).await;
    program.rehearse(&[("mode", "normal")]).await;
    program.until("wizastore_orders_attention", 1).await;

    let attention = json(data.path(), &["orders", "list", "--attention"], 1);
    assert_eq!(attention[0]["key"], waiting.as_str());
    assert_eq!(attention[0]["state"], "quarantined");
    let listed = give(data.path(), &["orders", "list", "--attention"]);
    assert_eq!(listed.status.code(), Some(1));
    let why = attention[0]["attention"].as_str().unwrap();
    assert!(text(&listed).contains(why), "{}", text(&listed));

    let settle = ["orders", "settle", &waiting, "--note", "delivered by hand"];
    let settled = json(data.path(), &[&settle[..], &["--yes"]].concat(), 0);
    assert_eq!(settled["state"], "settled", "{settled}");
    let metric = program.metric("wizastore_orders{state=\"settled\"}").await;
    assert_eq!(metric, 1);
    json(data.path(), &["orders", "list", "--attention"], 0);
}

#[tokio::test]
async fn a_server_of_another_version_says_so() {
    use std::io::{BufRead, BufReader, Write};
    let data = tempfile::tempdir().unwrap();
    let _program = Program::start(data.path(), &[]);
    for (socket, command, answer) in [
        (
            "wizastore.db.sock",
            "{\"control\":1,\"command\":\"dance\"}",
            "{\"error\":{\"unknown_command\":{\"speaks\":1}}}",
        ),
        (
            "wizastore.db.sock",
            "{\"control\":2,\"command\":\"audit\"}",
            "{\"error\":{\"unknown_command\":{\"speaks\":1}}}",
        ),
        (
            "entmine.db.sock",
            "dance",
            "{\"error\":{\"unknown_command\":{\"speaks\":1}}}",
        ),
        (
            "entmine.db.sock",
            "import 7",
            "{\"error\":{\"unknown_command\":{\"speaks\":1}}}",
        ),
        (
            "entmine.db.sock",
            "import {\"size\":7,\"request\":{\"currency\":\"GBP\",\"on_duplicate\":\"error\",\
             \"skip_bad_rows\":false,\"dry_run\":false,\"pictures\":\"copy\"}}",
            "{\"error\":\"the file came incomplete\"}",
        ),
    ] {
        let path = data.path().join(socket);
        let mut stream = std::os::unix::net::UnixStream::connect(path).unwrap();
        stream.write_all(format!("{command}\n").as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), answer, "{command}");
    }
}
