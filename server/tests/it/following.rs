//! Stores that follow EntMine's catalogue, and those that are gone.

use crate::program::{Program, binary};
use std::path::Path;
use std::process::Output;

const SECRET: (&str, &str) = (
    "ENTMINE_HOOK_SECRETS",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwPq5sJ8zT0Ew=",
);

fn store(data: &Path, args: &[&str]) -> Output {
    let mut command = binary();
    command.args(["entmine", "store"]).args(args);
    command.arg("--data").arg(data).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn a_store_that_is_gone_raises_no_alarm_and_can_be_forgotten() {
    let data = tempfile::tempdir().unwrap();
    let both = "north=http://127.0.0.1:9,south=http://127.0.0.1:9";
    let entmine = Program::entmine_with(data.path(), &["--store-url", both], &[SECRET]);
    for name in ["north", "south"] {
        let lag = format!("entmine_store_lag{{store=\"{name}\"}}");
        assert!(entmine.metric(&lag).await > 0);
    }
    entmine.kill();
    let one = ["--store-url", "north=http://127.0.0.1:9"];
    let entmine = Program::entmine_with(data.path(), &one, &[SECRET]);
    let (_, metrics) = entmine.get("/metrics").await;
    assert!(
        metrics.contains("entmine_store_lag{store=\"north\"}"),
        "{metrics}"
    );
    assert!(!metrics.contains("south"), "{metrics}");

    let list = said(&store(data.path(), &["list"]));
    let line = |name: &str| {
        let line = list.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{list}")).to_owned()
    };
    assert!(line("north").contains("yes"), "{list}");
    assert!(line("south").ends_with("no"), "{list}");
    let refused = store(data.path(), &["forget", "north"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(
        said(&refused).contains("take it out of --store-url first"),
        "{}",
        said(&refused)
    );
    assert!(store(data.path(), &["forget", "south"]).status.success());
    assert!(!said(&store(data.path(), &["list"])).contains("south"));
    let again = store(data.path(), &["forget", "south"]);
    assert!(
        said(&again).contains("there is no store of this name"),
        "{}",
        said(&again)
    );

    // The same without a program that runs: then it sends to nobody.
    entmine.kill();
    assert!(store(data.path(), &["forget", "north"]).status.success());
    assert!(!said(&store(data.path(), &["list"])).contains("north"));
}
