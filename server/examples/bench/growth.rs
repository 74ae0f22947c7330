//! What a shop costs that has grown: each page, command and step in the background with few orders and
//! products, and with many. Both shops run at once and are asked in turn, so that a ratio is of one moment.

use crate::server::{Databases, Server};
use crate::{customer, grow};
use ::server::serve::Side;
use entmine::{EntMine, Options};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wizastore::{Store, StoreConfig};

/// Orders and products of the two shops; the seven products of the second are in one category as in the first.
#[derive(Clone, Copy)]
pub struct Size {
    pub orders: i64,
    pub products: usize,
}

/// Orders that wait for staff, in both shops alike.
const TO_PICK: usize = 200;
/// How often something is asked at most, and for how long.
const TIMES: usize = 15;
const PATIENCE: Duration = Duration::from_secs(5);
const PASSWORD: &str = "a benchmark's password";

pub async fn measure(program: &Path, folder: &Path, url: Option<&str>, sizes: [Size; 2]) {
    let mut shops = Vec::new();
    for size in sizes {
        let folder = folder.join(format!("orders-{}", size.orders));
        let databases = match url {
            Some(url) => Databases::postgres_named(url, &format!("grown_{}", size.orders)).await,
            None => Databases::Sqlite,
        };
        let began = Instant::now();
        grow::shop(&folder, &databases, size.orders, size.products).await;
        println!(
            "growth: {} orders and {} products made in {:.0} s",
            size.orders,
            size.products,
            began.elapsed().as_secs_f64()
        );
        shops.push((folder, databases));
    }
    let mut table = Table::new(sizes);
    let mut steps = Vec::new();
    for (folder, databases) in &shops {
        steps.push(steps_of(folder, databases).await);
    }
    let (few, many) = (steps.remove(0), steps.remove(0));
    for ((what, few), (_, many)) in few.into_iter().zip(many) {
        table.row(what, few, many);
    }
    let mut open = Vec::new();
    for (folder, databases) in &shops {
        open.push(Grown::start(program, folder, databases).await);
    }
    let [few, many] = &open[..] else {
        unreachable!("two shops")
    };
    table.row("start", few.started, many.started);
    for (what, path) in PAGES {
        table.in_turn(what, few, many, |shop| shop.page(path)).await;
    }
    for (what, path, field) in SEARCHES {
        table
            .in_turn(what, few, many, |shop| {
                shop.form(path, std::slice::from_ref(field))
            })
            .await;
    }
    for (what, args) in COMMANDS {
        table
            .in_turn(what, few, many, |shop| shop.command(args))
            .await;
    }
    for clients in [1, 8] {
        let rates = [few.orders(clients).await, many.orders(clients).await];
        table.row(
            &format!("an order, {clients} customers"),
            rates[0],
            rates[1],
        );
    }
    println!(
        "growth: memory {} kB and {} kB",
        few.server.memory_kb(),
        many.server.memory_kb()
    );
}

/// What is asked of both, by a visitor with a cart, and from `/entmine` on by a manager.
/// `{receipt}` and `{number}` are those of an order that was placed a moment ago.
const PAGES: &[(&str, &str)] = &[
    ("home", "/"),
    ("all categories", "/categories"),
    ("category", "/c/things-0"),
    ("category, last page", "/c/things-0?page=9999"),
    ("product", "/p/item-42"),
    ("search, one hit", "/search?q=item+42"),
    ("search, nothing", "/search?q=quince"),
    ("cart", "/cart"),
    ("checkout", "/checkout"),
    ("receipt", "/orders/{receipt}"),
    ("my orders", "/orders"),
    ("metrics", "/metrics"),
    ("ready", "/readyz"),
    ("staff: orders", "/entmine/orders"),
    ("staff: orders, new", "/entmine/orders?status=new"),
    ("staff: orders, shipped", "/entmine/orders?status=shipped"),
    ("staff: orders, further", "/entmine/orders?before=800"),
    ("staff: orders, last page", "/entmine/orders?before=50"),
    ("staff: orders, by number", "/entmine/orders?q={number}"),
    ("staff: orders, by its digits", "/entmine/orders?q=123"),
    ("staff: orders, old ones", "/entmine/orders?age=week"),
    ("staff: order", "/entmine/orders/{number}"),
    ("staff: picking list", "/entmine/picking"),
    ("staff: products", "/entmine/products"),
    ("staff: products, search", "/entmine/products?q=item+42"),
    ("staff: products, short", "/entmine/products?short=yes"),
    ("staff: product", "/entmine/products/BENCH-WAND"),
    ("staff: stock", "/entmine/stock"),
    ("staff: stock of one", "/entmine/stock?sku=BENCH-WAND"),
    ("staff: stores", "/entmine/stores"),
    ("staff: audit", "/entmine/audit"),
    ("staff: audit, search", "/entmine/audit?q=bench"),
    ("staff: audit, last page", "/entmine/audit?before=100"),
    ("staff: staff", "/entmine/staff"),
    ("staff: prices", "/entmine/prices"),
];

/// Forms with their one field.
const SEARCHES: &[(&str, &str, (&str, &str))] = &[
    (
        "staff: orders, by name",
        "/entmine/orders/search",
        ("person", "fenwick77"),
    ),
    (
        "staff: orders, by nobody's name",
        "/entmine/orders/search",
        ("person", "quince"),
    ),
    (
        "staff: customer, by e-mail",
        "/entmine/customers",
        ("email", "ada7@example.org"),
    ),
];

const COMMANDS: &[(&str, &[&str])] = &[
    ("orders list", &["orders", "list"]),
    (
        "orders list --attention",
        &["orders", "list", "--attention"],
    ),
    (
        "orders list --state confirmed",
        &["orders", "list", "--state", "confirmed"],
    ),
    (
        "orders list --state unknown",
        &["orders", "list", "--state", "unknown"],
    ),
    ("orders show NUMBER", &["orders", "show", "{number}"]),
    ("orders show REFERENCE", &["orders", "show", "{reference}"]),
    ("catalog status", &["catalog", "status"]),
    ("catalog compare", &["catalog", "compare"]),
    ("user list", &["user", "list"]),
    ("audit", &["audit"]),
];

/// Both systems on databases that nobody else has open.
async fn opened(folder: &Path, databases: &Databases) -> (EntMine, Store) {
    let (store_url, entmine_url) = databases.urls(folder);
    let entmine = EntMine::open(&entmine_url, Options::default());
    let entmine = entmine.await.unwrap();
    let config = StoreConfig::new(&store_url, Side::here(entmine.clone(), None).erp());
    (entmine, Store::open(config).await.unwrap())
}

async fn closed(entmine: EntMine, store: Store) {
    store.drain(PATIENCE).await;
    store.close().await;
    entmine.close().await;
}

/// What is done once after a long absence, and then the steps of the background, again and again.
async fn steps_of(folder: &Path, databases: &Databases) -> Vec<(&'static str, Duration)> {
    let (entmine, store) = opened(folder, databases).await;
    let began = Instant::now();
    while !entmine.write_order_words().await.unwrap() {}
    let words = began.elapsed();
    let began = Instant::now();
    let seen = store.reconcile().await.unwrap().seen;
    let reconciled = began.elapsed();
    let began = Instant::now();
    store.sweep().await.unwrap();
    println!(
        "growth: the words of all orders written in {:.1} s, {seen} orders and changes of status \
         reconciled in {:.1} s, what is old swept in {:.1} s",
        words.as_secs_f64(),
        reconciled.as_secs_f64(),
        began.elapsed().as_secs_f64()
    );
    closed(entmine, store).await;
    grow::tidy(databases).await;
    let (entmine, store) = opened(folder, databases).await;
    let mut times = Vec::new();
    for (what, step) in ["reconciliation, nothing new", "sweep", "push_due", "ledger"]
        .iter()
        .enumerate()
    {
        let mut all = Vec::new();
        for _ in 0..TIMES {
            let began = Instant::now();
            match what {
                0 => drop(store.reconcile().await.unwrap()),
                1 => drop(store.sweep().await.unwrap()),
                2 => drop(store.push_due().await.unwrap()),
                _ => drop(store.ledger().await.unwrap()),
            }
            all.push(began.elapsed());
        }
        times.push((*step, median(all)));
    }
    closed(entmine, store).await;
    times
}

/// A grown shop that is open.
struct Grown {
    server: Server,
    program: PathBuf,
    folder: PathBuf,
    client: reqwest::Client,
    started: Duration,
    number: String,
    receipt: String,
}

impl Grown {
    async fn start(program: &Path, folder: &Path, databases: &Databases) -> Self {
        // The first start catches up with what was made without it.
        Server::start(program, folder, databases).await.kill();
        let began = Instant::now();
        let server = Server::start(program, folder, databases).await;
        let started = began.elapsed();
        let mut adding = Command::new(program)
            .args(["user", "add", "morgan", "--role", "manager", "--data"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = adding.stdin.take().unwrap();
        writeln!(stdin, "{PASSWORD}").unwrap();
        drop(stdin);
        assert!(adding.wait().unwrap().success());
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .build()
            .unwrap();
        let mut placed = (String::new(), String::new());
        for _ in 0..TO_PICK {
            placed = customer::placed(&client, &server.base).await;
        }
        customer::filled_cart(&client, &server.base).await;
        let (receipt, number) = placed;
        let shop = Self {
            server,
            program: program.to_owned(),
            folder: folder.to_owned(),
            client,
            started,
            number,
            receipt,
        };
        shop.form(
            "/entmine/sign-in",
            &[("name", "morgan"), ("password", PASSWORD)],
        )
        .await;
        shop
    }

    fn here(&self, text: &str) -> String {
        text.replace("{number}", &self.number)
            .replace("{receipt}", &self.receipt)
            .replace("{reference}", &self.receipt[..8])
    }

    async fn page(&self, path: &str) -> Duration {
        let address = format!("{}{}", self.server.base, self.here(path));
        let began = Instant::now();
        let answer = self.client.get(&address).send().await.unwrap();
        let status = answer.status();
        answer.bytes().await.unwrap();
        assert!(status.is_success(), "{address}: {status}");
        began.elapsed()
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Duration {
        let address = format!("{}{path}", self.server.base);
        let request = self
            .client
            .post(&address)
            .header("origin", &self.server.base);
        let began = Instant::now();
        let answer = request.form(fields).send().await.unwrap();
        let status = answer.status();
        answer.bytes().await.unwrap();
        assert!(status.is_success(), "{address}: {status}");
        began.elapsed()
    }

    async fn command(&self, args: &[&str]) -> Duration {
        let args: Vec<String> = args.iter().map(|arg| self.here(arg)).collect();
        let began = Instant::now();
        let done = Command::new(&self.program)
            .args(&args)
            .arg("--data")
            .arg(&self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        // 1 is an answer too: something differs.
        assert!(matches!(done.code(), Some(0 | 1)), "{args:?}: {done}");
        began.elapsed()
    }

    /// How long an order takes at so many customers, in the middle.
    async fn orders(&self, customers: usize) -> Duration {
        let bought = crate::orders(&self.server.base, customers, 200 / customers).await;
        assert!(
            bought.iter().all(|order| order.has_number),
            "EntMine does not keep up"
        );
        median(bought.iter().map(|order| order.took).collect())
    }
}

struct Table {
    slower: usize,
}

impl Table {
    fn new(sizes: [Size; 2]) -> Self {
        println!(
            "{:<40} {:>12} {:>12} {:>7}",
            "growth, ms (median)", sizes[0].orders, sizes[1].orders, "ratio"
        );
        Self { slower: 0 }
    }

    async fn in_turn<'a, F, A>(&mut self, what: &str, few: &'a Grown, many: &'a Grown, ask: A)
    where
        A: Fn(&'a Grown) -> F,
        F: Future<Output = Duration>,
    {
        let (mut few_times, mut many_times) = (Vec::new(), Vec::new());
        let began = Instant::now();
        ask(few).await;
        ask(many).await;
        while few_times.len() < TIMES && (few_times.is_empty() || began.elapsed() < PATIENCE) {
            few_times.push(ask(few).await);
            many_times.push(ask(many).await);
        }
        self.row(what, median(few_times), median(many_times));
    }

    fn row(&mut self, what: &str, few: Duration, many: Duration) {
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        // Below a millisecond a ratio says nothing.
        let slow = ratio > 2.0 && many > Duration::from_millis(1);
        self.slower += usize::from(slow);
        println!(
            "{what:<40} {:>12.2} {:>12.2} {ratio:>6.1}x{}",
            few.as_secs_f64() * 1e3,
            many.as_secs_f64() * 1e3,
            if slow { " !" } else { "" }
        );
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
