//! How PostgreSQL runs statements.

use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

/// Statements are planned as for values that nobody knows and tables with many rows in their few pages, and all of a
/// table is only read where nothing else can be done: a test's tables are so small that it would else be the quickest
/// way, also for a join. Of one without any page PostgreSQL assumes some rows by itself.
const SETTINGS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
    SET enable_hashjoin = off; SET enable_mergejoin = off;
    UPDATE pg_class SET reltuples = 100000, relpages = 1
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0";

/// What is not there cannot be explained: it is of the other system's tables.
const NOT_THERE: [&str; 3] = ["42P01", "42703", "42883"];

/// A test's database.
pub struct Database(PgConnection);

impl Database {
    /// None where it is gone.
    pub async fn connect(url: &str) -> Option<Self> {
        let mut db = PgConnection::connect(url).await.ok()?;
        sqlx::raw_sql(SETTINGS).execute(&mut db).await.unwrap();
        Some(Self(db))
    }

    /// The names of its tables.
    pub async fn tables(&mut self) -> String {
        let names = "SELECT COALESCE(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class
                     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
        let names = sqlx::query_scalar(names).fetch_one(&mut self.0);
        names.await.unwrap()
    }

    /// The steps of a statement that read all of a table, each with the table; none where the statement cannot run
    /// here.
    pub async fn full_reads(&mut self, sql: &str) -> Option<Vec<(String, String)>> {
        match self.plan(sql).await {
            Ok(plan) => Some(full_reads(&plan)),
            Err(error) => {
                let code = error.as_database_error().and_then(|error| error.code());
                let is_elsewhere = code.is_some_and(|code| NOT_THERE.contains(&&*code));
                assert!(is_elsewhere, "PostgreSQL cannot explain {sql}: {error}");
                None
            }
        }
    }

    /// The lines of a plan.
    async fn plan(&mut self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        let values = (1..).take_while(|n| sql.contains(&format!("${n}")));
        let values: Vec<&str> = values.map(|_| "NULL").collect();
        let values = match values.is_empty() {
            true => String::new(),
            false => format!("({})", values.join(", ")),
        };
        let explain = format!(
            "PREPARE looked_at AS {sql}; EXPLAIN (COSTS OFF) EXECUTE looked_at{values}; DEALLOCATE looked_at"
        );
        let rows = sqlx::raw_sql(AssertSqlSafe(explain))
            .fetch_all(&mut self.0)
            .await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }
}

/// Of a plan's steps those that read all of a table, or of an index: without a condition on the index.
fn full_reads(plan: &[String]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (place, line) in plan.iter().enumerate() {
        let step = line.trim_start().trim_start_matches("->").trim_start();
        let mut details = plan[place + 1..].iter().map(|line| line.trim_start());
        let is_searched = details
            .by_ref()
            .take_while(|line| !line.starts_with("->"))
            .any(|line| line.starts_with("Index Cond:"));
        let reads_all = step.starts_with("Seq Scan on ")
            || (step.starts_with("Index Scan") || step.starts_with("Index Only Scan"))
                && !is_searched;
        if reads_all && let Some((_, rest)) = step.split_once(" on ") {
            let table = rest.split(' ').next().unwrap_or_default();
            found.push((table.to_owned(), step.to_owned()));
        }
    }
    found
}
