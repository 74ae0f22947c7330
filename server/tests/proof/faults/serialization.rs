//! PostgreSQL: a statement, or the commit itself, fails once because of what others do.

use super::four_customers;
use crate::settings::report;
use crate::world::acts::Acts;
use crate::world::template::Template;
use crate::world::{Detour, Way, World};
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

#[tokio::test]
async fn what_fails_because_of_others_is_told_truly_and_settled() {
    let template = Template::new(Engine::Postgres).await;
    let mut cases = 0;
    for (whose, table, change) in PLACES {
        for (code, at_commit) in CODES
            .map(|code| (code, false))
            .into_iter()
            .chain([("40001", true)])
        {
            let homes = template.copy().await;
            let home = if whose == "store" { &homes.0 } else { &homes.1 };
            fail_once(home.url(), table, change, code, at_commit).await;
            let acts = Acts::watched(|_| {});
            let world = World::at(homes, Detour::default(), Way::Embedded, acts.clone()).await;
            eprintln!("{whose} {change} {table} {code} at commit: {at_commit}");
            four_customers(world, &acts, async || {}, async || {}).await;
            cases += 1;
        }
    }
    report("serialization failures", &format!("{cases} cases"));
}
