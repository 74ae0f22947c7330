//! A shop that has been there for a while: a few hundred orders that went all their way, and as many copies
//! of them, each at a later time and by another customer, as make the number that is wanted. Copies are
//! written by the database itself, so that a million orders take minutes.

use crate::server::Databases;
use ::server::serve::Side;
use entmine::{EntMine, Options, ProductFile};
use jiff::Timestamp;
use model::{OrderForm, OrderStatus, Outcome};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Column, Connection, Row};
use std::path::Path;
use std::sync::Arc;
use wizastore::{ManualClock, Store, StoreConfig, SubmitFields};

/// Orders that are placed; all others are copies of them.
const TEMPLATE: i64 = 250;
/// How long the shop has been there. Shorter than a session is kept.
const AGE_MS: i64 = 300 * 24 * 3_600_000;
/// Products that are in nobody's cart, and the one that is in all of them.
const HEADER: &str = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n\
                      bench-wand,Wand,Wands,TRUE,BENCH-WAND,12.99,900000\n";
/// Products of one category.
const CATEGORY: usize = 500;

/// Makes a shop with so many orders, one session and cart for each, and so many products.
pub async fn shop(folder: &Path, databases: &Databases, orders: i64, products: usize) {
    std::fs::create_dir_all(folder).unwrap();
    let (store_url, entmine_url) = databases.urls(folder);
    let times = (orders / TEMPLATE).max(1);
    let began_ms = Timestamp::now().as_millisecond() - AGE_MS;
    template(&store_url, &entmine_url, began_ms, times, products).await;
    let shift_ms = AGE_MS / times / 1_000 * 1_000;
    copy(&entmine_url, &ENTMINE, times, shift_ms).await;
    copy(&store_url, &STORE, times, shift_ms).await;
}

/// The orders that the others are copied from, in the first part of the shop's time.
async fn template(store_url: &str, entmine_url: &str, began_ms: i64, times: i64, products: usize) {
    let clock = Arc::new(ManualClock::at(began_ms));
    let options = Options {
        clock: Some(clock.clone()),
        ..Options::default()
    };
    let entmine = EntMine::open(entmine_url, options).await.unwrap();
    entmine.import(&file(products), &mut |_| {}).await.unwrap();
    let mut config = StoreConfig::new(store_url, Side::here(entmine.clone(), None).erp());
    config.clock = Some(clock.clone());
    let store = Store::open(config).await.unwrap();
    let snapshot = entmine.snapshot().await.unwrap();
    store
        .take_snapshot(snapshot, wizastore::Smaller::Take)
        .await
        .unwrap();
    for n in 0..TEMPLATE {
        let number = order(&store, n).await;
        // One of twenty is cancelled.
        let steps: &[OrderStatus] = match n % 20 {
            7 => &[OrderStatus::Cancelled],
            _ => &[OrderStatus::Picked, OrderStatus::Shipped],
        };
        for step in steps {
            let done = entmine.change_status(&number, *step, "bench").await;
            done.unwrap().unwrap();
        }
        clock.advance(AGE_MS / times / TEMPLATE);
    }
    store.reconcile().await.unwrap();
    // Nothing is to be sent to nobody.
    let mut conn = AnyConnection::connect(store_url).await.unwrap();
    run(
        &mut conn,
        "UPDATE mails SET due_at = NULL, ended_at = created_at, result = 'sent'",
    )
    .await;
    conn.close().await.unwrap();
    store.drain(std::time::Duration::from_secs(10)).await;
    store.close().await;
    entmine.close().await;
}

async fn order(store: &Store, n: i64) -> String {
    let visit = store.visit(None, None);
    visit.cart_add("BENCH-WAND", "1").await.unwrap();
    let token = visit.reply().session_token();
    let cart = store.visit(token.clone(), None).cart_page().await;
    let cart = cart.unwrap().cart.unwrap();
    let fields = SubmitFields {
        order_key: cart.order_key,
        receipt: cart.receipt,
        cart_revision: cart.revision.to_string(),
        shown_total_minor: cart.total_minor.to_string(),
        form: OrderForm {
            name: format!("Ada Fenwick{n}"),
            email: format!("ada{n}@example.org"),
            line1: "1 Owl Lane".into(),
            city: "York".into(),
            postcode: "YO1 7HH".into(),
            country: "GB".into(),
            ..OrderForm::default()
        },
    };
    match store
        .visit(token.clone(), None)
        .submit(fields)
        .await
        .unwrap()
    {
        Outcome::Confirmed { number, .. } => {
            // The next visit has something in its cart.
            let next = store.visit(token, None);
            next.cart_add("BENCH-WAND", "1").await.unwrap();
            number
        }
        other => panic!("{other:?}"),
    }
}

fn file(products: usize) -> ProductFile {
    let mut csv = String::from(HEADER);
    for n in 0..products {
        let category = n / CATEGORY;
        csv += &format!(
            "item-{n},Item {n} of {category},Things {category},TRUE,ITEM-{n:06},66.00,100\n"
        );
    }
    ProductFile::parse(csv.as_bytes(), "GBP").unwrap()
}

/// How a table's rows are copied: what stands behind `FROM`, where `t` is the table and `ks.k` counts the
/// copies, the columns that are other ones in a copy, and which rows are copied. Columns with a time in them are moved on by the copy's time.
struct Copied {
    table: &'static str,
    only: &'static str,
    from: &'static str,
    other: &'static [(&'static str, &'static str)],
}

/// `HEX(n, digits)` is a number in hexadecimal digits, `KEY(time, key)` the key of a copy whose original is of
/// that time, `NUMBER(text)` the order number of a copy: functions that [`Sql`] writes out.
const STORE: [Copied; 8] = [
    Copied {
        table: "sessions",
        only: "",
        from: "sessions t",
        other: &[("id", "HEX(ks.k, 8) || substr(t.id, 9)")],
    },
    Copied {
        table: "session_tokens",
        only: "",
        from: "session_tokens t",
        other: &[
            ("token_hash", "HEX(ks.k, 8) || substr(t.token_hash, 9)"),
            ("session_id", "HEX(ks.k, 8) || substr(t.session_id, 9)"),
        ],
    },
    Copied {
        table: "carts",
        only: "",
        from: "carts t",
        other: &[
            ("order_key", "KEY(t.created_at, t.order_key)"),
            (
                "receipt",
                "substr(t.receipt, 1, 3) || HEX(ks.k, 5) || substr(t.receipt, 10) || substr(t.receipt, 9, 1)",
            ),
            ("session_id", "HEX(ks.k, 8) || substr(t.session_id, 9)"),
            ("follows", "NULL"),
        ],
    },
    Copied {
        table: "cart_lines",
        only: "",
        from: "cart_lines t JOIN carts o ON o.order_key = t.order_key",
        other: &[("order_key", "KEY(o.created_at, o.order_key)")],
    },
    Copied {
        table: "orders",
        only: "",
        from: "orders t",
        other: &[
            ("order_key", "KEY(t.placed_at, t.order_key)"),
            (
                "receipt",
                "substr(t.receipt, 1, 3) || HEX(ks.k, 5) || substr(t.receipt, 10) || substr(t.receipt, 9, 1)",
            ),
            ("session_id", "HEX(ks.k, 8) || substr(t.session_id, 9)"),
            ("number", "NUMBER(t.number)"),
        ],
    },
    Copied {
        table: "attempts",
        only: "",
        from: "attempts t JOIN orders o ON o.order_key = t.order_key",
        other: &[("order_key", "KEY(o.placed_at, o.order_key)")],
    },
    Copied {
        table: "order_notes",
        only: "",
        from: "order_notes t JOIN orders o ON o.order_key = t.order_key",
        other: &[("order_key", "KEY(o.placed_at, o.order_key)")],
    },
    Copied {
        table: "mails",
        only: "",
        from: "mails t JOIN orders o ON o.order_key = t.order_key",
        other: &[
            ("id", "KEY(o.placed_at, t.id)"),
            ("order_key", "KEY(o.placed_at, o.order_key)"),
        ],
    },
];

const ENTMINE: [Copied; 6] = [
    Copied {
        table: "verdicts",
        only: "",
        from: "verdicts t JOIN orders o ON o.key = t.key",
        other: &[("key", "KEY(o.placed_at_ms, o.key)")],
    },
    Copied {
        table: "orders",
        only: "",
        from: "orders t",
        other: &[
            ("number", "NUMBER(t.number)"),
            ("position", "t.position + ks.k * TEMPLATE"),
            ("key", "KEY(t.placed_at_ms, t.key)"),
            ("email", "replace(t.email, '@', '.' || ks.k || '@')"),
            ("email_key", "replace(t.email_key, '@', '.' || ks.k || '@')"),
            (
                "search_text",
                "replace(t.search_text, '@', '.' || ks.k || '@')",
            ),
        ],
    },
    Copied {
        table: "order_lines",
        only: "",
        from: "order_lines t",
        other: &[("number", "NUMBER(t.number)")],
    },
    Copied {
        table: "status_changes",
        only: "",
        from: "status_changes t",
        other: &[
            ("number", "NUMBER(t.number)"),
            (
                "position",
                "t.position + ks.k * (SELECT last FROM sequences WHERE name = 'status')",
            ),
        ],
    },
    Copied {
        table: "audit",
        only: "WHERE event LIKE 'order.%'",
        from: "audit t JOIN orders o ON o.key = t.subject",
        other: &[
            ("subject", "KEY(o.placed_at_ms, o.key)"),
            (
                "position",
                "t.position + ks.k * (SELECT COUNT(*) FROM of_audit)",
            ),
        ],
    },
    Copied {
        table: "stock_movements",
        only: "WHERE number IS NOT NULL",
        from: "stock_movements t",
        other: &[
            ("number", "NUMBER(t.number)"),
            (
                "position",
                "t.position + ks.k * (SELECT COUNT(*) FROM of_stock_movements)",
            ),
        ],
    },
];

/// Writes all copies of a database's tables, and moves its sequences behind them.
async fn copy(url: &str, tables: &[Copied], times: i64, shift_ms: i64) {
    let mut conn = AnyConnection::connect(url).await.unwrap();
    let is_sqlite = url.starts_with("sqlite:");
    if is_sqlite {
        run(&mut conn, "PRAGMA synchronous = OFF").await;
        // A million rows in an index that does not fit into memory take an hour.
        run(&mut conn, "PRAGMA cache_size = -1000000").await;
    }
    let is_entmine = tables.iter().any(|table| table.table == "verdicts");
    let sql = Sql {
        is_sqlite,
        times,
        shift_ms,
    };
    // The tables are read while they are written: only the template's rows are copied.
    for table in tables {
        let Copied { table, only, .. } = table;
        let kept = format!("CREATE TEMPORARY TABLE of_{table} AS SELECT * FROM {table} {only}");
        run(&mut conn, &kept).await;
    }
    let key = match is_entmine {
        true => "key",
        false => "order_key",
    };
    run(
        &mut conn,
        &format!("CREATE INDEX of_orders_by_key ON of_orders ({key})"),
    )
    .await;
    for table in tables {
        let row = sqlx::query(AssertSqlSafe(format!(
            "SELECT * FROM {} LIMIT 1",
            table.table
        )))
        .fetch_one(&mut conn)
        .await
        .unwrap();
        run(&mut conn, &sql.insert(table, &row)).await;
    }
    if is_entmine {
        for (name, of) in [
            ("status", "status_changes"),
            ("audit", "audit"),
            ("stock", "stock_movements"),
            ("orders", "orders"),
        ] {
            let last = format!(
                "UPDATE sequences SET last = (SELECT MAX(position) FROM {of}) WHERE name = '{name}'"
            );
            run(&mut conn, &last).await;
        }
        let last =
            "UPDATE sequences SET last = (SELECT COUNT(*) FROM orders) WHERE name LIKE 'number-%'";
        run(&mut conn, last).await;
    }
    if !is_sqlite {
        // As the server does by itself after a while.
        run(&mut conn, "VACUUM ANALYZE").await;
    }
    conn.close().await.unwrap();
}

/// What PostgreSQL does by itself a while after much was removed.
pub async fn tidy(databases: &Databases) {
    if let Databases::Postgres { store, entmine } = databases {
        for url in [store, entmine] {
            let mut conn = AnyConnection::connect(url).await.unwrap();
            run(&mut conn, "VACUUM ANALYZE").await;
            conn.close().await.unwrap();
        }
    }
}

async fn run(conn: &mut AnyConnection, sql: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(conn)
        .await;
    done.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// Writes the statements of one engine.
struct Sql {
    is_sqlite: bool,
    times: i64,
    shift_ms: i64,
}

impl Sql {
    fn insert(&self, copied: &Copied, row: &AnyRow) -> String {
        let names: Vec<&str> = row.columns().iter().map(Column::name).collect();
        let values: Vec<String> = names.iter().map(|name| self.value(copied, name)).collect();
        let (table, times) = (copied.table, self.times);
        let from = copied
            .from
            .replace(&format!("{table} t"), &format!("of_{table} t"));
        let from = from.replace("JOIN ", "JOIN of_");
        format!(
            "WITH RECURSIVE ks (k) AS (
                 SELECT CAST(1 AS BIGINT) WHERE {times} > 1 UNION ALL SELECT k + 1 FROM ks WHERE k < {times} - 1)
             INSERT INTO {table} ({}) SELECT {} FROM ks CROSS JOIN {from}",
            names.join(", "),
            values.join(", "),
        )
    }

    fn value(&self, copied: &Copied, name: &str) -> String {
        let other = copied.other.iter().find(|(column, _)| *column == name);
        match other {
            Some((_, value)) => self.written_out(value),
            None if name.ends_with("_at") || name.ends_with("at_ms") => {
                format!("t.{name} + ks.k * {}", self.shift_ms)
            }
            None => format!("t.{name}"),
        }
    }

    fn written_out(&self, value: &str) -> String {
        let value = value.replace("TEMPLATE", &TEMPLATE.to_string());
        if let Some(of) = value
            .strip_prefix("KEY(")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            let (time, key) = of.split_once(", ").unwrap();
            // EntMine has an order's time in whole seconds, and the key is the same there.
            let time = format!("({time} / 1000 * 1000 + ks.k * {})", self.shift_ms);
            let time = self.hex(&time, "12");
            return format!(
                "substr({time}, 1, 8) || '-' || substr({time}, 9, 4) || substr({key}, 14)"
            );
        }
        if let Some(of) = value
            .strip_prefix("NUMBER(")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            let count = format!("(CAST(substr({of}, 9) AS BIGINT) + ks.k * {TEMPLATE})");
            let count = match self.is_sqlite {
                true => format!("printf('%06d', {count})"),
                // A longer one is not to be cut.
                false => format!("lpad({count}::text, greatest(6, length({count}::text)), '0')"),
            };
            return format!("substr({of}, 1, 8) || {count}");
        }
        let Some((before, rest)) = value.split_once("HEX(") else {
            return value;
        };
        let (of, after) = rest.split_once(')').unwrap();
        let (number, digits) = of.split_once(", ").unwrap();
        format!("{before}{}{after}", self.hex(number, digits))
    }

    fn hex(&self, number: &str, digits: &str) -> String {
        match self.is_sqlite {
            true => format!("printf('%0{digits}x', {number})"),
            false => format!("lpad(to_hex({number}), {digits}, '0')"),
        }
    }
}
