//! E-mails that the program writes, where there is no mail server.

use crate::program::{Program, binary};
use std::path::Path;
use std::time::Duration;

/// The e-mails of a data folder, once there are so many, or after 20 s.
async fn mails(data: &Path, count: usize) -> Vec<String> {
    let folder = data.join("mail");
    let read = || -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        let whole = paths.filter(|path| path.extension().is_some_and(|ext| ext == "eml"));
        whole
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect()
    };
    let wait = async {
        while read().len() < count {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(20), wait).await;
    read()
}

#[tokio::test]
async fn a_confirmed_order_is_told_in_a_file_that_mail_programs_open() {
    let data = tempfile::tempdir().unwrap();
    let args = ["--mail-from", "The shop <orders@shop.example>"];
    let program = Program::start(data.path(), &args);
    let mut browser = program.browser();
    let fields = browser.fill_cart("2").await;
    let outcome = browser.door("/api/orders/submit", &fields).await;
    let number = outcome["number"].as_str().unwrap();
    let mails = mails(data.path(), 1).await;
    assert_eq!(mails.len(), 1, "{}", program.log());
    let (head, _) = mails[0].split_once("\r\n\r\n").unwrap();
    for line in [
        "From: \"The shop\" <orders@shop.example>",
        &format!("Subject: Order {number} confirmed"),
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(head.contains(line), "{line}: {head}");
    }
    assert!(head.contains("@shop.example>"), "a Message-ID: {head}");
    let address = crate::program::field(&fields, "email");
    assert!(head.contains(&format!("To: {address}")), "{head}");
    assert!(
        !program.log().contains(&address),
        "nothing personal in the log"
    );
}

#[test]
fn a_mail_server_that_cannot_be_one_is_told_without_its_password() {
    let data = tempfile::tempdir().unwrap();
    let output = binary()
        .args(["serve", "--addr", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env("WIZASTORE_SMTP_URL", "mail.example:hunter2")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("WIZASTORE_SMTP_URL is not the address"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}
