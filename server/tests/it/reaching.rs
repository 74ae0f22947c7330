//! Which database a command talks to: the running program's, or none that it was not told of.

use crate::program::{Env, Program, binary};
use database::Engine;
use database::testing::TestDatabase;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

const PASSWORD: &str = "a long enough password";

/// Every command that works on a database, with an order, a name and a file that mean nothing.
fn commands(file: &Path) -> Vec<Vec<String>> {
    let file = file.display();
    [
        format!("import {file}"),
        "user add kim --role clerk".into(),
        "user list".into(),
        "user disable kim".into(),
        "user enable kim".into(),
        "user role kim clerk".into(),
        "user free kim".into(),
        "user password kim".into(),
        "entmine restored --highest SO-2026-000001".into(),
        "orders list".into(),
        "orders show X".into(),
        "orders retry X --reason r".into(),
        "orders void X --reason r --yes".into(),
        "orders settle X --note n --yes".into(),
        "catalog status".into(),
        "catalog compare".into(),
        "catalog repair".into(),
        "audit".into(),
    ]
    .iter()
    .map(|line: &String| line.split(' ').map(str::to_owned).collect())
    .collect()
}

fn is_entmines(command: &[String]) -> bool {
    ["import", "user", "entmine"].contains(&command[0].as_str())
}

fn give(command: &[String], data: &Path, env: Env) -> Output {
    let mut child = binary()
        .args(command)
        .arg("--data")
        .arg(data)
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    use std::io::Write;
    // One that asks for no password closes it.
    let _ = writeln!(child.stdin.take().unwrap(), "{PASSWORD}");
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn product_file(folder: &Path) -> PathBuf {
    let file = folder.join("products.csv");
    let columns = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty";
    std::fs::write(
        &file,
        format!("{columns}\nlamp,Lamp,Lamps,TRUE,LAMP,9.99,3\n"),
    )
    .unwrap();
    file
}

/// The names of what is in a folder, but for what a server leaves to be found by.
fn databases(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".db")).collect()
}

/// A refused command says why, and shows no password.
fn refused(output: &Output, command: &[String], words: &[&str]) {
    let said = said(output);
    assert_eq!(output.status.code(), Some(3), "{command:?}: {said}");
    for words in words {
        assert!(said.contains(words), "{command:?}, {words}: {said}");
    }
    assert!(!said.contains("s3cret"), "{command:?}: {said}");
    let sentence = said.lines().last().unwrap_or_default();
    assert!(sentence.starts_with("wizastore: "), "{command:?}: {said}");
}

#[test]
fn where_nothing_is_a_command_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = product_file(folder.path());
    let (empty, none) = (folder.path().join("empty"), folder.path().join("none"));
    std::fs::create_dir(&empty).unwrap();
    for data in [&empty, &none] {
        for command in commands(&file) {
            let system = if is_entmines(&command) {
                "entmine"
            } else {
                "wizastore"
            };
            let database = data.join(format!("{system}.db")).display().to_string();
            let output = give(&command, data, &[]);
            refused(&output, &command, &["there is no", &database, "--data"]);
        }
    }
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0);
    assert!(!none.exists());
    // A folder of other things, and an empty file, are no EntMine either.
    std::fs::write(empty.join("entmine.db"), "").unwrap();
    for command in commands(&file)
        .iter()
        .filter(|command| is_entmines(command))
    {
        refused(
            &give(command, &empty, &[]),
            command,
            &["there is no EntMine"],
        );
    }
    std::fs::write(
        empty.join("entmine.db"),
        "not a database, whatever its name says",
    )
    .unwrap();
    for command in commands(&file)
        .iter()
        .filter(|command| is_entmines(command))
    {
        refused(&give(command, &empty, &[]), command, &["entmine.db"]);
    }
}

#[test]
fn a_new_database_is_made_on_request_only() {
    for line in [
        "import FILE",
        "user add kim --role manager",
        "entmine restored --highest SO-2026-000009",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = product_file(folder.path()).display().to_string();
        let command: Vec<String> = line
            .split(' ')
            .map(|word| word.replace("FILE", &file))
            .collect();
        let data = folder.path().join("data");
        refused(&give(&command, &data, &[]), &command, &["--create"]);
        assert!(!data.exists());
        let create = [&command[..], &["--create".to_owned()]].concat();
        let output = give(&create, &data, &[]);
        assert!(output.status.success(), "{line}: {}", said(&output));
        assert_eq!(databases(&data), ["entmine.db"]);
        // It is there now.
        let list = ["user", "list"].map(str::to_owned);
        assert!(give(&list, &data, &[]).status.success());
    }
}

#[tokio::test]
async fn a_command_finds_the_program_of_a_folder_and_its_databases() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (store, mine) = (
            TestDatabase::new(engine).await,
            TestDatabase::new(engine).await,
        );
        let env = [
            ("WIZASTORE_DATABASE_URL", store.url()),
            ("ENTMINE_DATABASE_URL", mine.url()),
        ];
        let data = tempfile::tempdir().unwrap();
        let file = product_file(data.path());
        let program = Program::serve(data.path(), &["--empty"], &env);
        for command in commands(&file) {
            // Without its environment, and with it.
            for env in [&[][..], &env[..]] {
                let said = said(&give(&command, data.path(), env));
                assert!(!said.contains("nothing was done"), "{command:?}: {said}");
                assert!(!said.contains("there is no EntMine"), "{command:?}: {said}");
            }
        }
        let (status, _) = program.get("/p/lamp").await;
        assert_eq!(status, 200, "{engine:?}: the running shop has the products");
        assert!(
            databases(data.path()).is_empty(),
            "{:?}",
            databases(data.path())
        );

        // Another folder is not the program's, whatever runs elsewhere.
        let other = tempfile::tempdir().unwrap();
        for command in commands(&file) {
            refused(
                &give(&command, other.path(), &[]),
                &command,
                &["there is no"],
            );
        }
        assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 0);

        // Ended or killed, the folder still knows whose it was.
        program.kill();
        for command in commands(&file) {
            let output = give(&command, data.path(), &[]);
            refused(&output, &command, &["the last one there used"]);
        }
        let list = ["user", "list"].map(str::to_owned);
        let output = give(&list, data.path(), &env);
        assert!(said(&output).contains("kim"), "{}", said(&output));
        assert!(databases(data.path()).is_empty());
    }
}

#[tokio::test]
async fn a_command_that_names_another_database_than_the_running_programs_is_refused() {
    let postgres = TestDatabase::new(Engine::Postgres).await;
    let other = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}/other.db", other.path().display());
    let secret = "postgres://me:s3cret@db.example/other?sslmode=disable";
    for url in [None, Some(postgres.url())] {
        let data = tempfile::tempdir().unwrap();
        let file = product_file(data.path());
        let env: Vec<_> = url
            .map(|url| ("ENTMINE_DATABASE_URL", url))
            .into_iter()
            .collect();
        let program = Program::serve(data.path(), &["--empty"], &env);
        for command in commands(&file) {
            let system = if is_entmines(&command) {
                "ENTMINE"
            } else {
                "WIZASTORE"
            };
            for named in [sqlite.as_str(), secret] {
                let shown = match named.starts_with("sqlite") {
                    true => "other.db",
                    false => "postgres://db.example:5432/other",
                };
                let variable = format!("{system}_DATABASE_URL");
                let output = give(&command, data.path(), &[(variable.as_str(), named)]);
                refused(&output, &command, &["that runs on the folder", shown]);
                // A store's command looks into EntMine as well.
                let output = give(&command, data.path(), &[("ENTMINE_DATABASE_URL", named)]);
                refused(&output, &command, &["that runs on the folder", shown]);
            }
        }
        assert!(
            program.get("/p/lamp").await.0 != 200,
            "nothing was imported"
        );
        assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn a_database_of_something_else_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    let file = product_file(data.path());
    let folder = data.path().display().to_string();
    Program::start(data.path(), &["--empty"]).kill();
    let store = format!("sqlite:{folder}/wizastore.db");
    let mine = format!("sqlite:{folder}/entmine.db");
    for command in commands(&file) {
        let output = match is_entmines(&command) {
            true => give(
                &command,
                data.path(),
                &[("ENTMINE_DATABASE_URL", store.as_str())],
            ),
            false => give(
                &command,
                data.path(),
                &[("WIZASTORE_DATABASE_URL", mine.as_str())],
            ),
        };
        refused(&output, &command, &["is not the database of"]);
    }
}

#[tokio::test]
async fn a_copied_folder_is_about_its_own_databases() {
    let (data, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = Program::start(data.path(), &["--empty"]);
    program.terminate();
    assert!(program.ended().success());
    for entry in std::fs::read_dir(data.path()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    let add = "user add kim --role clerk".split(' ').map(str::to_owned);
    let output = give(&add.collect::<Vec<_>>(), copy.path(), &[]);
    assert!(output.status.success(), "{}", said(&output));
    let list = ["user", "list"].map(str::to_owned);
    assert!(said(&give(&list, copy.path(), &[])).contains("kim"));
    assert!(!said(&give(&list, data.path(), &[])).contains("kim"));
}

#[test]
fn an_address_with_a_password_anywhere_is_not_shown() {
    let data = tempfile::tempdir().unwrap();
    let file = product_file(data.path());
    for url in [
        "postgres://me:s3cret@127.0.0.1:9/shop",
        "postgres://127.0.0.1:9/shop?user=me&password=s3cret",
        "postgres://127.0.0.1:9/shop?passwd=s3cret",
        "postgres://me:s3cret@127.0.0.1:nine/shop",
        "postgres://me:s3?cret@127.0.0.1:9/shop",
        "mysql://me:s3cret@127.0.0.1/shop",
        "host=127.0.0.1 user=me password=s3cret",
    ] {
        let env = [
            ("ENTMINE_DATABASE_URL", url),
            ("WIZASTORE_DATABASE_URL", url),
        ];
        for command in commands(&file) {
            refused(&give(&command, data.path(), &env), &command, &["database"]);
        }
        let output = give(
            &["serve", "--addr", "127.0.0.1:0"].map(str::to_owned),
            data.path(),
            &env,
        );
        assert_eq!(output.status.code(), Some(3));
        assert!(!said(&output).contains("cret"), "{}", said(&output));
    }
}
