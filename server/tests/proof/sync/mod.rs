//! What no kill can show, because the operating system survives it: that each commit was on the disk
//! before anybody was told of it. strace sees the syncs and the replies in their order.

mod child;
mod trace;

use crate::kill::{Program, SECRET, Shopper, import};
use crate::settings::{number, report};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use trace::{Event, missing, read};

const STORE: &str = "wizastore.db-wal";
const ENTMINE: &str = "entmine.db-wal";

/// Orders, one after the other: with one customer every sync belongs to the order under way.
fn orders() -> usize {
    number("PROOF_SYNCED_ORDERS", 5) as usize
}

/// The command line of strace around a program, its trace going to `file`.
fn strace(file: &Path) -> Command {
    let mut command = Command::new("strace");
    // Names of files beside their descriptors, and enough of what is sent to know it.
    command.args(["-f", "-y", "-s", "48", "-o"]).arg(file);
    let calls = "trace=fsync,fdatasync,read,recvfrom,write,writev,sendto";
    command.args(["-e", calls]);
    command
}

/// Whether processes may be traced here; strace is Linux's. Where it is not even installed there the
/// test fails: `scripts/setup test` installs it.
fn may_trace() -> bool {
    if cfg!(not(target_os = "linux")) {
        println!("PROOF sync: NOT SHOWN, this system has no strace");
        return false;
    }
    let tried = strace(Path::new("/dev/null")).arg("true").output();
    let tried = tried.expect("strace is installed (scripts/setup test)");
    if !tried.status.success() {
        println!(
            "PROOF sync: NOT SHOWN, this environment does not let strace trace: {}",
            String::from_utf8_lossy(&tried.stderr)
        );
    }
    tried.status.success()
}

async fn buy(base: &str) {
    let begun = async {
        loop {
            if let Some(shopper) = Shopper::begin(base, 1).await {
                return shopper;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let begun = tokio::time::timeout(Duration::from_secs(60), begun).await;
    let mut shopper = begun.expect("the wands are for sale");
    for _ in 0..orders() {
        shopper.buy_once_more().await;
        assert!(shopper.is_confirmed(), "{:?}", shopper.answers.last());
    }
}

#[tokio::test]
async fn every_commit_of_an_order_is_on_the_disk_before_its_reply() {
    if !may_trace() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("trace");
    let args = ["--site", "does-not-exist"];
    let mut both = Program::start_under(strace(&file), data.path(), "serve", &args, &[]);
    import(data.path(), None);
    buy(&both.base).await;
    both.stop();
    let events = read(&file);
    let wanted = [
        Event::heard("POST /api/orders/submit"),
        Event::synced(STORE),
        Event::synced(ENTMINE),
        Event::synced(STORE),
        Event::said("HTTP/1.1 200"),
    ];
    assert_eq!(missing(&events, &wanted), Ok(orders()));
    report(
        "sync one process",
        &format!("{} orders, 3 syncs before each reply", orders()),
    );
}

#[tokio::test]
async fn over_http_each_side_syncs_before_it_answers() {
    if !may_trace() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let files = ["store.trace", "entmine.trace"].map(|name| data.path().join(name));
    let tokens = format!("wizastore:orders+catalog:{SECRET}");
    let env = [("ENTMINE_TOKENS", tokens.as_str())];
    let mut entmine = Program::start_under(strace(&files[1]), data.path(), "entmine", &[], &env);
    import(data.path(), None);
    let args = ["--site", "does-not-exist", "--entmine-url", &entmine.base];
    let env = [("ENTMINE_TOKEN", SECRET)];
    let mut store = Program::start_under(strace(&files[0]), data.path(), "serve", &args, &env);
    buy(&store.base).await;
    store.stop();
    entmine.stop();
    let at_the_store = [
        Event::heard("POST /api/orders/submit"),
        Event::synced(STORE),
        Event::said("PUT /entmine/v1/orders/"),
        Event::heard("HTTP/1.1 201"),
        Event::synced(STORE),
        Event::said("HTTP/1.1 200"),
    ];
    assert_eq!(missing(&read(&files[0]), &at_the_store), Ok(orders()));
    let at_entmine = [
        Event::heard("PUT /entmine/v1/orders/"),
        Event::synced(ENTMINE),
        Event::said("HTTP/1.1 201"),
    ];
    assert_eq!(missing(&read(&files[1]), &at_entmine), Ok(orders()));
    report(
        "sync two processes",
        &format!("{} orders, each side", orders()),
    );
}

/// A check that cannot fail shows nothing: commits that do not wait for the disk are told from those that do.
#[test]
fn the_check_notices_commits_that_do_not_wait_for_the_disk() {
    if !may_trace() {
        return;
    }
    let traced = |synchronous: &str| {
        let data = tempfile::tempdir().unwrap();
        let file = data.path().join("trace");
        let ended = strace(&file)
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "sync::child::a_traced_process", "--nocapture"])
            .env(child::SYNCHRONOUS, synchronous)
            .env(child::FILE, data.path().join("test.db"))
            .output()
            .unwrap();
        assert!(ended.status.success(), "{ended:?}");
        read(&file)
    };
    let wanted = [
        Event::said("REQUEST"),
        Event::synced("test.db-wal"),
        Event::said("REPLY"),
    ];
    assert_eq!(missing(&traced("FULL"), &wanted), Ok(1));
    let noticed = missing(&traced("OFF"), &wanted).unwrap_err();
    assert!(noticed.contains("test.db-wal"), "{noticed}");
}
