//! Databases with products and nothing else, to be copied for each case.

use database::Engine;
use database::testing::{Postgres, TestDatabase};
use entmine::{EntMine, ManualClock, ProductFile};
use server::catalogue::{EntMineHere, catch_up};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use wizastore::{Store, StoreConfig};

/// Of this there is enough for everyone.
pub const WAND: &str = "WAND";
/// Of this there is one piece.
pub const RARE: &str = "RARE";
/// Of this nobody buys one.
pub const LAMP: &str = "LAMP";

const PRODUCTS: &str = "\
Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty
wand,A fine wand,Wands,TRUE,WAND,12.99,100000
rare,A rare wand,Wands,TRUE,RARE,99.00,1
lamp,A lamp,Lamps,TRUE,LAMP,29.00,10
";

pub struct Template {
    engine: Engine,
    store: TestDatabase,
    entmine: TestDatabase,
}

impl Template {
    pub async fn new(engine: Engine) -> Self {
        let databases = [
            TestDatabase::new(engine).await,
            TestDatabase::new(engine).await,
        ];
        Self::fill(engine, databases).await
    }

    /// On another PostgreSQL than the one that all tests share.
    pub async fn on_postgres(server: &str) -> Self {
        let databases = [
            TestDatabase::Postgres(Postgres::on(server, "template1").await),
            TestDatabase::Postgres(Postgres::on(server, "template1").await),
        ];
        Self::fill(Engine::Postgres, databases).await
    }

    async fn fill(engine: Engine, [store, entmine]: [TestDatabase; 2]) -> Self {
        let template = Self {
            engine,
            store,
            entmine,
        };
        let clock = Arc::new(ManualClock::at(super::START_MS));
        let options = entmine::Options {
            clock: Some(clock.clone()),
            ..entmine::Options::default()
        };
        let entmine = EntMine::open(template.entmine.url(), options)
            .await
            .unwrap();
        let file = ProductFile::parse(PRODUCTS.as_bytes(), "GBP").unwrap();
        entmine.import(&file, &mut |_| {}).await.unwrap();
        let config = StoreConfig {
            clock: Some(clock),
            ..StoreConfig::new(template.store.url(), Arc::new(super::Line::default()))
        };
        let store = Store::open(config).await.unwrap();
        catch_up(&EntMineHere(entmine.clone()), &store)
            .await
            .unwrap();
        store.shutdown(Duration::from_secs(1)).await;
        entmine.close().await;
        template
    }

    /// The engine as a case is written.
    pub fn engine_word(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    /// The store's database on a disk of its own.
    pub fn store_on(&self, disk: &Path) -> TestDatabase {
        copy_to(&self.store, disk)
    }

    /// EntMine's.
    pub fn entmine_on(&self, disk: &Path) -> TestDatabase {
        copy_to(&self.entmine, disk)
    }

    /// The databases of one case: the store's and EntMine's.
    pub async fn copy(&self) -> (TestDatabase, TestDatabase) {
        let store = TestDatabase::copy_of(&self.store).await;
        (store, TestDatabase::copy_of(&self.entmine).await)
    }
}

fn copy_to(database: &TestDatabase, disk: &Path) -> TestDatabase {
    let folder = tempfile::tempdir_in(disk).unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let copy = TestDatabase::Sqlite { folder, url };
    std::fs::copy(database.file(), copy.file()).unwrap();
    copy
}
