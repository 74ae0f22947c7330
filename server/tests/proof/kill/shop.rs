//! A shop of real processes, and everything that its customers were told.

use super::cycle::Figures;
use super::program::{Plan, Program, SECRET, binary};
use super::shopper::Shopper;
use crate::world::books::Books;
use database::Engine;
use database::testing::TestDatabase;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Wands enough for every cycle.
const PRODUCTS: &str = "\
Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty
wand,A fine wand,Wands,TRUE,WAND,12.99,1000000
";

/// Orders may wait so long for their end: the third wait of the background's schedule, and a lease.
const SETTLED: Duration = Duration::from_secs(150);

pub struct Shop {
    pub plan: Plan,
    pub store: Program,
    pub entmine: Option<Program>,
    pub dice: StdRng,
    pub figures: Figures,
    /// Everyone who ordered, with what they were told.
    pub shoppers: Vec<Shopper>,
    homes: [TestDatabase; 2],
    data: TempDir,
}

impl Shop {
    pub async fn open(engine: Engine, plan: Plan, seed: u64) -> Self {
        let homes = [
            TestDatabase::new(engine).await,
            TestDatabase::new(engine).await,
        ];
        let data = tempfile::tempdir().unwrap();
        let urls = [
            ("WIZASTORE_DATABASE_URL", homes[0].url()),
            ("ENTMINE_DATABASE_URL", homes[1].url()),
        ];
        let tokens = format!("wizastore:orders+catalog:{SECRET}");
        let entmine = (plan == Plan::Two).then(|| {
            let env = [urls[1], ("ENTMINE_TOKENS", &tokens)];
            Program::start(data.path(), "entmine", &[], &env)
        });
        // Each customer has an address of its own, as behind a proxy.
        let mut args = vec!["--site", "does-not-exist", "--trusted-proxy", "127.0.0.1"];
        let mut env = urls.to_vec();
        if let Some(entmine) = &entmine {
            args.extend(["--entmine-url", &entmine.base]);
            env.push(("ENTMINE_TOKEN", SECRET));
        }
        let store = Program::start(data.path(), "serve", &args, &env);
        import(data.path(), Some(homes[1].url()));
        let shop = Self {
            plan,
            store,
            entmine,
            dice: StdRng::seed_from_u64(seed),
            figures: Figures::default(),
            shoppers: Vec::new(),
            homes,
            data,
        };
        // The products reach the store by themselves.
        let shown = async {
            while Shopper::begin(&shop.store.base, 0).await.is_none() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let shown = tokio::time::timeout(Duration::from_secs(30), shown).await;
        shown.expect("the wands are for sale");
        shop
    }

    /// Waits until every order has its end, and checks all that was told against both databases.
    pub async fn close(mut self) -> Figures {
        let waited = tokio::time::Instant::now();
        loop {
            let mut open = 0;
            for shopper in &mut self.shoppers {
                if !shopper.is_settled() && !shopper.look().await {
                    open += 1;
                }
            }
            if open == 0 {
                break;
            }
            let log = self.store.log_end();
            assert!(
                waited.elapsed() < SETTLED,
                "{open} orders have no end: {log}"
            );
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        self.audit();
        self.check().await;
        self.figures.orders = self.shoppers.len();
        self.figures
    }

    /// What both databases say, and what was told.
    async fn check(&self) {
        let books = Books::read(self.homes[0].url(), self.homes[1].url()).await;
        let books = books.expect("both databases can be read");
        let mut wrong = books.faults();
        for shopper in &self.shoppers {
            wrong.extend(books.lies(&shopper.answers));
            let ordered = shopper.keys().filter(|key| books.ordered(key)).count();
            if ordered != 1 {
                wrong.push(format!(
                    "{ordered} orders of one customer: {:?}",
                    shopper.answers
                ));
            }
        }
        assert!(
            wrong.is_empty(),
            "{}\n{}",
            wrong.join("\n"),
            self.store.log_end()
        );
    }

    /// The operator's own audit agrees.
    fn audit(&self) {
        let mut command = binary();
        command
            .args(["audit", "--data"])
            .arg(self.data.path())
            .env("WIZASTORE_DATABASE_URL", self.homes[0].url())
            .env("ENTMINE_DATABASE_URL", self.homes[1].url());
        if let Some(entmine) = &self.entmine {
            command.args(["--entmine-url", &entmine.base]);
            command.env("ENTMINE_TOKEN", SECRET);
        }
        let audit = command.output().unwrap();
        assert!(audit.status.success(), "{audit:?}");
    }
}

/// Fills an EntMine, which runs already, with wands.
pub fn import(data: &Path, entmine_url: Option<&str>) {
    let file = data.join("products.csv");
    std::fs::write(&file, PRODUCTS).unwrap();
    let mut command = binary();
    command.arg("import").arg(&file).arg("--data").arg(data);
    if let Some(url) = entmine_url {
        command.env("ENTMINE_DATABASE_URL", url);
    }
    let imported = command.output().unwrap();
    assert!(imported.status.success(), "{imported:?}");
}
