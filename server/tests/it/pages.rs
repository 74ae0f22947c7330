//! Pages without a browser: statuses, headers, and what stands in them.

use crate::program::{Program, binary, field};
use base64::prelude::{BASE64_STANDARD, Engine};
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::time::Duration;

async fn get(base: &str, path: &str) -> (u16, reqwest::header::HeaderMap, String) {
    let response = reqwest::get(format!("{base}{path}")).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.text().await.unwrap())
}

#[tokio::test]
async fn every_page_answers_with_its_status_and_sets_no_cookie() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    for (path, status, text) in [
        ("/", 200, "Wands"),
        ("/c/wands", 200, "£"),
        ("/categories", 200, "8 categories"),
        ("/c/candles-light?page=1", 200, "£"),
        ("/search?q=wand", 200, "wand"),
        ("/search?q=nothinglikethis", 200, "nothinglikethis"),
        ("/p/oak-wand-11-inch", 200, "in stock"),
        ("/cart", 200, "<h1"),
        ("/checkout", 200, "<h1"),
        ("/orders", 200, "<h1"),
        ("/orders/00000000000000000000000000000000", 404, "<h1"),
        ("/p/no-such-product", 404, "<h1"),
        ("/c/no-such-category", 404, "<h1"),
        ("/no/such/page", 404, "<h1"),
        ("/rehearsal", 404, "<h1"),
        ("/healthz", 200, "ok"),
        ("/readyz", 200, "ready"),
        ("/metrics", 200, "entmine_orders 0"),
    ] {
        let (found, headers, body) = get(&program.base, path).await;
        assert_eq!(found, status, "{path}");
        assert!(body.contains(text), "{path} lacks {text:?}: {body:.600}");
        assert!(
            !headers.contains_key("set-cookie"),
            "{path}: crawlers make no session"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
    }
}

/// A page of one visitor's own names its scripts by a nonce, one that others get too by their hashes.
#[tokio::test]
async fn inline_scripts_are_allowed_and_nothing_else() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    for path in [
        "/cart",
        "/",
        "/",
        "/p/oak-wand-11-inch",
        "/p/oak-wand-11-inch",
    ] {
        let (_, headers, body) = get(&program.base, path).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        let (_, scripts) = policy.split_once("script-src ").unwrap();
        let (scripts, _) = scripts.split_once(';').unwrap();
        assert!(!scripts.contains("unsafe-inline"), "{policy}");
        for script in body.split("<script").skip(1) {
            let (attributes, code) = script.split_once('>').unwrap();
            let (code, _) = code.split_once("</script>").unwrap();
            let allowed = match scripts.split_once("'nonce-") {
                Some((_, nonce)) => {
                    let (nonce, _) = nonce.split_once('\'').unwrap();
                    attributes.contains(&format!("nonce=\"{nonce}\""))
                }
                None => scripts.contains(&BASE64_STANDARD.encode(Sha256::digest(code))),
            };
            assert!(allowed, "{path}: {policy}: {script:.200}");
        }
    }
    let nonce = async || get(&program.base, "/cart").await.1["content-security-policy"].clone();
    assert_ne!(nonce().await, nonce().await);
}

/// What is made for nobody and completed for one is what is rendered for that one alone, and nothing of it is on
/// anybody else's.
#[tokio::test]
async fn a_shared_page_is_the_one_that_is_rendered_for_its_visitor() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let mut browser = program.browser();
    browser.fill_cart("7").await;
    let cookie = browser.cookie.clone().unwrap();
    let mine = "Cart, 7 ";
    for path in [
        "/",
        "/c/wands",
        "/categories",
        "/search?q=wand",
        "/p/oak-wand-11-inch",
    ] {
        let url = format!("{}{path}", program.base);
        let ask = async |alone: bool| {
            let mut asked = browser.client.get(&url).header("cookie", &cookie);
            if alone {
                // Such pages may be behind somebody's password, and are not shared.
                asked = asked.basic_auth("a", Some("b"));
            }
            let answer = asked.send().await.unwrap();
            let headers = answer.headers().clone();
            (headers, answer.text().await.unwrap())
        };
        let (_, first) = ask(false).await;
        assert!(first.contains(mine), "{path}: {first}");
        let (headers, own) = ask(true).await;
        assert!(!headers.contains_key(ETAG), "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        let (_, nonce) = policy.split_once("'nonce-").unwrap();
        let (nonce, _) = nonce.split_once('\'').unwrap();
        let own = own.replace(&format!(" nonce=\"{nonce}\""), "");
        let own = own.replace(&format!("\"{nonce}\""), "\"\"");
        // A product's page is kept for a second after it was sent to somebody without a session.
        let shared = loop {
            let (_, _, others) = get(&program.base, path).await;
            assert!(!others.contains(mine), "{path}");
            let (headers, shared) = ask(false).await;
            if headers.contains_key(ETAG) {
                break shared;
            }
        };
        assert_eq!(shared, own, "{path}");
        let (_, _, others) = get(&program.base, path).await;
        assert!(!others.contains(mine), "{path}");
    }
}

/// A browser that has the page is told so in a few bytes, however it is compressed.
#[tokio::test]
async fn a_page_is_sent_once_and_compressed_once() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let client = reqwest::Client::new();
    let ask = async |encoding: &str, known: Option<&HeaderValue>| {
        let mut asked = client.get(format!("{}/c/wands", program.base));
        asked = asked.header(ACCEPT_ENCODING, encoding);
        if let Some(known) = known {
            asked = asked.header(IF_NONE_MATCH, known.clone());
        }
        let answer = asked.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        (status, headers, answer.bytes().await.unwrap())
    };
    let (_, plain, page) = ask("identity", None).await;
    assert!(!plain.contains_key(CONTENT_ENCODING));
    for encoding in ["br", "gzip"] {
        let (status, headers, first) = ask(encoding, None).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[CONTENT_ENCODING], encoding);
        assert!(first.len() * 3 < page.len(), "{encoding}: {}", first.len());
        let (_, again, second) = ask(encoding, None).await;
        assert_eq!(first, second);
        assert_eq!(again[CONTENT_LENGTH], first.len().to_string());
        assert!(again[VARY].to_str().unwrap().contains("accept-encoding"));
        let (status, known, nothing) = ask(encoding, Some(&headers[ETAG])).await;
        assert_eq!((status, nothing.len()), (StatusCode::NOT_MODIFIED, 0));
        assert_eq!(known[ETAG], plain[ETAG]);
        assert_eq!(known[VARY], again[VARY]);
        assert!(!known.contains_key(CONTENT_ENCODING));
    }
}

#[tokio::test]
async fn what_a_customer_types_never_becomes_markup() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--rehearsal"]);
    let mut browser = program.browser();
    let fields = browser.fill_cart("1").await;
    let evil = "</textarea></script><script>alert(1)</script>\"'><img src=x>";
    let mut typed = fields.clone();
    for name in ["name", "line1", "line2", "city", "note", "email"] {
        typed = crate::program::with(&typed, name, evil);
    }
    // Refused for its e-mail address: the form comes back as it was filled in.
    browser.door("/api/orders/submit", &typed).await;
    let cookie = browser.cookie.clone().unwrap();
    let client = browser.client.clone();
    let page = |path: String| client.get(path).header("cookie", cookie.clone()).send();
    let checkout = page(format!("{}/checkout", program.base))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!checkout.contains("<script>alert") && !checkout.contains("<img src=x"));
    assert!(checkout.contains("alert(1)"), "the form was kept");
    let typed = crate::program::with(&typed, "email", "ada@example.org");
    browser.door("/api/orders/submit", &typed).await;
    let receipt = format!("{}/orders/{}", program.base, field(&typed, "receipt"));
    let receipt = page(receipt).await.unwrap().text().await.unwrap();
    assert!(!receipt.contains("<script>alert") && !receipt.contains("<img src=x"));
    let search = format!(
        "{}/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        program.base
    );
    let search = page(search).await.unwrap().text().await.unwrap();
    assert!(!search.contains("<script>alert"));
}

#[tokio::test]
async fn the_rehearsal_shows_on_every_page_and_is_there_only_when_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--rehearsal"]);
    let (status, _, page) = get(&program.base, "/rehearsal").await;
    assert_eq!(status, 200);
    assert!(page.contains("Reply lost"));
    let (_, _, home) = get(&program.base, "/").await;
    assert!(home.contains("/rehearsal"), "the banner leads there");
    let refused = reqwest::Client::new()
        .post(format!("{}/rehearsal", program.base))
        .form(&[("mode", "nonsense")])
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 422);
}

#[tokio::test]
async fn what_belongs_to_one_customer_is_not_indexed_and_https_stays_https() {
    let data = tempfile::tempdir().unwrap();
    for (url, hsts) in [
        ("https://shop.example", Some("max-age=31536000")),
        ("http://shop.example", None),
    ] {
        let program = Program::start(data.path(), &["--public-url", url]);
        for (path, indexed) in [
            ("/", true),
            ("/p/oak-wand-11-inch", true),
            ("/how-ordering-works", true),
            ("/categories", true),
            ("/orders", false),
            ("/orders/00000000000000000000000000000000", false),
            ("/cart", false),
            ("/checkout", false),
        ] {
            let (_, headers, _) = get(&program.base, path).await;
            let robots = headers
                .get("x-robots-tag")
                .map(|value| value.to_str().unwrap());
            assert_eq!(robots.is_none(), indexed, "{path}: {robots:?}");
            if let Some(robots) = robots {
                assert!(robots.contains("noindex"), "{path}: {robots}");
            }
            let found = headers.get("strict-transport-security");
            assert_eq!(found.map(|value| value.to_str().unwrap()), hsts, "{path}");
            let permissions = headers["permissions-policy"].to_str().unwrap();
            assert!(permissions.contains("geolocation=()"), "{path}");
            assert_eq!(
                headers["cross-origin-opener-policy"], "same-origin",
                "{path}"
            );
            assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        }
    }
}

#[tokio::test]
async fn a_session_lasts_in_the_browser_as_long_as_in_the_store() {
    // Also where carts are kept for longer than orders are shown.
    for (days, seconds) in [("60", 60 * 86_400), ("7", 30 * 86_400)] {
        let data = tempfile::tempdir().unwrap();
        let program = Program::start(data.path(), &["--keep-sessions", days]);
        let wand = [("sku", "WAND-OAK-11"), ("quantity", "1")];
        let add = reqwest::Client::new().post(format!("{}/api/cart/add", program.base));
        let reply = add.form(&wand).send().await.unwrap();
        let cookie = reply.headers()["set-cookie"].to_str().unwrap();
        assert!(
            cookie.contains(&format!("; Max-Age={seconds};")),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn a_browser_that_is_to_forget_loses_its_cookie_and_what_it_kept() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let mut browser = program.browser();
    browser.fill_cart("1").await;
    let request = browser.post("/api/session/forget");
    let request = request
        .header("accept", "text/html")
        .form::<[(&str, &str)]>(&[]);
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), 303);
    assert_eq!(reply.headers()["location"], "/orders?forgotten");
    let cookie = reply.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("wizastore_session=; ") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    assert_eq!(reply.headers()["clear-site-data"], "\"storage\"");
    // The old cookie opens nothing either.
    let cart = browser.client.get(format!("{}/cart", program.base));
    let cart = cart
        .header("cookie", browser.cookie.unwrap())
        .send()
        .await
        .unwrap();
    assert!(cart.text().await.unwrap().contains("Your cart is empty."));
}

#[tokio::test]
async fn a_picture_elsewhere_is_allowed_as_soon_as_its_product_is_shown() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--empty"]);
    let get = async |path: &str| {
        let page = reqwest::get(format!("{}{path}", program.base)).await;
        let page = page.unwrap();
        let policy = page.headers()["content-security-policy"].to_str();
        let policy = policy.unwrap().to_owned();
        (policy, page.text().await.unwrap())
    };
    let (policy, _) = get("/").await;
    assert!(policy.contains("img-src 'self'"), "{policy}");
    for name in ["lamp", "rug"] {
        let file = data.path().join("linked.csv");
        let host = format!("https://{name}s.example");
        let csv =
            format!("Handle,Title,SKU,Price,Image Src\n{name},A {name},{name},1,{host}/1.png\n");
        std::fs::write(&file, csv).unwrap();
        let mut import = binary();
        import.args(["import", "--pictures", "link", "--data"]);
        let done = import.arg(data.path()).arg(&file).output().unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let (policy, page) = get(&format!("/p/{name}")).await;
        assert!(page.contains(&format!("{host}/1.png")), "{page}");
        assert!(policy.contains(&host), "{policy}");
    }
}

/// Puts 14 categories into an empty shop that is open; the last two have two products, the others one.
async fn import_categories(program: &Program, data: &Path) {
    let mut csv = "Handle,Title,Type,Variant SKU,Variant Price,Variant Inventory Qty\n".to_owned();
    for (n, kind) in (1..=14).chain([13, 14]).enumerate() {
        csv += &format!("item-{n},Item {n},Kind {kind:02},SKU-{n},1.00,5\n");
    }
    let file = data.join("kinds.csv");
    std::fs::write(&file, csv).unwrap();
    let mut import = binary();
    import.arg("import").arg(&file).arg("--data").arg(data);
    let done = import.output().unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let arrived = async {
        while !program.get("/categories").await.1.contains("14 categories") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let arrived = tokio::time::timeout(Duration::from_secs(20), arrived).await;
    assert!(arrived.is_ok(), "{}", program.log());
}

#[tokio::test]
async fn of_many_categories_pages_name_a_dozen_and_one_page_has_them_all() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--empty"]);
    let (status, page) = program.get("/categories").await;
    assert_eq!(status, 200);
    assert!(page.contains("There is nothing on sale yet."), "{page}");
    assert!(page.contains("<title>All categories · "), "{page:.600}");

    import_categories(&program, data.path()).await;
    // A dozen in the bar, and on the home page a dozen tiles.
    for (path, links, to_all) in [
        ("/", 24, 2),
        ("/cart", 12, 1),
        ("/how-ordering-works", 12, 1),
    ] {
        let (_, page) = program.get(path).await;
        assert_eq!(page.matches("href=\"/c/kind-").count(), links, "{path}");
        assert_eq!(
            page.matches("href=\"/categories\"").count(),
            to_all,
            "{path}"
        );
        assert!(
            page.contains("/c/kind-14") && !page.contains("/c/kind-12"),
            "{path}"
        );
    }
    let (_, page) = program.get("/categories").await;
    assert_eq!(page.matches("href=\"/c/kind-").count(), 12 + 14);
    assert!(page.contains("/c/kind-12") && page.contains("2 products"));
    // The bar says where one is, also in a category that it does not name.
    for (path, page, of_all) in [
        ("/categories", 1, 0),
        ("/c/kind-14", 1, 0),
        ("/c/kind-12", 0, 1),
        ("/cart", 0, 0),
    ] {
        let (_, html) = program.get(path).await;
        let found = |mark: &str| html.matches(&format!("aria-current=\"{mark}\"")).count();
        assert_eq!((found("page"), found("true")), (page, of_all), "{path}");
    }
}
