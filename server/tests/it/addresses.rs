//! Addresses that are almost right, and files that are not there.

use crate::program::Program;
use database::Engine;
use database::testing::TestDatabase;
use reqwest::header::{ACCEPT, CACHE_CONTROL, LOCATION};

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let client = program.browser().client;
    for (path, target) in [
        ("/cart/", "/cart"),
        ("/checkout/", "/checkout"),
        ("/p/oak-wand-11-inch/", "/p/oak-wand-11-inch"),
        ("/c/wands/?page=2", "/c/wands?page=2"),
        ("/search/?q=60%25bamboo", "/search?q=60%25bamboo"),
        ("/orders//", "/orders"),
        ("//elsewhere.example/", "/elsewhere.example"),
    ] {
        let response = client
            .get(format!("{}{path}", program.base))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 308, "{path}");
        assert_eq!(response.headers()[LOCATION], target, "{path}");
    }
    let (status, _) = program.get("/").await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_missing_file_is_a_small_404_that_nobody_keeps() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let client = program.browser().client;
    for path in [
        "/products/none.webp",
        "/products/none",
        "/pkg/none.js",
        "/favicon.ico",
        "/apple-touch-icon.png",
        "/robots.txt",
        "/.well-known/security.txt",
    ] {
        let request = client.get(format!("{}{path}", program.base));
        let response = request
            .header(ACCEPT, "image/avif,image/webp,*/*")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store", "{path}");
        let body = response.text().await.unwrap();
        assert!(body.len() < 100, "{path}: {body:.200}");
    }
    // A page that is missing is kept by nobody either.
    for path in ["/no/such/page".to_owned(), format!("/{}", "x".repeat(300))] {
        let address = format!("{}{path}", program.base);
        let page = client.get(address).send().await.unwrap();
        assert_eq!(page.status(), 404, "{path}");
        assert_eq!(page.headers()[CACHE_CONTROL], "no-store");
        assert!(page.text().await.unwrap().contains("There is no such page"));
    }
}

#[tokio::test]
async fn a_name_that_is_too_long_for_a_file_is_one_that_is_not_there() {
    let data = tempfile::tempdir().unwrap();
    // A folder of the site that is there, so that the name itself is looked up.
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("products")).unwrap();
    let program = Program::start(data.path(), &["--site", site.path().to_str().unwrap()]);
    for length in [180, 252, 256, 5_000] {
        let name = "x".repeat(length);
        let (status, page) = program.get(&format!("/{name}")).await;
        assert_eq!(status, 404, "{length}");
        assert!(page.contains("There is no such page"), "{length}");
        let (status, file) = program.get(&format!("/products/{name}.webp")).await;
        assert_eq!(
            (status, &*file),
            (404, "There is no such file.\n"),
            "{length}"
        );
    }
}

#[tokio::test]
async fn a_shop_with_nothing_on_sale_has_no_empty_strip_of_categories() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--empty"]);
    let (_, page) = program.get("/").await;
    assert!(page.contains("There is nothing on sale yet"), "{page}");
    assert!(!page.contains("aria-label=\"Categories\""), "{page}");
    assert!(!page.contains("<h1></h1>"), "{page}");
}

#[tokio::test]
async fn a_products_page_always_has_its_name_in_the_title() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    // Whether the page is the faster or the head is chance, so more than once.
    for _ in 0..20 {
        let (_, page) = program.get("/p/oak-wand-11-inch").await;
        let title = page.split("<title>").nth(1).expect("a title");
        let title = title.split("</title>").next().unwrap();
        assert!(title.starts_with("Oak"), "{title}");
    }
    let (_, page) = program.get("/p/no-such-wand").await;
    assert!(
        page.contains("<title>There is no such product"),
        "{page:.600}"
    );
}

#[tokio::test]
async fn code_is_kept_for_good_at_an_address_that_its_content_has() {
    let data = tempfile::tempdir().unwrap();
    let site = tempfile::tempdir().unwrap();
    std::fs::create_dir(site.path().join("pkg")).unwrap();
    std::fs::write(site.path().join("pkg/wizastore.css"), "a{}").unwrap();
    let program = Program::start(data.path(), &["--site", site.path().to_str().unwrap()]);
    let (_, page) = program.get("/").await;
    let href = page.split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    let href = href.split('"').next().unwrap().to_owned();
    let client = program.browser().client;
    let get = async |path: &str| {
        let request = client.get(format!("{}{path}", program.base));
        let response = request.send().await.unwrap();
        let kept = response.headers()[CACHE_CONTROL]
            .to_str()
            .unwrap()
            .to_owned();
        (
            response.status().as_u16(),
            kept,
            response.text().await.unwrap(),
        )
    };
    let for_good = "public, max-age=31536000, immutable".to_owned();
    assert_eq!(get(&href).await, (200, for_good, "a{}".to_owned()));
    // A page of an older build gets what there is; nobody keeps that under the old address.
    let (older, file) = href.rsplit_once('/').unwrap();
    let older = format!("{}0000000000000000/{file}", &older[..older.len() - 16]);
    for path in [older.as_str(), "/pkg/wizastore.css"] {
        let now = (200, "no-cache".to_owned(), "a{}".to_owned());
        assert_eq!(get(path).await, now, "{path}");
    }
    let missing = href.replace(file, "none.js");
    let (status, kept, _) = get(&missing).await;
    assert_eq!((status, &*kept), (404, "no-store"));
}

/// The whole answer to a request whose address is sent byte by byte as it is.
fn raw_request(port: &str, address: &str) -> String {
    use std::io::{Read, Write};
    let mut line = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    // An older client gets no chunks.
    let request = format!("GET {address} HTTP/1.0\r\nhost: shop\r\n\r\n");
    line.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn odd_addresses(engine: Engine) {
    let data = tempfile::tempdir().unwrap();
    let database = TestDatabase::new(engine).await;
    let env = [("WIZASTORE_DATABASE_URL", database.url())];
    let program = Program::serve(data.path(), &[], &env);
    for (path, status, text) in [
        ("/p/x%00", 404, "There is no such product"),
        ("/c/x%00", 404, "There is no such category"),
        ("/orders/%00", 404, "There is no such order"),
        ("/p/%ff", 404, "There is no such product"),
        ("/search?q=%00", 200, "What are you looking for?"),
        ("/search?q=wand%00s", 200, "Search for “wands”"),
        ("/search?q=60%25bamboo", 200, "Search for “60%bamboo”"),
        ("/search?q=60%2525bamboo", 200, "Search for “60%25bamboo”"),
        ("/search?q=caf%C3%A9+noir", 200, "Search for “café noir”"),
        (
            "/search?q=oak%E2%80%AEwand%E2%81%A7",
            200,
            "Search for “oakwand”",
        ),
        ("/search?q=wand%ff%fe%c3", 200, "Search for “wand”"),
        ("/p/%E2%80%AEx", 404, "There is no such product"),
        ("/c/%E2%80%AE%ff", 404, "There is no such category"),
        ("/orders/%ff", 404, "There is no such order"),
        ("/search?q=WAND-OAK-11", 200, "1 product"),
        (
            "/search?q=a&page=99999999999999999999",
            200,
            "Previous page",
        ),
        ("/search?q=a&page=two", 200, "Page 1 of"),
        ("/c/wands?page=-1", 200, "Wands"),
        ("/orders?page=99999999999999999999", 200, "No orders yet."),
    ] {
        let (found, body) = program.get(path).await;
        assert_eq!(found, status, "{path}");
        assert!(body.contains(text), "{path} lacks {text:?}: {body}");
        assert!(
            !body.contains(['\u{fffd}', '\u{202e}', '\u{2067}']),
            "{path}"
        );
        assert_eq!(body.matches("<h1").count(), 1, "{path}");
    }
    // As no browser would send it.
    let raw = raw_request(program.port(), "/search?q=oak\u{202e}wand");
    assert!(raw.starts_with("HTTP/1.0 200"), "{raw}");
    assert!(
        raw.contains("Search for “oakwand”") && !raw.contains('\u{202e}'),
        "{raw}"
    );
    let browser = program.browser();
    for (door, fields) in [
        ("/api/cart/add", [("sku", "\0"), ("quantity", "1")]),
        ("/api/cart/set", [("sku", "WAND\0"), ("quantity", "1")]),
        ("/api/orders/status", [("receipt", "\0"), ("x", "")]),
        ("/api/orders/retry", [("receipt", "\0"), ("x", "")]),
        ("/api/pages/product", [("slug", "\0"), ("x", "")]),
        ("/api/pages/stock", [("sku", "\0"), ("x", "")]),
    ] {
        let request = browser.post(door).header(ACCEPT, "application/json");
        let status = request.form(&fields).send().await.unwrap().status();
        assert_eq!(status, 200, "{door}");
    }
    assert!(!program.log().contains("ERROR"), "{}", program.log());
}

#[tokio::test]
async fn odd_addresses_are_answered_like_any_other() {
    odd_addresses(Engine::Sqlite).await;
}

#[tokio::test]
async fn odd_addresses_are_answered_like_any_other_on_postgres() {
    odd_addresses(Engine::Postgres).await;
}
