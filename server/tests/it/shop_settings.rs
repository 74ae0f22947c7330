//! The shop is the merchant's: what the settings say is what customers read, and nothing speaks of another.

use crate::program::{Program, binary, form};
use reqwest::Client;
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use std::path::Path;
use std::time::Duration;

/// One pixel: a header, data, the end. Nobody looks at the checksums.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\
    \0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\x000000\
    \0\0\0\x01IDATx0000\
    \0\0\0\0IEND0000";

/// Every page that a customer can open.
const PAGES: [&str; 10] = [
    "/",
    "/categories",
    "/c/mugs",
    "/search?q=mug",
    "/p/mug",
    "/cart",
    "/checkout",
    "/orders",
    "/how-ordering-works",
    "/no/such/page",
];

/// What belongs to the demonstration, and to staff.
const FOREIGN: [&str; 6] = ["WizAStore", "wizard", "Wand", "wand", "tower", "EntMine"];

/// A merchant's own catalogue, without the demonstration's.
fn import(data: &Path) {
    let file = data.join("products.csv");
    let csv = "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n\
               mug,Blue mug,Mugs,TRUE,MUG-1,9.50,0\n\
               cup,Tea cup,Cups,TRUE,CUP-1,7.50,5\n";
    std::fs::write(&file, csv).unwrap();
    let done = binary()
        .arg("import")
        .arg(&file)
        .arg("--data")
        .arg(data)
        .output();
    let done = done.unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn own_shop(data: &Path) -> Program {
    let program = Program::start(data, &["--empty"]);
    import(data);
    program
}

async fn until(program: &Program, path: &str, text: &str) -> String {
    let wait = async {
        loop {
            let (_, page) = program.get(path).await;
            if page.contains(text) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(20), wait).await;
    found.unwrap_or_else(|_| panic!("{path} does not say {text:?}"))
}

/// What a page says, without its code: scripts, and names of files.
fn words(page: &str) -> String {
    let mut words = String::new();
    for part in page.split('<') {
        if let Some((tag, text)) = part.split_once('>') {
            let is_code = tag.starts_with("script") || tag.starts_with("link");
            words += if is_code { "" } else { text };
            for name in ["alt=", "placeholder=", "aria-label=", "content="] {
                words += tag.split(name).nth(1).unwrap_or_default();
            }
            words.push('\n');
        }
    }
    words
}

#[tokio::test]
async fn with_another_catalogue_nothing_speaks_of_wizards_or_of_the_order_system_by_name() {
    let data = tempfile::tempdir().unwrap();
    let program = own_shop(data.path());
    until(&program, "/", "Mugs").await;
    for path in PAGES {
        let (_, page) = program.get(path).await;
        let words = words(&page);
        for foreign in FOREIGN {
            assert!(!words.contains(foreign), "{path} says {foreign}: {words}");
        }
        assert!(page.contains("Shop</title>"), "{path}");
    }
    let (_, home) = program.get("/").await;
    assert!(
        home.contains("To start with") && home.contains("Tea cup"),
        "{home}"
    );
}

#[tokio::test]
async fn a_shop_without_products_has_no_heading_above_nothing() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &["--empty"]);
    let (_, home) = program.get("/").await;
    for heading in ["To start with", "Shop by category"] {
        assert!(!home.contains(heading), "{home}");
    }
    assert!(home.contains("There is nothing on sale yet."), "{home}");
}

#[tokio::test]
async fn the_demonstration_keeps_its_words_and_not_the_order_systems_name() {
    let data = tempfile::tempdir().unwrap();
    let program = Program::start(data.path(), &[]);
    let (_, home) = program.get("/").await;
    for own in [
        "<title>Supplies for working wizards · WizAStore</title>",
        "Everything the craft asks for",
        "Wands, remedies, maps…",
        "/favicon.svg",
    ] {
        assert!(home.contains(own), "{own}");
    }
    for path in [
        "/",
        "/cart",
        "/orders",
        "/how-ordering-works",
        "/p/oak-wand-11-inch",
    ] {
        let (_, page) = program.get(path).await;
        assert!(!page.contains("EntMine"), "{path}");
    }
}

#[tokio::test]
async fn the_file_is_what_customers_read_and_an_edit_shows_within_seconds() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("shop.toml");
    std::fs::write(
        &file,
        "name = \"Tea & Honey\"\ntagline = \"Good cups\"\nhero_title = \"All in a cup\"\n\
         search_hint = \"Mugs, cups…\"\nemail = \"hello@tea.example\"\nphone = \"+44 20 7946 0018\"\n\
         address = \"1 Owl Lane\\nYork\"\naccent = \"#7a3b69\"\nlogo = \"cup.png\"\n",
    )
    .unwrap();
    std::fs::write(data.path().join("cup.png"), PNG).unwrap();
    let program = Program::start(data.path(), &["--empty"]);
    let (_, home) = program.get("/").await;
    for own in [
        "<title>Good cups · Tea &amp; Honey</title>",
        "All in a cup",
        "placeholder=\"Mugs, cups…\"",
        "mailto:hello@tea.example",
        "tel:+442079460018",
        "1 Owl Lane",
        "content=\"#7a3b69\"",
    ] {
        let either = own.replace("&amp;", "&");
        assert!(
            home.contains(own) || home.contains(&either),
            "{own}: {home}"
        );
    }
    let address_of = |start: &str| {
        let (_, rest) = home.split_once(start).expect(start);
        let rest = rest.split('"').next().unwrap_or_default();
        format!("{start}{rest}").replace("&amp;", "&")
    };
    let sheet = address_of("/shop-colours.css?v=");
    let (status, css) = program.get(&sheet).await;
    assert!(status == 200 && css.contains("--brand: #7a3b69;"), "{css}");
    let logo = reqwest::get(format!("{}{}", program.base, address_of("/shop-logo?v=")));
    let logo = logo.await.unwrap();
    assert_eq!(logo.headers()["content-type"], "image/png");
    assert_eq!(logo.headers()["x-content-type-options"], "nosniff");
    assert_eq!(logo.bytes().await.unwrap(), PNG);
    let (gone, _) = program.get("/shop-logo?v=0000").await;
    assert_eq!(
        gone, 404,
        "an old address gives nothing, rather than another picture for ever"
    );

    std::fs::write(&file, "name = \"Honey only\"\n").unwrap();
    until(&program, "/cart", "Honey only").await;
    // A slip of the pen changes nothing, and the log says where it is.
    std::fs::write(&file, "name = \"Honey\"\ntime_zone = \"London\"\n").unwrap();
    let said = async {
        while !program.log().contains("shop.toml, line 2, time_zone") {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let said = tokio::time::timeout(Duration::from_secs(20), said).await;
    assert!(said.is_ok(), "{}", program.log());
    until(&program, "/cart", "Honey only").await;
}

#[test]
fn a_file_that_cannot_be_used_stops_the_start_with_line_and_field() {
    let data = tempfile::tempdir().unwrap();
    for (text, words) in [
        (
            "name = \"Tea\"\naccent = \"#ffee00\"\n",
            "line 2, accent: #ffee00 is too light",
        ),
        ("nmae = \"Tea\"\n", "line 1: unknown field `nmae`"),
        (
            "logo = \"../../etc/passwd\"\n",
            "logo: ../../etc/passwd: give the name of a picture",
        ),
        ("logo = \"none.png\"\n", "logo: none.png: "),
        ("name = \"\u{200B}\"\n", "line 1, name: is empty"),
        ("email = \"tea@localhost\"\n", "no e-mail address"),
    ] {
        std::fs::write(data.path().join("shop.toml"), text).unwrap();
        let mut command = binary();
        command.args(["serve", "--empty", "--addr", "127.0.0.1:0", "--data"]);
        let done = command.arg(data.path()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(
            !done.status.success() && said.contains(words),
            "{text}: {said}"
        );
        assert!(
            !data.path().join("entmine.db").exists(),
            "nothing was begun"
        );
    }
}

/// A manager's browser in the back office.
async fn manager(program: &Program, data: &Path) -> Client {
    use std::io::Write;
    let mut child = binary()
        .args(["user", "add", "morgan", "--role", "manager", "--data"])
        .arg(data)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "correct horse battery").unwrap();
    assert!(child.wait().unwrap().success());
    let client = Client::builder()
        .cookie_store(true)
        .redirect(Policy::none());
    let client = client.build().unwrap();
    let fields = form(&[("name", "morgan"), ("password", "correct horse battery")]);
    let url = format!("{}/entmine/sign-in", program.base);
    client.post(url).form(&fields).send().await.unwrap();
    client
}

fn value_of(page: &str, name: &str) -> String {
    let field = page.split(&format!("name=\"{name}\"")).nth(1).unwrap();
    let value = field.split("value=\"").nth(1).unwrap();
    value.split('"').next().unwrap().to_owned()
}

/// The form of the page with one field changed.
fn typed(revision: &str, what: &str, change: (&str, &str)) -> Vec<(String, String)> {
    let mut fields = form(&[
        ("revision", revision),
        ("do", what),
        ("name", "Tea & Honey"),
        ("tagline", ""),
        ("hero_title", "Welcome"),
        ("hero_text", "Cups.\r\nAnd mugs."),
        ("search_hint", ""),
        ("about", ""),
        ("email", ""),
        ("phone", ""),
        ("address", ""),
        ("accent", ""),
        ("time_zone", "Europe/London"),
    ]);
    for (name, value) in &mut fields {
        if name == change.0 {
            change.1.clone_into(value);
        }
    }
    fields
}

#[tokio::test]
async fn a_manager_previews_and_saves_and_nobody_overwrites_what_they_have_not_seen() {
    let data = tempfile::tempdir().unwrap();
    let program = own_shop(data.path());
    let office = manager(&program, data.path()).await;
    let url = format!("{}/entmine/shop", program.base);
    let page = office.get(&url).send().await.unwrap().text().await.unwrap();
    let revision = value_of(&page, "revision");
    let post = async |fields: Vec<(String, String)>| {
        let reply = office.post(&url).form(&fields).send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    };

    let (status, preview) = post(typed(&revision, "preview", ("accent", "#7a3b69"))).await;
    assert_eq!(status, 200);
    assert!(preview.contains("Nothing is saved yet") && preview.contains("fill=\"#7a3b69\""));
    assert!(!data.path().join("shop.toml").exists());

    let (status, refused) = post(typed(&revision, "save", ("accent", "#ffee00"))).await;
    assert_eq!(status, 422);
    assert!(
        refused.contains("is too light to read words on it"),
        "{refused}"
    );
    assert!(refused.contains("Tea &amp; Honey"), "what was typed stays");
    assert!(
        refused.contains("What you typed. Nothing of it was saved.")
            && !refused.contains("As it is."),
        "{refused}"
    );

    let (status, _) = post(typed(&revision, "save", ("tagline", "Good cups"))).await;
    assert_eq!(status, 303);
    let file = std::fs::read_to_string(data.path().join("shop.toml")).unwrap();
    assert!(file.contains("name = \"Tea & Honey\""), "{file}");
    assert!(
        !file.contains("hero_title"),
        "what is as without a file is not written: {file}"
    );
    until(&program, "/", "Good cups").await;

    let (status, overtaken) = post(typed(&revision, "save", ("name", "Mine"))).await;
    assert_eq!(status, 409);
    assert!(overtaken.contains("Somebody else has changed this meanwhile"));
    until(&program, "/cart", "Tea &amp; Honey").await;
    let (status, _) = post(typed(
        &value_of(&overtaken, "revision"),
        "save",
        ("name", "Mine"),
    ))
    .await;
    assert_eq!(status, 303);
    until(&program, "/cart", "Mine").await;

    let audit = format!("{}/entmine/audit?q=shop", program.base);
    let audit = office
        .get(audit)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        audit.contains("shop.changed") && audit.contains("staff:morgan"),
        "{audit}"
    );
}

#[tokio::test]
async fn a_logo_is_taken_for_what_its_bytes_are() {
    let data = tempfile::tempdir().unwrap();
    let program = own_shop(data.path());
    let office = manager(&program, data.path()).await;
    let url = format!("{}/entmine/shop", program.base);
    let revision = async || {
        let page = office.get(&url).send().await.unwrap();
        value_of(&page.text().await.unwrap(), "revision")
    };
    let send = async |bytes: &[u8], revision: String| {
        let file = Part::bytes(bytes.to_vec()).file_name("logo.png");
        let file = file.mime_str("image/png").unwrap();
        let form = Form::new().text("revision", revision).part("logo", file);
        let reply = office.post(format!("{url}/logo")).multipart(form).send();
        let reply = reply.await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    };
    let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let mut large = PNG.to_vec();
    large.resize(512 * 1024 + 1, 0);
    for (bytes, words) in [
        (&script[..], "no PNG, JPEG or WebP"),
        (&large, "larger than 512 KiB"),
        (b"\x89PNG\r\n\x1a\ngarbage", "damaged or not whole"),
        (b"", "choose a file"),
    ] {
        let (status, page) = send(bytes, revision().await).await;
        assert!(status == 422 && page.contains(words), "{status} {words}");
    }
    assert_eq!(send(PNG, revision().await).await.0, 303);
    let home = until(&program, "/", "/shop-logo?v=").await;
    assert!(!home.contains("/shop.svg"));
    assert_eq!(send(PNG, "old".into()).await.0, 409);
    let fields = form(&[("revision", &revision().await)]);
    let removed = office.post(format!("{url}/logo/remove")).form(&fields);
    assert_eq!(removed.send().await.unwrap().status(), 303);
    until(&program, "/", "/shop.svg").await;
}
