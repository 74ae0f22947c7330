//! EntMine's back office from outside: sessions, roles, conflicts, files.

use crate::program::{Program, binary};
use entmine::{Clock, SystemClock};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use server::office::{Needs, routes};
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub const PASSWORD: &str = "correct horse battery";

/// `wizastore user …` with a password on standard input.
pub fn user(data: &Path, args: &[&str], password: &str) -> Output {
    let mut child = binary()
        .arg("user")
        .args(args)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that asks for none closes it.
    let _ = writeln!(stdin, "{password}");
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn added(data: &Path, name: &str, role: &str) {
    let output = user(data, &["add", name, "--role", role], PASSWORD);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// A back office with a clerk and a manager.
pub struct Desk {
    pub program: Program,
    pub data: TempDir,
}

impl Desk {
    pub fn open(args: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let program = Program::start(data.path(), args);
        Self::with_staff(program, data)
    }

    pub fn with_staff(program: Program, data: TempDir) -> Self {
        added(data.path(), "robin", "clerk");
        added(data.path(), "morgan", "manager");
        Self { program, data }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.program.base)
    }

    /// Somebody's browser, which follows no redirects by itself.
    pub async fn signed_in(&self, name: &str) -> Browser<'_> {
        let browser = self.nobody();
        let reply = browser
            .post(
                "/entmine/sign-in",
                &[("name", name), ("password", PASSWORD)],
            )
            .await;
        assert_eq!(reply.status(), StatusCode::SEE_OTHER);
        browser
    }

    pub fn nobody(&self) -> Browser<'_> {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none());
        Browser {
            desk: self,
            client: client.build().unwrap(),
        }
    }
}

pub struct Browser<'d> {
    desk: &'d Desk,
    client: Client,
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Response {
        self.client.get(self.desk.url(path)).send().await.unwrap()
    }

    pub async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        reply.text().await.unwrap()
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.client.post(self.desk.url(path)).form(form);
        request.send().await.unwrap()
    }
}

pub fn header<'r>(reply: &'r Response, name: &str) -> &'r str {
    reply
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// The value of the first field of this name in a page.
fn value_of(page: &str, name: &str) -> String {
    let field = page.split(&format!("name=\"{name}\"")).nth(1).unwrap();
    let value = field.split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

/// An address of a route, with something in the place of its variables.
fn filled(path: &str) -> String {
    path.replace("{number}", "SO-2026-000001")
        .replace("{step}", "pick")
        .replace("{sku}", "WAND-OAK-11")
        .replace("{name}", "wizastore")
}

#[tokio::test]
async fn nothing_is_shown_or_done_without_a_session_of_the_right_role() {
    let desk = Desk::open(&[]);
    let (nobody, clerk) = (desk.nobody(), desk.signed_in("robin").await);
    let send = async |browser: &Browser<'_>, method: &str, path: &str| match method {
        "GET" => browser.get(path).await,
        "POST" => browser.post(path, &[]).await,
        other => panic!("{other}"),
    };
    let mut guarded = 0;
    // Signing out would end the session that the others are tried with.
    let routes = routes()
        .into_iter()
        .filter(|route| route.path != "/entmine/sign-out");
    for route in routes {
        let (method, path) = (route.method, filled(route.path));
        let without = send(&nobody, method, &path).await;
        let with = send(&clerk, method, &path).await;
        let sent_away = header(&without, "location").starts_with("/entmine/sign-in");
        match route.needs {
            Needs::Nobody => assert!(!sent_away, "{method} {path}"),
            Needs::Clerk => {
                assert!(sent_away, "{method} {path}");
                assert_ne!(with.status(), StatusCode::FORBIDDEN, "{method} {path}");
                let away = header(&with, "location").starts_with("/entmine/sign-in");
                assert!(!away, "{method} {path}");
            }
            Needs::Manager => {
                assert!(sent_away, "{method} {path}");
                assert_eq!(with.status(), StatusCode::FORBIDDEN, "{method} {path}");
                guarded += 1;
            }
        }
    }
    assert!(guarded > 10, "{guarded}");
    // Without a session nothing personal is searched, and the way back is known.
    let reply = nobody.get("/entmine/orders?status=new").await;
    let wanted = "/entmine/sign-in?next=%2Fentmine%2Forders%3Fstatus%3Dnew";
    assert_eq!(header(&reply, "location"), wanted);
}

#[tokio::test]
async fn every_manager_page_opens_and_says_that_it_is_not_kept_and_has_no_script() {
    let desk = Desk::open(&[]);
    let manager = desk.signed_in("morgan").await;
    for route in routes().into_iter().filter(|route| route.method == "GET") {
        let path = filled(route.path);
        // A redirect, an order that is not there, a file that no import left.
        if path == "/entmine" || path.contains("SO-2026") || path.ends_with("refused.csv") {
            continue;
        }
        let reply = manager.get(&path).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        let policy = header(&reply, "content-security-policy").to_owned();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self'"),
            "{path}: {policy}"
        );
        if path != "/entmine/office.css" {
            assert_eq!(header(&reply, "cache-control"), "no-store", "{path}");
        }
        let page = reply.text().await.unwrap();
        assert!(!page.contains("<script"), "{path}");
    }
    for missing in [
        "/entmine/products/NONE",
        "/entmine/orders/SO-2026-999999",
        "/entmine/orders/SO-2026-000001/eat",
        "/entmine/nothing/here",
    ] {
        let reply = manager.get(missing).await;
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "{missing}");
        // One is still in the back office.
        let page = reply.text().await.unwrap();
        assert!(
            page.contains("aria-label=\"Back office\""),
            "{missing}: {page}"
        );
        let outside = desk.nobody().get(missing).await.text().await.unwrap();
        assert!(!outside.contains("aria-label=\"Back office\""), "{missing}");
    }
}

#[tokio::test]
async fn an_address_that_only_takes_forms_is_a_page_too() {
    let desk = Desk::open(&[]);
    let manager = desk.signed_in("morgan").await;
    for path in ["/entmine/orders/search", "/entmine/customers/erase"] {
        let reply = manager.get(path).await;
        assert_eq!(reply.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(header(&reply, "allow"), "POST", "{path}");
        let page = reply.text().await.unwrap();
        assert!(page.contains("only takes forms"), "{page}");
        assert!(page.contains("aria-label=\"Back office\""), "{page}");
    }
    let reply = manager.get("/entmine/orders/").await;
    assert_eq!(header(&reply, "location"), "/entmine/orders");
}

#[tokio::test]
async fn a_form_that_comes_after_the_session_is_lost_with_a_word_and_a_way_back() {
    let desk = Desk::open(&[]);
    let nobody = desk.nobody();
    let product = "/entmine/products/WAND-OAK-11";
    let from = desk.url(&format!("{product}?done=saved"));
    let receive = nobody.client.post(desk.url(&format!("{product}/receive")));
    let request = receive.header("referer", from).form(&[("pieces", "5")]);
    let reply = request.send().await.unwrap();
    let to = "/entmine/sign-in?done=ended&next=%2Fentmine%2Fproducts%2FWAND-OAK-11";
    assert_eq!(header(&reply, "location"), to);
    let page = nobody.page(to).await;
    assert!(page.contains("Nothing was saved"), "{page}");
    assert_eq!(value_of(&page, "next"), product);
    // Nowhere else, whoever linked to it.
    let receive = nobody.client.post(desk.url(&format!("{product}/receive")));
    let request = receive.header("referer", "https://evil.example/entmine");
    let reply = request.send().await.unwrap();
    let to = header(&reply, "location");
    assert!(
        !to.contains("evil") && to.starts_with("/entmine/sign-in?done=ended"),
        "{to}"
    );
    // Whoever signs out has nothing to save.
    let reply = nobody.post("/entmine/sign-out", &[]).await;
    assert_eq!(header(&reply, "location"), "/entmine/sign-in");
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_guessing_is_slowed_down() {
    let desk = Desk::open(&[]);
    let browser = desk.nobody();
    let mut statuses = Vec::new();
    for _attempt in 0..12 {
        let form = [("name", "robin"), ("password", "wrong")];
        let reply = browser.post("/entmine/sign-in", &form).await;
        assert_eq!(header(&reply, "set-cookie"), "");
        statuses.push(reply.status());
    }
    assert_eq!(statuses[0], StatusCode::UNAUTHORIZED);
    assert_eq!(statuses[11], StatusCode::TOO_MANY_REQUESTS);
    // Somebody else can still sign in.
    desk.signed_in("morgan").await;
}

#[tokio::test]
async fn a_session_is_a_cookie_that_no_script_reads_and_ends_with_signing_out() {
    let desk = Desk::open(&["--public-url", "https://shop.example"]);
    let browser = desk.nobody();
    let form = [
        ("name", "robin"),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    let reply = browser.post("/entmine/sign-in", &form).await;
    assert_eq!(header(&reply, "location"), "/entmine/orders");
    let cookie = header(&reply, "set-cookie").to_owned();
    for part in [
        "Path=/entmine",
        "HttpOnly",
        "SameSite=Lax",
        "Secure",
        "Max-Age=43200",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    // The client keeps a Secure cookie from a plain address to itself, so it is sent by hand.
    let pair = cookie.split(';').next().unwrap().to_owned();
    let with = |request: reqwest::RequestBuilder| request.header("cookie", &pair);
    let orders = || browser.client.get(desk.url("/entmine/orders"));
    assert_eq!(
        with(orders()).send().await.unwrap().status(),
        StatusCode::OK
    );
    // Another site's form is not taken.
    let out = || browser.client.post(desk.url("/entmine/sign-out"));
    let foreign = with(out())
        .header("origin", "https://evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    assert_eq!(
        with(orders()).send().await.unwrap().status(),
        StatusCode::OK
    );
    with(out()).send().await.unwrap();
    assert_eq!(
        with(orders()).send().await.unwrap().status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn the_second_of_two_editors_sees_what_the_first_changed() {
    let desk = Desk::open(&[]);
    let (first, second) = (
        desk.signed_in("morgan").await,
        desk.signed_in("morgan").await,
    );
    let path = "/entmine/products/WAND-OAK-11";
    let seen = second.page(path).await;
    let edition = value_of(&seen, "edition");
    let form = |name: &'static str, price: &'static str| {
        [
            ("name", name),
            ("category", "Wands"),
            ("price", price),
            ("description", ""),
            ("image", ""),
            ("status", "active"),
            ("tracked", "yes"),
        ]
    };
    let mut mine = form("Oak wand of the first", "13.99").to_vec();
    mine.push(("edition", &edition));
    let saved = first.post(path, &mine).await;
    assert_eq!(
        header(&saved, "location"),
        "/entmine/products/WAND-OAK-11?done=saved"
    );

    let mut bad = form("Oak wand of the second", "12,99").to_vec();
    bad.push(("edition", &edition));
    let reply = second.post(path, &bad).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = reply.text().await.unwrap();
    assert!(
        page.contains("Price is not a price such as 12.99."),
        "{page}"
    );
    assert!(page.contains("Oak wand of the second"), "{page}");

    let mut theirs = form("Oak wand of the second", "12.99").to_vec();
    theirs.push(("edition", &edition));
    let reply = second.post(path, &theirs).await;
    assert_eq!(reply.status(), StatusCode::CONFLICT);
    let page = reply.text().await.unwrap();
    for part in [
        "Oak wand of the first",
        "Oak wand of the second",
        "staff:morgan",
        "13.99",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(first.page(path).await.contains("Oak wand of the first"));
    let edition = value_of(&page, "edition");
    theirs.pop();
    theirs.push(("edition", &edition));
    assert_eq!(
        second.post(path, &theirs).await.status(),
        StatusCode::SEE_OTHER
    );
    let page = first.page(path).await;
    assert!(
        page.contains("Oak wand of the second") && page.contains("£13.99"),
        "{page}"
    );
}

#[tokio::test]
async fn save_mine_changes_only_what_one_changed_oneself() {
    let desk = Desk::open(&[]);
    let (first, second) = (
        desk.signed_in("morgan").await,
        desk.signed_in("morgan").await,
    );
    let path = "/entmine/products/WAND-OAK-11";
    let edition = value_of(&second.page(path).await, "edition");
    let page = second.page(path).await;
    let names = ["name", "category", "price", "image"];
    let mut shown: Vec<(&str, String)> = names.map(|name| (name, value_of(&page, name))).to_vec();
    let text = page.split("</textarea>").next().unwrap();
    let text = text.rsplit('>').next().unwrap().trim_start().to_owned();
    shown.push(("description", text));
    shown.push(("status", "active".into()));
    shown.push(("tracked", "yes".into()));
    let with = |changes: &[(&'static str, &str)], edition: &str| {
        let mut form = shown.clone();
        for (name, value) in changes {
            form.retain(|(field, _)| field != name);
            form.push((*name, (*value).to_owned()));
        }
        form.push(("edition", edition.to_owned()));
        form
    };
    fn borrowed<'f>(form: &'f [(&'f str, String)]) -> Vec<(&'f str, &'f str)> {
        form.iter().map(|(n, v)| (*n, v.as_str())).collect()
    }
    let theirs = with(
        &[("name", "Oak wand of the first"), ("price", "13.99")],
        &edition,
    );
    let saved = first.post(path, &borrowed(&theirs)).await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    let mine = with(&[("category", "Sticks")], &edition);
    let reply = second.post(path, &borrowed(&mine)).await;
    assert_eq!(reply.status(), StatusCode::CONFLICT);
    let page = reply.text().await.unwrap();
    // What the button sends.
    let names = [
        "edition",
        "name",
        "category",
        "price",
        "description",
        "image",
        "status",
        "tracked",
    ];
    let again: Vec<(&str, String)> = names.map(|name| (name, value_of(&page, name))).to_vec();
    let saved = second.post(path, &borrowed(&again)).await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    let page = first.page(path).await;
    assert_eq!(value_of(&page, "name"), "Oak wand of the first");
    assert_eq!(value_of(&page, "price"), "13.99");
    assert_eq!(value_of(&page, "category"), "Sticks");
}

#[tokio::test]
async fn a_receipt_that_is_sent_twice_from_one_page_adds_the_goods_once() {
    let desk = Desk::open(&[]);
    let clerk = desk.signed_in("robin").await;
    let path = "/entmine/products/WAND-OAK-11";
    let receive = format!("{path}/receive");
    let request = value_of(&clerk.page(path).await, "request");
    let form = [("pieces", "5"), ("request", request.as_str())];
    for _click in 0..2 {
        let reply = clerk.post(&receive, &form).await;
        assert_eq!(reply.status(), StatusCode::SEE_OTHER);
    }
    assert_eq!(value_of(&clerk.page(path).await, "seen"), "125");
    // Another number from the same page is another receipt, and is asked for once more.
    let other = [("pieces", "6"), ("request", request.as_str())];
    let reply = clerk.post(&receive, &other).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = reply.text().await.unwrap();
    let request = value_of(&page, "request");
    let form = [("pieces", "6"), ("request", request.as_str())];
    assert_eq!(
        clerk.post(&receive, &form).await.status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(value_of(&clerk.page(path).await, "seen"), "131");
}

#[tokio::test]
async fn an_export_is_imported_without_a_change_and_a_bad_file_not_at_all() {
    let desk = Desk::open(&[]);
    let manager = desk.signed_in("morgan").await;
    let reply = manager.get("/entmine/export.csv").await;
    assert!(header(&reply, "content-disposition").contains("products.csv"));
    let csv = reply.text().await.unwrap();
    let send = async |csv: String| {
        let part = reqwest::multipart::Part::text(csv).file_name("products.csv");
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = manager
            .client
            .post(desk.url("/entmine/import"))
            .multipart(form);
        request.send().await.unwrap()
    };
    let confirm = async |page: &str| {
        let field = |name: &str| {
            let start = format!("name=\"{name}\" value=\"");
            let rest = page.split_once(&start).expect(name).1;
            rest.split_once('"').unwrap().0.to_owned()
        };
        let names = ["upload", "on_duplicate", "pictures", "skip"];
        let form = names.map(|name| (name, field(name)));
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, &**value)).collect();
        manager.post("/entmine/import/confirm", &form).await
    };
    let reply = send(csv.clone()).await;
    assert_eq!(reply.status(), StatusCode::OK);
    let page = reply.text().await.unwrap();
    assert!(
        page.contains("0 new, 0 changed, 118 unchanged, 0 left alone, 0 problems")
            && page.contains("Nothing would change."),
        "{page}"
    );
    let reply = send(
        csv.replacen("12.99", "cheap", 1)
            .replacen("14.50", "14.75", 1),
    )
    .await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = reply.text().await.unwrap();
    assert!(page.contains("Nothing of the file was imported"), "{page}");
    assert!(page.contains("is not a price such as 12.99"), "{page}");
    assert!(page.contains("price £14.50 -&gt; £14.75"), "{page}");
    assert_eq!(
        manager
            .get("/entmine/export.csv")
            .await
            .text()
            .await
            .unwrap(),
        csv
    );
    // Larger than any other form may be, and than most pages.
    let long = "Of oak. ".repeat(1_000);
    let mut rows =
        String::from("Handle,Title,Body (HTML),Variant SKU,Variant Price,Variant Inventory Qty\n");
    for n in 0..100 {
        rows += &format!("t-{n},Thing {n},{long},T-{n},1.00,1\n");
    }
    let page = send(rows).await.text().await.unwrap();
    assert!(page.contains("taken as GBP, such as £1.00"), "{page}");
    assert!(
        page.contains("<li>T-0: ") && page.contains("… and 80 more."),
        "{page}"
    );
    let reply = confirm(&page).await;
    let to = "/entmine/products?done=imported&new=100&changed=0&same=0";
    assert_eq!(header(&reply, "location"), to);
    let told = manager.page(to).await;
    assert!(
        told.contains("Imported: 100 new products, 0 changed, 0 as they were."),
        "{told}"
    );
    // The rest of a file with a bad row is imported when that was agreed to, and the row comes back.
    let page = send("Handle,Title,Variant SKU,Variant Price\na,A,A/1 #x,1\nb,B,B,cheap\n".into());
    let page = page.await.text().await.unwrap();
    let done = confirm(&page).await.text().await.unwrap();
    assert!(done.contains("Imported: 1 new product,"), "{done}");
    let file = done
        .split_once("href=\"/entmine/import/refused.csv")
        .unwrap()
        .1;
    let file = file.split_once('"').unwrap().0;
    let path = format!("/entmine/import/refused.csv{file}");
    let refused = manager.get(&path).await.text().await.unwrap();
    assert!(refused.contains("b,B,B,cheap,"), "{refused}");
    // A SKU of any characters has a page of its own, and its forms come back to it.
    let product = "/entmine/products/A%2F1%20%23x";
    assert!(manager.page(product).await.contains("A/1 #x"));
    let receive = format!("{product}/receive");
    let form = [("quantity", "3"), ("reason", ""), ("seen", "0")];
    let reply = manager.post(&receive, &form).await;
    if reply.status() == StatusCode::SEE_OTHER {
        assert!(header(&reply, "location").starts_with(product), "{reply:?}");
    }
    // Another's file, or one that is not kept any more.
    let gone = [("upload", "no-such-file"), ("skip", "no")];
    let reply = manager.post("/entmine/import/confirm", &gone).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn prices_change_only_by_what_the_preview_showed() {
    let desk = Desk::open(&[]);
    let manager = desk.signed_in("morgan").await;
    let preview = manager
        .page("/entmine/prices?category=Wands&percent=10")
        .await;
    assert!(preview.contains("£14.29"), "{preview}");
    let agreed = |mark: &str| {
        let fields = [("category", "Wands"), ("percent", "10"), ("mark", mark)];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let send = async |mark: &str| {
        let request = manager
            .client
            .post(desk.url("/entmine/prices"))
            .form(&agreed(mark));
        request.send().await.unwrap()
    };
    assert_eq!(send("something else").await.status(), StatusCode::CONFLICT);
    let mark = value_of(&preview, "mark");
    let reply = send(&mark).await;
    assert!(header(&reply, "location").starts_with("/entmine/prices?done=prices&n="));
    // Sent once more it is not done once more.
    assert_eq!(send(&mark).await.status(), StatusCode::CONFLICT);
    let page = manager.page("/entmine/products/WAND-OAK-11").await;
    assert!(page.contains("price £12.99 -&gt; £14.29"), "{page}");
    let reply = manager.get("/entmine/prices?percent=lots").await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_clerk_keeps_the_stock_and_every_movement_is_told() {
    let desk = Desk::open(&[]);
    let clerk = desk.signed_in("robin").await;
    let path = "/entmine/products/WAND-OAK-11";
    let receive = format!("{path}/receive");
    let reply = clerk
        .post(&receive, &[("pieces", "5"), ("receipt_reason", "note 7")])
        .await;
    assert_eq!(reply.status(), StatusCode::SEE_OTHER);
    let reply = clerk.post(&receive, &[("pieces", "five")]).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        reply
            .text()
            .await
            .unwrap()
            .contains("Pieces is not a whole number.")
    );
    let page = clerk.page(path).await;
    assert_eq!(value_of(&page, "seen"), "125");
    let count = format!("{path}/count");
    let stale = [
        ("seen", "120"),
        ("counted", "119"),
        ("count_reason", "broken"),
    ];
    let page = clerk.post(&count, &stale).await.text().await.unwrap();
    assert!(
        page.contains("meanwhile the stock on hand became 125"),
        "{page}"
    );
    let right = [
        ("seen", "125"),
        ("counted", "119"),
        ("count_reason", "six were broken"),
    ];
    assert_eq!(
        clerk.post(&count, &right).await.status(),
        StatusCode::SEE_OTHER
    );
    let ledger = clerk.page("/entmine/stock?sku=WAND-OAK-11").await;
    for part in ["note 7", "six were broken", "staff:robin", "−6"] {
        assert!(ledger.contains(part), "{part}: {ledger}");
    }
}

#[tokio::test]
async fn entmine_alone_has_its_back_office_too() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::entmine(data.path(), &[]);
    let desk = Desk::with_staff(program, data);
    let manager = desk.signed_in("morgan").await;
    let page = manager.page("/entmine/products?q=wand+oak").await;
    assert!(page.contains("Oak Wand, 11 inch"), "{page}");
    let href = page.split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    let href = href.split('"').next().unwrap();
    let sheet = manager.get(href).await;
    assert_eq!(header(&sheet, "content-type"), "text/css; charset=utf-8");
    assert!(header(&sheet, "cache-control").contains("immutable"));
    assert_eq!(header(&manager.get("/").await, "location"), "/entmine");
    // The API beside it goes by tokens, not by sessions.
    let api = manager.get("/entmine/v1/catalog").await;
    assert_eq!(api.status(), StatusCode::UNAUTHORIZED);
    let foreign = manager.client.post(desk.url("/entmine/sign-out"));
    let foreign = foreign
        .header("origin", "https://evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_store_alone_has_no_back_office() {
    let data = tempfile::tempdir().unwrap();
    let store = Program::store_of("http://127.0.0.1:9", data.path(), &[]);
    let reply = reqwest::get(format!("{}/entmine/sign-in", store.base))
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn accounts_are_kept_from_the_command_line_while_entmine_runs_and_while_it_does_not() {
    let desk = Desk::open(&[]);
    let clerk = desk.signed_in("robin").await;
    let said = |output: &Output| {
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        String::from_utf8_lossy(&text).into_owned()
    };
    let data = desk.data.path().to_owned();
    let list = user(&data, &["list"], "");
    assert_eq!(said(&list), "morgan  manager\nrobin  clerk\n");
    for (args, password, why) in [
        (
            &["add", "robin", "--role", "clerk"][..],
            PASSWORD,
            "already somebody",
        ),
        (
            &["add", "Robin!", "--role", "clerk"],
            PASSWORD,
            "small letters",
        ),
        (&["add", "kim", "--role", "clerk"], "short", "at least 12"),
        (&["add", "kim", "--role", "clerk"], "", "no password"),
        (&["disable", "nobody"], "", "nobody with this name"),
    ] {
        let output = user(&data, args, password);
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        assert!(said(&output).contains(why), "{args:?}: {}", said(&output));
    }
    let other = "another long password";
    assert!(user(&data, &["password", "robin"], other).status.success());
    assert_eq!(
        clerk.get("/entmine/orders").await.status(),
        StatusCode::SEE_OTHER
    );
    let form = [("name", "robin"), ("password", other)];
    let again = desk.nobody();
    assert_eq!(
        again.post("/entmine/sign-in", &form).await.status(),
        StatusCode::SEE_OTHER
    );
    assert!(user(&data, &["disable", "robin"], "").status.success());
    assert_eq!(
        again.get("/entmine/orders").await.status(),
        StatusCode::SEE_OTHER
    );
    let log = desk.program.log();
    assert!(!log.contains(other) && !log.contains(PASSWORD), "{log}");
    let Desk {
        program,
        data: kept,
    } = desk;
    program.terminate();
    assert!(program.ended().success());
    let list = user(kept.path(), &["list"], "");
    assert_eq!(said(&list), "morgan  manager\nrobin  clerk  disabled\n");
}

/// Places an order of one oak wand over EntMine's API; gives its number.
async fn placed(desk: &Desk) -> String {
    let now = jiff::Timestamp::from_millisecond(SystemClock.now_ms()).unwrap();
    let body = r#"{"placed_at":"NOW","currency":"GBP","total_minor":1299,
        "customer":{"name":"Ada <Lovelace>","email":"ada@example.org","phone":null,"address":
        {"line1":"1 Mill","line2":null,"city":"Bath","postcode":"BA1 1AA","country":"GB"}},
        "lines":[{"sku":"WAND-OAK-11","quantity":1,"unit_price_minor":1299,"price_version":1}],
        "note":"ring twice"}"#
        .replace("NOW", &now.to_string());
    let key = uuid::Uuid::now_v7();
    let request = Client::new().put(desk.url(&format!("/entmine/v1/orders/{key}")));
    let request = request
        .bearer_auth("s3cret")
        .header("content-type", "application/json");
    let reply = request.body(body).send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::CREATED);
    let json: serde_json::Value = reply.json().await.unwrap();
    json["number"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_order_goes_its_way_and_a_page_that_is_out_of_date_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::entmine(data.path(), &[]);
    let desk = Desk::with_staff(program, data);
    let clerk = desk.signed_in("robin").await;
    let number = placed(&desk).await;
    let here = format!("/entmine/orders/{number}");
    let take = async |step: &str, seen: &str, reason: &str| {
        let form = [("seen", seen), ("reason", reason)];
        clerk.post(&format!("{here}/{step}"), &form).await
    };
    let page = clerk.page(&here).await;
    for part in [
        "Ada &lt;Lovelace&gt;",
        "ring twice",
        "sha256:",
        "order.accepted",
        "Cancel order",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Data request"), "{page}");
    let reply = take("hold", "new", " ").await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let reply = take("hold", "new", "no box large enough").await;
    assert_eq!(header(&reply, "location"), format!("{here}?done=hold"));
    assert!(!clerk.page("/entmine/picking").await.contains(&number));
    let reply = take("pick", "new", "").await;
    assert_eq!(reply.status(), StatusCode::CONFLICT);
    assert_eq!(
        take("ship", "on_hold", "").await.status(),
        StatusCode::CONFLICT
    );
    assert_eq!(
        take("release", "on_hold", "").await.status(),
        StatusCode::SEE_OTHER
    );
    assert!(clerk.page("/entmine/picking").await.contains(&number));
    assert_eq!(
        take("pick", "new", "").await.status(),
        StatusCode::SEE_OTHER
    );
    let ask = clerk.page(&format!("{here}/ship")).await;
    assert!(ask.contains("This cannot be undone."), "{ask}");
    assert_eq!(
        take("ship", "picked", "parcel 12").await.status(),
        StatusCode::SEE_OTHER
    );
    let page = clerk.page(&format!("{here}?done=ship")).await;
    for part in [
        "The order is shipped.",
        "no box large enough",
        "parcel 12",
        "Nothing more",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(
        take("cancel", "shipped", "x").await.status(),
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn people_are_found_by_forms_only_and_their_data_are_handed_out_and_erased() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::entmine(data.path(), &[]);
    let desk = Desk::with_staff(program, data);
    let manager = desk.signed_in("morgan").await;
    let (gone, open) = (placed(&desk).await, placed(&desk).await);
    let cancel = [("seen", "new"), ("reason", "the customer asked")];
    manager
        .post(&format!("/entmine/orders/{gone}/cancel"), &cancel)
        .await;

    let page = manager.page("/entmine/orders?q=ada%40example.org").await;
    assert!(
        page.contains("please use the other field") && !page.contains("ada@"),
        "{page}"
    );
    let reply = manager
        .post("/entmine/orders/search", &[("person", "ada@EXAMPLE")])
        .await;
    let page = reply.text().await.unwrap();
    assert!(page.contains(&gone) && page.contains(&open), "{page}");
    let page = manager
        .page(&format!("/entmine/orders?q={open}&status=new"))
        .await;
    let link = |number: &str| format!("href=\"/entmine/orders/{number}\"");
    assert!(page.contains(&link(&open)), "{page}");
    assert!(!page.contains(&link(&gone)), "{page}");

    let ada = [
        ("number", ""),
        ("email", "Ada@example.org"),
        ("sure", "yes"),
    ];
    let reply = manager.post("/entmine/customers/export", &ada).await;
    let json: serde_json::Value = reply.json().await.unwrap();
    assert_eq!(json["orders"].as_array().unwrap().len(), 2);
    assert_eq!(
        json["orders"][0]["order"]["customer"]["name"],
        "Ada <Lovelace>"
    );
    let unsure = manager.post("/entmine/customers/erase", &ada[..2]).await;
    assert_eq!(unsure.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        manager
            .page(&format!("/entmine/orders/{gone}"))
            .await
            .contains("Lovelace")
    );
    // Before, it is said what stays.
    let wanted = format!("/entmine/customers?number={open}");
    let page = manager.page(&wanted).await;
    let not_yet = format!("neither shipped nor cancelled: {open}. Ship or cancel them");
    assert!(page.contains(&not_yet), "{page}");
    assert!(!page.contains("Yes, erase them for good"), "{page}");
    let found = manager.post("/entmine/customers", &ada).await;
    let page = found.text().await.unwrap();
    assert!(
        page.contains(&not_yet) && page.contains("Yes, erase them for good"),
        "{page}"
    );
    let reply = manager.post("/entmine/customers/erase", &ada).await;
    let page = reply.text().await.unwrap();
    assert!(
        page.contains(&format!("neither shipped nor cancelled: {open}.")),
        "{page}"
    );
    let page = manager.page(&format!("/entmine/orders/{gone}")).await;
    assert!(
        !page.contains("Lovelace") && page.contains("sha256:"),
        "{page}"
    );
    assert!(
        manager
            .page(&format!("/entmine/orders/{open}"))
            .await
            .contains("Lovelace")
    );
    let audit = manager.page("/entmine/audit?who=morgan").await;
    assert!(
        audit.contains("order.erased") && audit.contains("order.exported"),
        "{audit}"
    );
    let log = desk.program.log();
    assert!(!log.contains("ada@") && !log.contains("Lovelace"), "{log}");
}

#[tokio::test]
async fn customers_read_each_of_their_data_by_its_name_and_then_that_they_were_erased() {
    let desk = Desk::open(&[]);
    let mut customer = desk.program.browser();
    let fields = customer.fill_cart("1").await;
    customer.door("/api/orders/submit", &fields).await;
    let receipt = format!("/orders/{}", crate::program::field(&fields, "receipt"));
    let (_, page) = desk.program.get(&receipt).await;
    for part in ["Delivery address", ">E-mail<", ">Note<", "Ring twice"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains(">Telephone<"), "none was given: {page}");

    let manager = desk.signed_in("morgan").await;
    let list = manager.page("/entmine/orders").await;
    let number = list.split("href=\"/entmine/orders/SO-").nth(1).unwrap();
    let number = format!("SO-{}", number.split('"').next().unwrap());
    let cancel = [("seen", "new"), ("reason", "the customer asked")];
    let here = format!("/entmine/orders/{number}/cancel");
    manager.post(&here, &cancel).await;
    let erase = [("number", number.as_str()), ("sure", "yes")];
    let done = manager.post("/entmine/customers/erase", &erase).await;
    let to = "/entmine/customers?done=erased&n=1";
    assert_eq!(header(&done, "location"), to);
    // A store asks for what changed when it starts.
    let Desk { program, data } = desk;
    program.terminate();
    assert!(program.ended().success());
    let program = Program::start(data.path(), &[]);
    let erased = async {
        loop {
            let (_, page) = program.get(&receipt).await;
            if page.contains("were erased") {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let page = tokio::time::timeout(Duration::from_secs(40), erased).await;
    let page = page.expect("the page says that the data were erased");
    assert!(!page.contains("Delivery address"), "{page}");
    assert!(!page.contains("Ada Fenwick"), "{page}");
}

#[tokio::test]
async fn a_manager_sees_how_far_stores_have_followed_and_has_one_compare() {
    let desk = Desk::open(&[]);
    let (clerk, manager) = (
        desk.signed_in("robin").await,
        desk.signed_in("morgan").await,
    );
    let compare = "/entmine/stores/wizastore/compare";
    let reply = manager.post(compare, &[]).await;
    assert_eq!(header(&reply, "location"), "/entmine/stores?done=compared");
    // It was waited for.
    let page = manager.page("/entmine/stores?done=compared").await;
    for words in [
        "wizastore",
        "here",
        "up to date",
        "the same",
        "asked to compare",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("Repair"));
    let reply = manager.post("/entmine/stores/wizastore/repair", &[]).await;
    assert_eq!(header(&reply, "location"), "/entmine/stores?done=repairing");
    let reply = manager.post("/entmine/stores/another/compare", &[]).await;
    assert_eq!(reply.status(), StatusCode::NOT_FOUND);
    let page = clerk.page("/entmine/stores").await;
    assert!(
        page.contains("up to date") && !page.contains("Compare now"),
        "{page}"
    );
}
