//! Readers that go away: a closed pipe is no fault of anybody's.

use crate::program::{Program, binary};
use std::path::Path;
use std::process::{Output, Stdio};

/// Runs a command whose standard output, and standard error where `both`, nobody reads.
fn unread(data: &Path, args: &[&str], both: bool) -> Output {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = binary();
    command.args(args).arg("--data").arg(data);
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    if both {
        command.stderr(writer.try_clone().unwrap());
    }
    command
        .stdout(writer)
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap()
}

#[tokio::test]
async fn a_command_whose_reader_went_away_ends_quietly() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("products.csv");
    let columns = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty";
    std::fs::write(
        &file,
        format!("{columns}\nlamp,Lamp,Lamps,TRUE,LAMP,9.99,3\n"),
    )
    .unwrap();
    let mut running = Some(Program::start(data.path(), &[]));
    for _ in 0..2 {
        for args in [
            &["audit"][..],
            &["audit", "--json"],
            &["orders", "list"],
            &["catalog", "status"],
            &["catalog", "compare"],
            &["catalog", "repair"],
            &["user", "list"],
            &["entmine", "restored", "--highest", "SO-2026-000001"],
            &["import", file.to_str().unwrap()],
            &["--help"],
        ] {
            for both in [false, true] {
                let args = if args == ["--help"] {
                    &["serve", "--help"][..]
                } else {
                    args
                };
                let output = unread(data.path(), args, both);
                let said = String::from_utf8_lossy(&output.stderr);
                // 1: the two catalogues may differ at this moment.
                let ended = matches!(output.status.code(), Some(0 | 1));
                assert!(ended, "{args:?}: {said}");
                assert!(!said.contains("panicked"), "{args:?}: {said}");
            }
        }
        if let Some(program) = running.take() {
            program.kill();
        }
    }
}

#[tokio::test]
async fn a_refusal_that_nobody_reads_has_its_status_all_the_same() {
    let data = tempfile::tempdir().unwrap();
    for (args, code) in [
        (&["audit"][..], 3),
        (&["audit", "--nonsense"], 2),
        (&["orders", "list"], 3),
        (&["user", "list"], 3),
        (&["import", "no-such-file.csv"], 3),
        (&["orders", "void", "X", "--reason", "y"], 3),
    ] {
        assert_eq!(
            unread(data.path(), args, true).status.code(),
            Some(code),
            "{args:?}"
        );
    }
}

#[tokio::test]
async fn a_disk_that_takes_no_answer_is_said() {
    let data = tempfile::tempdir().unwrap();
    let _program = Program::start(data.path(), &[]);
    let Ok(full) = std::fs::File::options().write(true).open("/dev/full") else {
        return;
    };
    let output = binary()
        .args(["audit", "--data"])
        .arg(data.path())
        .stdout(full)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("could not be written"), "{said}");
}
