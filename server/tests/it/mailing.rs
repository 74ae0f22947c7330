//! E-mails that the program writes, where there is no mail server.

use crate::program::{Program, binary};
use sqlx::Connection;
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
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("WIZASTORE_SMTP_URL is not the address"),
        "{said}"
    );
    assert!(!said.contains("hunter2"), "{said}");
}

/// A mail server that says "not now" to so many e-mails and takes the next, after `hold`; gives what it took.
fn mail_server(
    busy: usize,
    hold: impl Fn() + Send + 'static,
) -> (u16, std::sync::mpsc::Receiver<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (taken, took) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for (visit, stream) in listener.incoming().enumerate() {
            let mail = converse(stream.unwrap(), visit < busy, &hold);
            if let Some(mail) = mail
                && taken.send(mail).is_err()
            {
                return;
            }
        }
    });
    (port, took)
}

/// One visit of a mail program (RFC 5321).
fn converse(stream: std::net::TcpStream, busy: bool, hold: &impl Fn()) -> Option<String> {
    use std::io::{BufRead, BufReader, Write};
    let mut out = stream.try_clone().unwrap();
    let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes());
    say("220 mail.example").ok()?;
    let mut mail = None;
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(line)) = lines.next() {
        match line.split(' ').next().unwrap_or_default() {
            "MAIL" if busy => say("451 not now").ok()?,
            "DATA" => {
                say("354 go on").ok()?;
                let text = lines.by_ref().map_while(Result::ok);
                let text: Vec<_> = text.take_while(|line| line != ".").collect();
                mail = Some(text.join("\n"));
                hold();
                say("250 taken").ok()?;
            }
            "QUIT" => {
                let _ = say("221 bye");
                break;
            }
            _other => say("250 yes").ok()?,
        }
    }
    mail
}

#[tokio::test]
async fn a_mail_server_that_is_busy_gets_the_e_mail_once_it_is_not() {
    let (port, took) = mail_server(1, || ());
    let data = tempfile::tempdir().unwrap();
    let url = format!("smtp://127.0.0.1:{port}");
    let program = Program::serve(data.path(), &[], &[("WIZASTORE_SMTP_URL", &url)]);
    let mut browser = program.browser();
    let fields = browser.fill_cart("1").await;
    let outcome = browser.door("/api/orders/submit", &fields).await;
    let number = outcome["number"].as_str().unwrap().to_owned();
    let wait = tokio::task::spawn_blocking(move || {
        let first = took.recv_timeout(Duration::from_secs(60)).unwrap();
        // And only once: the outbox is looked at every five seconds.
        let second = took.recv_timeout(Duration::from_secs(12));
        (first, second.is_err())
    });
    let (mail, once) = wait.await.unwrap();
    assert!(
        mail.contains(&format!("Subject: Order {number} confirmed")),
        "{mail}"
    );
    assert!(once, "{}", program.log());
    assert!(!data.path().join("mail").exists());
}

#[tokio::test]
async fn an_e_mail_that_is_under_way_at_a_stop_is_not_sent_again() {
    let (asked, was_asked) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let (port, took) = mail_server(0, move || {
        asked.send(()).unwrap();
        let _ = gone.recv();
    });
    let data = tempfile::tempdir().unwrap();
    let url = format!("smtp://127.0.0.1:{port}");
    let program = Program::serve(data.path(), &[], &[("WIZASTORE_SMTP_URL", &url)]);
    let mut browser = program.browser();
    let fields = browser.fill_cart("1").await;
    browser.door("/api/orders/submit", &fields).await;
    let stopped = tokio::task::spawn_blocking(move || {
        let limit = Duration::from_secs(20);
        was_asked.recv_timeout(limit).unwrap();
        program.terminate();
        let since = tokio::time::Instant::now();
        while !program.log().contains("stopping") {
            assert!(since.elapsed() < limit, "{}", program.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(go);
        took.recv_timeout(limit).unwrap();
        program.ended()
    });
    assert!(stopped.await.unwrap().success());
    let url = format!("sqlite:{}", data.path().join("wizastore.db").display());
    sqlx::any::install_default_drivers();
    let mut conn = sqlx::AnyConnection::connect(&url).await.unwrap();
    let result: Option<String> = sqlx::query_scalar("SELECT result FROM mails")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(result.as_deref(), Some("sent"));
}

/// A mail server without SMTPUTF8; gives each line in which somebody is named.
fn old_mail_server() -> (u16, std::sync::mpsc::Receiver<String>) {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (named, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (stream, named) = (stream.unwrap(), named.clone());
            std::thread::spawn(move || {
                let mut out = stream.try_clone().unwrap();
                let mut say = |line: &str| out.write_all(format!("{line}\r\n").as_bytes());
                let mut in_mail = false;
                say("220 mail.example").unwrap();
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let word = line.split(' ').next().unwrap_or_default();
                    let answer = match (word, in_mail) {
                        (".", true) => {
                            in_mail = false;
                            "250 taken"
                        }
                        (_, true) => continue,
                        ("EHLO", _) => "250-mail.example\r\n250 8BITMIME",
                        ("DATA", _) => {
                            in_mail = true;
                            "354 go on"
                        }
                        ("RCPT", _) => {
                            named.send(line.clone()).unwrap();
                            "250 yes"
                        }
                        (_, false) => "250 yes",
                    };
                    if say(answer).is_err() {
                        return;
                    }
                }
            });
        }
    });
    (port, heard)
}

#[tokio::test]
async fn an_address_with_letters_beyond_ascii_is_written_to_as_the_mail_server_can() {
    let (port, heard) = old_mail_server();
    let data = tempfile::tempdir().unwrap();
    let url = format!("smtp://127.0.0.1:{port}");
    let program = Program::serve(data.path(), &[], &[("WIZASTORE_SMTP_URL", &url)]);
    for address in ["jörg@example.org", "ada@müller.example"] {
        let mut browser = program.browser();
        let mut fields = browser.fill_cart("1").await;
        fields.retain(|(name, _)| name != "email");
        fields.push(("email".to_owned(), address.to_owned()));
        let outcome = browser.door("/api/orders/submit", &fields).await;
        assert!(outcome["number"].is_string(), "{outcome}");
    }
    let heard =
        tokio::task::spawn_blocking(move || heard.recv_timeout(Duration::from_secs(30)).unwrap());
    let heard = heard.await.unwrap();
    assert!(
        heard.starts_with("RCPT TO:<ada@xn--mller-kva.example>"),
        "{heard}"
    );
    // The other one is given up, and the log says why.
    let told = async {
        while !program.log().contains("SMTPUTF8") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told)
        .await
        .unwrap_or_else(|_| panic!("{}", program.log()));
    assert!(
        !program.log().contains("jörg"),
        "nothing personal in the log"
    );
}
