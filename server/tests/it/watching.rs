//! Whoever watches the process, and whoever should not: `/healthz`, `/readyz`, `/metrics`, and parts of
//! a server that have addresses of their own.

use crate::office::{PASSWORD, user};
use crate::program::{Program, binary};
use reqwest::{Client, StatusCode};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// An address that is free now.
fn free() -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

async fn status(url: &str, headers: &[(&str, &str)]) -> u16 {
    let mut request = Client::new().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn figures_are_for_this_machine_and_readiness_for_nobody_behind_a_proxy() {
    let data = tempfile::tempdir().unwrap();
    let shop = Program::start(data.path(), &["--trusted-proxy", "127.0.0.1"]);
    let apart = tempfile::tempdir().unwrap();
    let entmine = Program::entmine(apart.path(), &[]);
    for program in [&shop, &entmine] {
        let at = |path: &str| format!("{}{path}", program.base);
        for path in ["/healthz", "/readyz", "/metrics"] {
            assert_eq!(status(&at(path), &[]).await, 200, "{path}");
        }
        for header in [
            ("x-forwarded-for", "203.0.113.9"),
            ("x-forwarded-for", "127.0.0.1"),
            ("forwarded", "for=203.0.113.9"),
            ("x-real-ip", "203.0.113.9"),
            ("via", "1.1 proxy"),
        ] {
            for (path, wanted) in [("/healthz", 200), ("/readyz", 404), ("/metrics", 404)] {
                let told = status(&at(path), &[header]).await;
                assert_eq!(told, wanted, "{path} {header:?}");
            }
        }
    }
}

#[tokio::test]
async fn with_an_address_of_their_own_figures_and_back_office_are_there_and_nowhere_else() {
    let data = tempfile::tempdir().unwrap();
    let (ops, office) = (free(), free());
    let args = ["--ops-addr", &ops, "--office-addr", &office];
    let shop = Program::start(data.path(), &args);
    let apart = tempfile::tempdir().unwrap();
    let (ops_apart, office_apart) = (free(), free());
    let args = ["--ops-addr", &ops_apart, "--office-addr", &office_apart];
    let entmine = Program::entmine(apart.path(), &args);
    for (program, ops, office) in [
        (&shop, &ops, &office),
        (&entmine, &ops_apart, &office_apart),
    ] {
        let (ops, office) = (format!("http://{ops}"), format!("http://{office}"));
        for (path, main, there, office_there) in [
            ("/healthz", 200, 200, 404),
            ("/readyz", 404, 200, 404),
            ("/metrics", 404, 200, 404),
            ("/entmine/sign-in", 404, 404, 200),
            ("/entmine/office.css", 404, 404, 200),
        ] {
            assert_eq!(
                status(&format!("{}{path}", program.base), &[]).await,
                main,
                "{path}"
            );
            assert_eq!(status(&format!("{ops}{path}"), &[]).await, there, "{path}");
            assert_eq!(
                status(&format!("{office}{path}"), &[]).await,
                office_there,
                "{path}"
            );
        }
    }
    assert_eq!(shop.get("/").await.0, 200);
    assert_eq!(
        status(&format!("http://{office}/p/oak-wand-11-inch"), &[]).await,
        404
    );
    // Staff work there, on orders from here.
    let added = user(data.path(), &["add", "robin", "--role", "clerk"], PASSWORD);
    assert!(added.status.success());
    let client = Client::builder().cookie_store(true).build().unwrap();
    let signed_in = client
        .post(format!("http://{office}/entmine/sign-in"))
        .form(&[("name", "robin"), ("password", PASSWORD)])
        .send();
    let page = signed_in.await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.url().path() == "/entmine/orders", "{}", page.url());
    for program in [shop, entmine] {
        program.terminate();
        assert!(program.ended().success());
    }
}

#[test]
fn a_back_office_that_is_elsewhere_has_no_address_here() {
    let data = tempfile::tempdir().unwrap();
    let output = binary()
        .args([
            "serve",
            "--addr",
            "127.0.0.1:0",
            "--entmine-url",
            "http://127.0.0.1:9",
        ])
        .args(["--office-addr", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env("ENTMINE_TOKEN", "s3cret")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3));
    assert!(said.contains("there is no back office here"), "{said}");
}

/// Mounts a small disk that nobody else sees, and fills it when a file is there.
const SMALL_DISK: &str = r#"
mount -t tmpfs -o size=16m tmpfs "$1" || exit 77
until_there() { while [ ! -e "$1" ]; do [ -d "$(dirname "$1")" ] || exit; sleep 0.05; done; }
(until_there "$2/fill"; cat /dev/zero > "$1/zeros"; touch "$2/full"
 until_there "$2/empty"; rm "$1/zeros"; touch "$2/emptied") >/dev/null 2>&1 &
shift 2
exec "$@"
"#;

fn on_small_disk(disk: &Path, signals: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", SMALL_DISK, "sh"]);
    command
        .arg(disk)
        .arg(signals)
        .arg(env!("CARGO_BIN_EXE_wizastore"));
    command
}

async fn until(path: &Path) {
    let there = async {
        while !path.exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), there)
        .await
        .unwrap();
}

#[tokio::test]
async fn on_a_full_disk_a_shop_is_not_ready_and_people_may_look() {
    let (disk, signals) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut mount = Command::new("unshare");
    mount
        .args(["-m", "mount", "-t", "tmpfs", "tmpfs"])
        .arg(disk.path());
    if !mount.output().is_ok_and(|output| output.status.success()) {
        // A system that lets nobody mount.
        return;
    }
    let command = on_small_disk(disk.path(), signals.path());
    let program = Program::launch_by(command, disk.path());
    assert_eq!(program.get("/readyz").await.0, 200);
    std::fs::write(signals.path().join("fill"), "").unwrap();
    until(&signals.path().join("full")).await;
    let unready = async {
        loop {
            let (status, text) = program.get("/readyz").await;
            if status == 503 {
                return text;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let text = tokio::time::timeout(Duration::from_secs(40), unready)
        .await
        .unwrap();
    assert!(text.contains("database takes nothing"), "{text}");
    assert_eq!(
        program.get("/p/oak-wand-11-inch").await.0,
        200,
        "people may look"
    );
    std::fs::write(signals.path().join("empty"), "").unwrap();
    until(&signals.path().join("emptied")).await;
    program.ready().await;
}
