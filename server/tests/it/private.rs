//! What the program writes is for its own account only.

use crate::program::Program;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn everything_in(folder: &Path, into: &mut Vec<PathBuf>) {
    into.push(folder.to_owned());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            everything_in(&path, into);
        } else {
            into.push(path);
        }
    }
}

fn rights(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// An order is placed, and its e-mail written to a file.
async fn an_order_with_its_mail(program: &Program, data: &Path) {
    let mut browser = program.browser();
    let fields = browser.fill_cart("1").await;
    let outcome = browser.door("/api/orders/submit", &fields).await;
    assert_eq!(outcome["outcome"], "confirmed", "{outcome}");
    let mails = || {
        std::fs::read_dir(data.join("mail"))
            .into_iter()
            .flatten()
            .flatten()
    };
    let written = async {
        while !mails().any(|mail| mail.path().extension().is_some_and(|end| end == "eml")) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let end = tokio::time::timeout(std::time::Duration::from_secs(30), written).await;
    end.expect("the e-mail is written");
}

#[tokio::test]
async fn nobody_else_on_the_machine_can_read_what_the_program_wrote() {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    let data = home.path().join("var").join("data");
    let program = Program::start(&data, &[]);
    an_order_with_its_mail(&program, &data).await;
    let mut all = Vec::new();
    everything_in(&home.path().join("var"), &mut all);
    let names: Vec<String> = all.iter().map(|path| path.display().to_string()).collect();
    for wanted in [
        "wizastore.db",
        "wizastore.db-wal",
        "wizastore.db-shm",
        "wizastore.db.lock",
        "wizastore.db.sock",
        "entmine.db",
        "entmine.db.sock",
        "mail",
        ".eml",
    ] {
        assert!(
            names.iter().any(|name| name.ends_with(wanted)),
            "{wanted}: {names:?}"
        );
    }
    for path in &all {
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        // A socket has no rights of its own but to be written to.
        let rights = rights(path) & if path.is_dir() { 0o777 } else { 0o677 };
        assert_eq!(rights, wanted, "{}: {rights:o}", path.display());
    }
}

#[tokio::test]
async fn what_an_earlier_version_left_open_is_closed() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    an_order_with_its_mail(&program, data.path()).await;
    program.kill();
    let mut all = Vec::new();
    everything_in(data.path(), &mut all);
    for path in &all {
        let open = if path.is_dir() { 0o755 } else { 0o644 };
        std::fs::set_permissions(path, Permissions::from_mode(open)).unwrap();
    }
    let _program = Program::start(data.path(), &[]);
    for name in [
        "wizastore.db",
        "wizastore.db-wal",
        "wizastore.db.lock",
        "entmine.db",
    ] {
        let rights = rights(&data.path().join(name));
        assert_eq!(rights & 0o007, 0, "{name}: {rights:o}");
    }
    assert_eq!(rights(&data.path().join("mail")), 0o700);
}
