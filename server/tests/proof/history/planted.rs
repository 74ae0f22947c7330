//! Bugs that only show where several write at once, planted in the databases and not in the product: PostgreSQL takes
//! a function from the schema that is searched first, and a trigger can do what careless code would.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A bug, and in whose database it is.
#[derive(Clone, Copy, Debug)]
pub struct Bug {
    pub name: &'static str,
    /// What has to be found: words of it.
    pub found: &'static str,
    store: &'static str,
    entmine: &'static str,
}

/// Work about one session runs beside other work about it.
const NO_SCOPES: &str = "
    CREATE FUNCTION planted.pg_try_advisory_xact_lock(int, int) RETURNS boolean
        LANGUAGE sql AS 'SELECT true';";

/// Everything runs beside everything.
const NO_LOCK: &str = "
    CREATE FUNCTION planted.pg_try_advisory_xact_lock(bigint) RETURNS boolean
        LANGUAGE sql AS 'SELECT true';";

/// Everything has the lock to itself, but the places of orders are taken before it.
const EARLY_POSITIONS: &str = "
    -- No position is beyond the last one that was given, or cursors would be refused.
    UPDATE sequences SET last = last + 1000000 WHERE name = 'orders';
    CREATE SEQUENCE planted.positions INCREMENT 100;
    CREATE FUNCTION planted.pg_try_advisory_xact_lock(lock bigint) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM set_config('planted.position', nextval('planted.positions')::text, true);
        PERFORM pg_sleep(CASE WHEN random() < 0.2 THEN 0.06 ELSE 0 END);
        PERFORM pg_catalog.pg_advisory_xact_lock(lock);
        RETURN true;
    END $$;
    CREATE FUNCTION planted.use_early() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.position := current_setting('planted.position')::bigint;
        PERFORM set_config('planted.position', (NEW.position + 1)::text, true);
        RETURN NEW;
    END $$;
    CREATE TRIGGER planted_use BEFORE INSERT ON orders FOR EACH ROW
        EXECUTE FUNCTION planted.use_early();";

/// Now and then a number is taken that nothing gets.
const GAP: &str = "
    CREATE FUNCTION planted.skip() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.last := NEW.last + (random() < 0.3)::int;
        RETURN NEW;
    END $$;
    CREATE TRIGGER planted_gap BEFORE INSERT ON sequences FOR EACH ROW WHEN (NEW.name = 'catalog')
        EXECUTE FUNCTION planted.skip();";

/// The store writes down another number than EntMine gave.
const OTHER_NUMBER: &str = "
    CREATE FUNCTION planted.renumber() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.number := 'SO-2026-' || lpad((900000 + floor(random() * 99999))::text, 6, '0');
        RETURN NEW;
    END $$;
    CREATE TRIGGER planted_number BEFORE UPDATE ON orders FOR EACH ROW
        WHEN (OLD.number IS NULL AND NEW.number IS NOT NULL AND random() < 0.2)
        EXECUTE FUNCTION planted.renumber();";

/// An order's key is looked up, and then anything may be written under it.
const NO_KEY: &str = "
    CREATE FUNCTION planted.pg_try_advisory_xact_lock(bigint) RETURNS boolean
        LANGUAGE sql AS 'SELECT true';
    ALTER TABLE verdicts DROP CONSTRAINT verdicts_pkey CASCADE;
    ALTER TABLE orders DROP CONSTRAINT orders_key_key CASCADE;
    CREATE INDEX planted_verdicts ON verdicts (key);
    CREATE INDEX planted_orders ON orders (key);";

pub const BUGS: &[Bug] = &[
    Bug {
        name: "a number is told that is not the order's",
        found: "told Confirmed",
        store: OTHER_NUMBER,
        entmine: "",
    },
    Bug {
        name: "lost update: two tabs change one cart at once",
        found: "two changes are one revision",
        store: NO_SCOPES,
        entmine: "",
    },
    Bug {
        name: "stock summed outside the lock",
        found: "the ledger does not add up",
        store: "",
        entmine: NO_LOCK,
    },
    Bug {
        name: "a cursor that skips a late commit",
        found: "missed",
        store: "",
        entmine: EARLY_POSITIONS,
    },
    Bug {
        name: "a sequence with a gap",
        found: "of the catalogue came",
        store: "",
        entmine: GAP,
    },
    Bug {
        name: "check, then act: one key, two orders",
        found: "one key has several verdicts",
        store: "",
        entmine: NO_KEY,
    },
];

impl Bug {
    /// Whoever connects from now on has it.
    pub async fn plant(&self, store_url: &str, entmine_url: &str) {
        for (url, sql) in [(store_url, self.store), (entmine_url, self.entmine)] {
            let (_, name) = url.rsplit_once('/').unwrap();
            let mut db = PgConnection::connect(url).await.unwrap();
            let sql = format!(
                "CREATE SCHEMA planted;
                 ALTER DATABASE {name} SET search_path = public, planted, pg_catalog;
                 {sql}"
            );
            let planting = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut db);
            planting.await.unwrap();
            db.close().await.unwrap();
        }
    }
}
