//! PostgreSQL: a statement, or the commit itself, fails once because of what others do.

use super::customers;
use crate::settings::report;
use crate::world::acts::Acts;
use crate::world::several::{AT_ONCE, failing};
use crate::world::template::Template;
use crate::world::{Setup, Way, World, block_on};
use database::Engine;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Serialization failure, deadlock, and an administrator who ends the statement.
const CODES: [&str; 3] = ["40001", "40P01", "57014"];

/// Whose table it is, which one, and the change at which it fails.
const PLACES: [(&str, &str, &str); 6] = [
    ("store", "orders", "INSERT"),
    ("store", "attempts", "INSERT"),
    ("store", "orders", "UPDATE"),
    ("entmine", "verdicts", "INSERT"),
    ("entmine", "orders", "INSERT"),
    ("entmine", "products", "UPDATE"),
];

/// Makes the second such change fail: the first is somebody else's order, or an earlier step.
async fn fail_once(url: &str, table: &str, change: &str, code: &str, at_commit: bool) {
    let mut db = PgConnection::connect(url).await.unwrap();
    let (kind, when) = match at_commit {
        true => ("CONSTRAINT TRIGGER", "DEFERRABLE INITIALLY DEFERRED"),
        false => ("TRIGGER", ""),
    };
    let sql = format!(
        "CREATE SEQUENCE proof_passed;
         CREATE FUNCTION proof_fail() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF nextval('proof_passed') = 2 THEN
                 RAISE EXCEPTION 'a test made this fail' USING ERRCODE = '{code}';
             END IF;
             RETURN NEW;
         END $$;
         CREATE {kind} proof_fails AFTER {change} ON {table} {when}
             FOR EACH ROW EXECUTE FUNCTION proof_fail();"
    );
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut db)
        .await
        .unwrap();
    db.close().await.unwrap();
}

#[test]
fn what_fails_because_of_others_is_told_truly_and_settled() {
    let template = block_on(Template::new(Engine::Postgres));
    let fails = CODES.map(|code| (code, false)).into_iter();
    let fails: Vec<_> = fails.chain([("40001", true)]).collect();
    let with_each = |place| fails.iter().map(move |fail| (place, *fail));
    let cases: Vec<_> = PLACES.into_iter().flat_map(with_each).collect();
    let failed = failing(
        &cases,
        AT_ONCE,
        async |((whose, table, change), (code, at_commit))| {
            let homes = template.copy().await;
            let home = if whose == "store" { &homes.0 } else { &homes.1 };
            fail_once(home.url(), table, change, code, at_commit).await;
            let acts = Acts::watched(|_| None);
            let world = World::at(homes, Setup::default(), Way::Embedded, acts.clone()).await;
            customers(3, world, &acts, async || {}, async || {}).await;
        },
    );
    let figures = format!("{} cases, {} failed", cases.len(), failed.len());
    report("serialization failures", &figures);
    assert!(failed.is_empty(), "{failed:?}");
}
