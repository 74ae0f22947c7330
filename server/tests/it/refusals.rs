//! What a browser without JavaScript gets where something is refused or away: a page of the shop, with
//! what was typed.

use crate::program::{Browser, Fields, Program, field, form, with};
use database::Engine;
use database::testing::TestDatabase;
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, COOKIE, ORIGIN, RETRY_AFTER};
use sqlx::{AnyConnection, Connection};

const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
const FORM: &str = "application/x-www-form-urlencoded";

/// What came, as far as it matters here.
struct Page {
    status: u16,
    retry_after: Option<String>,
    text: String,
}

async fn sent(request: reqwest::RequestBuilder) -> Page {
    let response = request.header(ACCEPT, HTML).send().await.unwrap();
    let headers = response.headers().clone();
    let page = Page {
        status: response.status().as_u16(),
        retry_after: headers
            .get(RETRY_AFTER)
            .map(|value| value.to_str().unwrap().to_owned()),
        text: response.text().await.unwrap(),
    };
    if page.status >= 400 {
        let kind = headers[CONTENT_TYPE].to_str().unwrap();
        assert!(kind.starts_with("text/html"), "{kind}: {}", page.text);
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        assert_eq!(page.text.matches("<h1").count(), 1, "{}", page.text);
        assert!(page.text.contains("href=\"/cart\""), "a way back");
    }
    page
}

async fn get(browser: &Browser, path: &str) -> Page {
    let request = browser.client.get(format!("{}{path}", browser.base));
    let cookie = browser.cookie.clone().unwrap_or_default();
    sent(request.header(COOKIE, cookie)).await
}

#[tokio::test]
async fn a_refused_order_comes_back_as_a_page_with_what_was_typed() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let mut browser = program.browser();
    let fields = browser.fill_cart("2").await;
    let typed = with(&fields, "line1", "1 <Owl> \"Lane\"");
    let submit = || browser.post("/api/orders/submit");
    let huge = format!("name={}", "x".repeat(100 * 1024));
    for (status, request) in [
        (
            403,
            submit().header(ORIGIN, "https://evil.example").form(&typed),
        ),
        (
            400,
            submit().header(CONTENT_TYPE, FORM).body("name=a&name=b"),
        ),
        (413, submit().header(CONTENT_TYPE, FORM).body(huge)),
        (
            415,
            submit().header(CONTENT_TYPE, "text/plain").body("name=x"),
        ),
    ] {
        let page = sent(request).await;
        assert_eq!(page.status, status);
        assert!(page.text.contains("Your order was not placed"), "{status}");
        assert!(page.text.contains("Cart, 2 pieces"), "{status}: the cart");
        if status == 403 {
            assert!(
                page.text.contains("1 &lt;Owl&gt; &quot;Lane&quot;"),
                "{}",
                page.text
            );
            assert!(page.text.contains(&field(&fields, "order_key")));
        }
    }
    let encoded = |fields: &Fields| {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields).finish()
    };
    for spoilt in ["note=Ada%ff", "name=Again", "Foo-Bar=1"] {
        let body = format!("{}&{spoilt}", encoded(&typed));
        let page = sent(submit().header(CONTENT_TYPE, FORM).body(body)).await;
        assert_eq!(page.status, 400, "{spoilt}");
        assert!(page.text.contains("1 &lt;Owl&gt;"), "{spoilt}");
        assert!(page.text.contains(&field(&fields, "order_key")), "{spoilt}");
        assert!(page.text.contains("Look it through"), "{spoilt}");
    }
    for key in ["", "none"] {
        let page = sent(submit().form(&with(&typed, "order_key", key))).await;
        assert_eq!(page.status, 303, "{key:?}");
        let page = get(&browser, "/checkout").await;
        let words = "This form did not say which cart it belongs to.";
        assert!(page.text.contains(words), "{key:?}: {}", page.text);
        assert!(page.text.contains("1 &lt;Owl&gt;"), "{key:?}");
    }
    let mut refused = None;
    for _ in 0..300 {
        // A key that cannot be one, so that nothing is ordered.
        let page = sent(submit().form(&with(&typed, "order_key", "none"))).await;
        if page.status == 429 {
            refused = Some(page);
            break;
        }
    }
    let page = refused.expect("a flood is slowed down");
    assert_eq!(page.retry_after.as_deref(), Some("5"));
    assert!(page.text.contains("1 &lt;Owl&gt;"), "{}", page.text);
    assert_eq!(program.metric("entmine_orders").await, 0);
}

#[tokio::test]
async fn somebody_who_goes_to_a_door_is_shown_its_page() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let client = program.browser().client;
    for (door, page) in [
        ("/api/orders/submit", "/checkout"),
        ("/api/cart/add", "/cart"),
        ("/api/orders/cancel", "/orders"),
    ] {
        let request = client.get(format!("{}{door}", program.base));
        let response = request.header(ACCEPT, HTML).send().await.unwrap();
        assert_eq!(response.status(), 303, "{door}");
        assert_eq!(response.headers()["location"], page);
    }
}

/// Takes tables of the store away, or brings them back.
async fn rename(url: &str, tables: &[&str], away: bool) {
    sqlx::any::install_default_drivers();
    let mut db = AnyConnection::connect(url).await.unwrap();
    for table in tables {
        let sql = match away {
            true => format!("ALTER TABLE {table} RENAME TO {table}_away"),
            false => format!("ALTER TABLE {table}_away RENAME TO {table}"),
        };
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&mut db)
            .await
            .unwrap();
    }
    db.close().await.unwrap();
}

async fn submit(browser: &Browser, fields: &Fields) -> Page {
    sent(browser.post("/api/orders/submit").form(fields)).await
}

async fn the_store_s_database_is_away(engine: Engine) {
    let data = tempfile::tempdir().unwrap();
    let database = TestDatabase::new(engine).await;
    let env = [("WIZASTORE_DATABASE_URL", database.url())];
    let program = Program::serve(data.path(), &[], &env);
    let mut browser = program.browser();
    let fields = browser.fill_cart("2").await;
    let typed = with(&fields, "line1", "1 <Owl> Lane");
    let tables = ["sessions", "carts", "products"];
    rename(database.url(), &tables, true).await;

    for path in [
        "/",
        "/cart",
        "/checkout",
        "/orders",
        "/c/wands",
        "/p/oak-wand-11-inch",
        "/search?q=oak",
        "/no/such/page",
    ] {
        let page = get(&browser, path).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(page.retry_after.is_some(), "{path}");
        assert!(!page.text.contains("Cart, empty"), "{path}: nobody knows");
        assert!(!page.text.contains("There is no such"), "{path}: nor this");
    }
    let page = submit(&browser, &typed).await;
    assert_eq!(page.status, 503);
    assert!(page.retry_after.is_some());
    assert!(
        page.text.contains("Your order was not placed"),
        "{}",
        page.text
    );
    assert!(page.text.contains("1 &lt;Owl&gt; Lane"), "{}", page.text);
    assert!(!page.text.contains("nothing that you ordered is lost"));
    let change = form(&[("sku", "WAND-OAK-11"), ("quantity", "1")]);
    for door in ["/api/cart/add", "/api/cart/set"] {
        let page = sent(browser.post(door).form(&change)).await;
        assert_eq!(page.status, 503, "{door}");
        assert!(page.text.contains("value=\"WAND-OAK-11\""), "{}", page.text);
    }
    // A script gets its own kind of answer.
    let script = browser
        .post("/api/cart/add")
        .header(ACCEPT, "application/json");
    let answer = script.form(&change).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key(RETRY_AFTER));
    let told: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(told["error"], "unavailable");

    rename(database.url(), &tables, false).await;
    assert_eq!(program.metric("entmine_orders").await, 0);
    assert_eq!(get(&browser, "/").await.status, 200);
    assert_eq!(submit(&browser, &typed).await.status, 303);
    program.until("entmine_orders", 1).await;
}

#[tokio::test]
async fn with_the_database_away_nothing_is_placed_and_the_form_comes_back() {
    the_store_s_database_is_away(Engine::Sqlite).await;
}

#[tokio::test]
async fn with_the_database_away_nothing_is_placed_and_the_form_comes_back_on_postgres() {
    the_store_s_database_is_away(Engine::Postgres).await;
}

async fn nothing_can_be_written(engine: Engine) {
    let data = tempfile::tempdir().unwrap();
    let database = TestDatabase::new(engine).await;
    let env = [("WIZASTORE_DATABASE_URL", database.url())];
    let program = Program::serve(data.path(), &[], &env);
    let mut browser = program.browser();
    let fields = browser.fill_cart("1").await;
    let typed = with(&fields, "line1", "1 Owl Lane, by the well");
    rename(database.url(), &["carts"], true).await;
    let page = submit(&browser, &typed).await;
    assert_eq!(page.status, 503);
    assert!(
        page.text.contains("Your order was not placed"),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("1 Owl Lane, by the well"),
        "{}",
        page.text
    );
    rename(database.url(), &["carts"], false).await;
    assert_eq!(program.metric("entmine_orders").await, 0);
}

#[tokio::test]
async fn a_form_that_could_not_be_kept_is_in_the_answer() {
    nothing_can_be_written(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_form_that_could_not_be_kept_is_in_the_answer_on_postgres() {
    nothing_can_be_written(Engine::Postgres).await;
}
