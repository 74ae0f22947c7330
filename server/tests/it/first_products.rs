//! What a new shop has for sale.

use crate::program::{Env, Program, run};
use std::path::Path;

/// How many products the shop shows.
fn products(data: &Path) -> i64 {
    let folder = data.display().to_string();
    let output = run(&["catalog", "status", "--json", "--data", &folder]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    report["cache"]["products"].as_i64().unwrap()
}

#[tokio::test]
async fn a_production_start_has_no_demo_products_and_says_how_to_bring_ones_own() {
    for env in [
        &[][..],
        &[("WIZASTORE_DEMO", "")],
        &[("WIZASTORE_DEMO", "0")],
    ] as [Env; 3]
    {
        let data = tempfile::tempdir().unwrap();
        let program = Program::new_shop(data.path(), env);
        assert_eq!(products(data.path()), 0, "{env:?}");
        let hint = format!("wizastore import FILE.csv --data {}", data.path().display());
        assert!(program.log().contains(&hint), "{}", program.log());
        for page in ["/", "/search?q=wand", "/cart"] {
            assert_eq!(program.get(page).await.0, 200, "{page}");
        }
    }
}

#[tokio::test]
async fn demo_products_come_on_request_and_only_into_an_empty_entmine() {
    let data = tempfile::tempdir().unwrap();
    Program::new_shop(data.path(), &[("WIZASTORE_DEMO", "1")]).kill();
    let program = Program::new_shop(data.path(), &[]);
    let seeded = products(data.path());
    assert!(seeded > 100, "{seeded}");
    assert!(
        !program.log().contains("no products yet"),
        "{}",
        program.log()
    );
}

#[tokio::test]
async fn the_flag_from_before_demo_is_still_taken() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--empty"]);
    assert_eq!(products(data.path()), 0);
    program.kill();
    let data = tempfile::tempdir().unwrap();
    Program::entmine(data.path(), &["--empty"]);
    let help = run(&["serve", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout);
    assert!(
        help.contains("--demo") && !help.contains("--empty"),
        "{help}"
    );
}
