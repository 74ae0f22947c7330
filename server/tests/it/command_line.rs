//! The command line: help, and one clear sentence for what goes wrong.

use crate::program::{Program, binary, run};
use std::process::Output;

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn refused(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(3), "{}", said(output));
    let said = said(output);
    let sentence = said.lines().last().unwrap_or_default();
    assert!(
        sentence.starts_with("wizastore: ") && sentence.contains(words),
        "{said}"
    );
}

#[test]
fn every_command_explains_itself() {
    for args in [
        "",
        "serve",
        "entmine",
        "entmine restored",
        "entmine store list",
        "entmine store forget",
        "import",
        "orders",
        "orders list",
        "orders show",
        "orders retry",
        "orders void",
        "orders settle",
        "audit",
        "user",
        "user add",
        "user list",
        "user disable",
        "user enable",
        "user role",
        "user free",
        "catalog",
        "catalog status",
        "catalog compare",
        "catalog repair",
        "user password",
    ] {
        let output = binary()
            .args(args.split_whitespace())
            .arg("--help")
            .env("WIZASTORE_DATABASE_URL", "postgres://me:s3cret@db/shop")
            .env("ENTMINE_DATABASE_URL", "postgres://me:s3cret@db/entmine")
            .env("ENTMINE_TOKEN", "s3cret")
            .output()
            .unwrap();
        assert!(output.status.success());
        assert!(output.stdout.len() > 300, "{args:?}");
        let help = String::from_utf8_lossy(&output.stdout);
        assert!(!help.contains("s3cret"), "{help}");
        let has_tasks = ["", "user", "orders", "catalog"].contains(&args);
        assert!(has_tasks || help.contains("Exit status: 0"), "{help}");
    }
}

#[test]
fn a_newcomer_reads_what_it_is_and_how_to_begin() {
    let folder = tempfile::tempdir().unwrap();
    let alone = binary().current_dir(folder.path()).output().unwrap();
    let asked = binary().arg("--help").output().unwrap();
    for output in [alone, asked] {
        assert!(output.status.success());
        let help = String::from_utf8_lossy(&output.stdout);
        for words in [
            "WizAStore, an on-line store",
            "EntMine, its ERP",
            "wizastore serve --demo",
            "wizastore user add",
            "wizastore import FILE.csv",
        ] {
            assert!(help.contains(words), "{words}: {help}");
        }
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing was opened"
    );
    let version = run(&["--version"]);
    let version = String::from_utf8_lossy(&version.stdout);
    assert_eq!(
        version.trim(),
        concat!("WizAStore ", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_missing_secret_is_one_sentence_that_says_what_to_set() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data").display().to_string();
    let given = |args: &[&str], env: &[(&str, &str)]| {
        let mut command = binary();
        command
            .args(args)
            .args(["--addr", "127.0.0.1:0", "--data", &folder]);
        command.envs(env.iter().copied()).output().unwrap()
    };
    let apart = ["serve", "--entmine-url", "http://127.0.0.1:9"];
    refused(&given(&["entmine"], &[]), "ENTMINE_TOKENS is not set");
    refused(
        &given(&["entmine"], &[("ENTMINE_TOKENS", "")]),
        "ENTMINE_TOKENS is not set",
    );
    refused(&given(&apart, &[]), "ENTMINE_TOKEN is not set");
    let other = [("ENTMINE_TOKENS", "wizastore:orders:s3cret")];
    refused(&given(&apart, &other), "that is EntMine's side");
    let token = [("ENTMINE_TOKEN", "s3cret")];
    let rehearsed = [&apart[..], &["--rehearsal"]].concat();
    refused(&given(&rehearsed, &token), "--rehearsal");
    refused(
        &given(&["serve", "--entmine-url", "erp"], &token),
        "address",
    );
    for bad in ["s3cret", "wizastore:everything:s3cret", "wizastore:orders:"] {
        let output = given(&["entmine"], &[("ENTMINE_TOKENS", bad)]);
        refused(&output, "ENTMINE_TOKENS cannot be used");
        assert!(!said(&output).contains("s3cret"), "{}", said(&output));
        refused(
            &given(&["serve"], &[("ENTMINE_TOKENS", bad)]),
            "ENTMINE_TOKENS cannot be used",
        );
    }
    assert!(!data.path().join("data").exists(), "nothing was touched");
}

#[test]
fn a_port_in_use_is_one_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data").display().to_string();
    let output = run(&["serve", "--addr", &addr, "--data", &folder]);
    refused(&output, "is in use");
    assert!(!data.path().join("data").exists(), "nothing was touched");
}

#[test]
fn an_unwritable_folder_is_one_sentence() {
    // A file where the folder should be cannot be written into by anybody, root included.
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("file");
    std::fs::write(&file, "").unwrap();
    let folder = file.join("data").display().to_string();
    refused(
        &run(&["serve", "--addr", "127.0.0.1:0", "--data", &folder]),
        "cannot write to",
    );
}

#[tokio::test]
async fn data_of_a_running_server_is_not_opened_twice() {
    let data = tempfile::tempdir().unwrap();
    let _program = Program::start(data.path(), &[]);
    let folder = data.path().display().to_string();
    refused(
        &run(&["serve", "--addr", "127.0.0.1:0", "--data", &folder]),
        "in use",
    );
}

#[tokio::test]
async fn a_database_from_a_newer_version_is_one_sentence() {
    use sqlx::Connection;
    let data = tempfile::tempdir().unwrap();
    Program::start(data.path(), &[]).kill();
    sqlx::any::install_default_drivers();
    let folder = data.path().display().to_string();
    let mut db = sqlx::AnyConnection::connect(&format!("sqlite:{folder}/wizastore.db"))
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    refused(
        &run(&["serve", "--addr", "127.0.0.1:0", "--data", &folder]),
        "newer",
    );
}

const HEADER: &str = "Handle,Title,Body (HTML),Type,Published,Option1 Name,Option1 Value,\
                      Variant SKU,Variant Price,Variant Inventory Qty,Image Src,Status\n";

#[test]
fn a_bad_row_is_named_and_nothing_is_imported() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("products.csv");
    let rows = "good,Good,<p>Fine</p>,Things,TRUE,Title,Default Title,GOOD-1,1.50,3,,active\n\
                bad,Bad,<p>Poor</p>,Things,TRUE,Title,Default Title,BAD-1,cheap,3,,active\n";
    std::fs::write(&file, format!("{HEADER}{rows}")).unwrap();
    let folder = data.path().join("data").display().to_string();
    let output = run(&[
        "import",
        &file.display().to_string(),
        "--data",
        &folder,
        "--create",
    ]);
    refused(&output, "nothing of");
    assert!(
        said(&output).contains("line 3, Variant Price"),
        "{}",
        said(&output)
    );
    refused(
        &run(&["import", "no-such-file.csv", "--data", &folder]),
        "cannot read",
    );
}

#[tokio::test]
async fn a_file_is_imported_into_a_running_shop_and_again_without_change() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--empty"]);
    let file = data.path().join("products.csv");
    let row = "lamp,A lamp,<p>It <b>glows</b>.</p>,Lamps,TRUE,Title,Default Title,LAMP-1,9.99,3,,active\n";
    std::fs::write(&file, format!("{HEADER}{row}")).unwrap();
    let import = || {
        let output = binary()
            .args(["import", &file.display().to_string(), "--data"])
            .arg(data.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
        // Counts that overwrite each other are for a terminal.
        assert!(
            !said(&output).contains(['\r', '\u{8}']),
            "{}",
            said(&output)
        );
        assert!(!said(&output).contains("1 of 1"), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(import().trim(), "1 new product, 0 changed, 0 as they were");
    assert_eq!(import().trim(), "0 new products, 0 changed, 1 as they were");
    // Done means shown: no waiting.
    let page = reqwest::get(format!("{}/p/lamp", program.base))
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
}

/// What a command ended with and told, on both of its outputs.
fn told(args: &[&str]) -> (i32, String) {
    let output = run(args);
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), text.into_owned())
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_skipping_bad_rows_keeps_them_in_a_file() {
    let data = tempfile::tempdir().unwrap();
    let _program = Program::start(data.path(), &["--empty"]);
    let folder = data.path().display().to_string();
    let file = data.path().join("products.csv");
    let mut rows =
        String::from("Handle;Title;SKU;Price;Inventory quantity\r\npeso;Peso;#1;32000;-2\r\n");
    for number in 0..150 {
        rows += &format!("bad-{number};Bad;B{number};cheap;1\r\n");
    }
    std::fs::write(&file, rows).unwrap();
    let file = file.display().to_string();
    let (end, text) = told(&["import", &file, "--data", &folder]);
    assert_eq!(end, 3, "{text}");
    for words in [
        "line 3, Price: 'cheap' is not a price such as 12.99",
        "and 50 more",
        "because of the 150 problems above",
        "taken as GBP, such as £32,000.00",
        "separated by semicolons",
        "below zero",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let skip = ["import", &file, "--data", &folder, "--skip-bad-rows"];
    let (end, text) = told(&[&skip[..], &["--dry-run"]].concat());
    assert!(end == 1 && text.contains("Nothing was written"), "{text}");
    assert!(text.contains("there are 150 problems"), "{text}");
    assert!(text.contains("1 new, 0 changed"), "{text}");
    let (end, text) = told(&skip);
    assert!(end == 1 && text.contains("1 new product,"), "{text}");
    let refused = data.path().join("products.refused.csv");
    let rows = std::fs::read_to_string(&refused).unwrap();
    assert_eq!(rows.lines().count(), 151, "{rows}");
    assert!(
        rows.starts_with("Handle,Title,SKU,Price,Inventory quantity,Reason\n"),
        "{rows}"
    );
    // Corrected, they are imported.
    std::fs::write(&refused, rows.replace("cheap,1", "1.50,1")).unwrap();
    let refused = refused.display().to_string();
    let (end, text) = told(&["import", &refused, "--data", &folder]);
    assert!(end == 0 && text.contains("150 new products"), "{text}");
}

#[test]
fn a_picture_that_cannot_be_copied_is_named_and_stops_no_import() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("products.csv");
    let rows = "SKU,Title,Price,Image Src\nA,a,1,https://pictures.invalid/a.png\n\
        B,b,2,https://127.0.0.1/b.png\nC,c,3,//127.0.0.1/c.png\n";
    std::fs::write(&file, rows).unwrap();
    let (file, data) = (file.display().to_string(), folder.path().join("data"));
    let data = data.display().to_string();
    let (end, text) = told(&["import", &file, "--data", &data, "--create"]);
    assert!(end == 1 && text.contains("3 new products"), "{text}");
    for picture in [
        "picture https://pictures.invalid/a.png",
        "picture https://127.0.0.1/b.png",
        "picture https://127.0.0.1/c.png",
    ] {
        assert!(text.contains(picture), "{picture}: {text}");
    }
}

#[test]
fn a_file_can_be_looked_at_before_there_is_an_entmine() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("products.csv");
    std::fs::write(&file, "SKU,Title,Price\nA,a,1\n").unwrap();
    let (file, data) = (file.display().to_string(), folder.path().join("none"));
    for more in [&["--dry-run"][..], &["--dry-run", "--create"]] {
        let place = ["import", &file, "--data", data.to_str().unwrap()];
        let (end, text) = told(&[&place[..], more].concat());
        assert!(end == 0 && text.contains("1 new, 0 changed"), "{text}");
        assert!(!data.exists());
    }
}

#[test]
fn rows_that_are_left_out_need_a_place_before_anything_is_imported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("products.csv");
    std::fs::write(&file, "SKU,Title,Price\nA,a,1\nB,b,x\n").unwrap();
    let (file, data) = (file.display().to_string(), folder.path().join("data"));
    for refused in [&*file, "/nowhere/at/all.csv"] {
        let (end, text) = told(&[
            "import",
            &file,
            "--data",
            data.to_str().unwrap(),
            "--create",
            "--skip-bad-rows",
            "--refused",
            refused,
        ]);
        assert!(end == 3 && text.contains(refused), "{text}");
        assert!(!data.exists(), "{text}");
    }
    assert!(std::fs::read_to_string(&file).unwrap().contains("A,a,1"));
}
