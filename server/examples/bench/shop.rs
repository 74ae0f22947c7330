//! Store and EntMine in this process, with real databases and a real port.

use ::server::catalogue::{EntMineHere, StoreHere, catch_up, follow, look_after};
use ::server::net::{self, Connections, Proxies};
use ::server::secrets::HookSecrets;
use ::server::serve::Side;
use ::server::shop::ShopFile;
use entmine::delivery::{HttpStore, Sender, Sent, StoreLink};
use entmine::{EntMine, Options, ProductFile, SystemClock};
use leptos::config::LeptosOptions;
use model::ShopInfo;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wizastore::{Store, StoreConfig};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwPq5sJ8zT0Ew=";

/// How EntMine reaches the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Embedded,
    Http,
    /// Not at all, until somebody sends.
    Apart,
}

pub struct Shop {
    pub entmine: EntMine,
    pub store: Store,
    pub base: String,
}

/// A product file with so many products, and a wand.
pub fn products(count: usize, price: &str) -> ProductFile {
    let mut csv = String::from(
        "Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty\n\
         bench-wand,Wand,Wands,TRUE,BENCH-WAND,12.99,900000\n",
    );
    for n in 0..count {
        csv += &format!("item-{n},Item {n},Things,TRUE,ITEM-{n:06},{price},100\n");
    }
    ProductFile::parse(csv.as_bytes(), "GBP").unwrap()
}

impl Shop {
    pub async fn open(folder: &Path, way: Way, count: usize) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let url = |name: &str| format!("sqlite:{}", folder.join(name).display());
        let entmine = EntMine::open(&url("entmine.db"), Options::default())
            .await
            .unwrap();
        let file = products(count, "66.00");
        entmine.import(&file, &mut |_| {}).await.unwrap();
        let side = Side::here(entmine.clone(), None);
        let store = Store::open(StoreConfig::new(&url("store.db"), side.erp()))
            .await
            .unwrap();
        let listener = net::listen("127.0.0.1:0".parse().unwrap(), "--addr")
            .await
            .unwrap();
        let addr = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let shop = ::server::http::Shop {
            store: store.clone(),
            entmine: Some(entmine.clone()),
            switch: None,
            office: true,
            hook_secrets: Some(HookSecrets::parse(SECRET).unwrap()),
            settings: ShopFile::open(&folder.join("shop.toml"), ShopInfo::demo()).unwrap(),
            public_url: None,
            proxies: Proxies::new(&[]),
            pictures: ::server::http::PictureShelf::new(folder, None),
            stop: stop.clone(),
            rendering: tokio_util::task::TaskTracker::new(),
        };
        let options = LeptosOptions::builder()
            .output_name("wizastore")
            .site_root("target/site")
            .site_pkg_dir("pkg")
            .site_addr(addr)
            .build();
        let router = ::server::http::router(shop, axum::Router::new(), options).unwrap();
        tokio::spawn(net::serve(
            listener,
            router,
            Connections::new(1_000, Proxies::default()),
            stop.clone(),
            Duration::from_secs(1),
        ));
        let shop = Self {
            entmine,
            store,
            base: format!("http://{addr}"),
        };
        if way != Way::Apart {
            shop.join(way, stop).await;
        }
        shop
    }

    async fn join(&self, way: Way, stop: CancellationToken) {
        let source = EntMineHere(self.entmine.clone());
        catch_up(&source, &self.store).await.unwrap();
        let link: Arc<dyn StoreLink> = match way {
            Way::Embedded | Way::Apart => Arc::new(StoreHere(self.store.clone())),
            Way::Http => {
                let secret = HookSecrets::parse(SECRET)
                    .unwrap()
                    .to_sign("bench")
                    .unwrap();
                Arc::new(HttpStore::new(&self.base, secret, Arc::new(SystemClock)).unwrap())
            }
        };
        tokio::spawn(self.sender(link).await.run());
        tokio::spawn(follow(Arc::new(source), self.store.clone(), true, stop));
    }

    async fn sender(&self, link: Arc<dyn StoreLink>) -> Sender {
        let sender = Sender::open(self.entmine.clone(), "bench", "here", link, || 0.5);
        sender.await.unwrap()
    }

    pub async fn look_after(&self) {
        let source = EntMineHere(self.entmine.clone());
        look_after(&source, &self.store).await.unwrap();
    }

    /// One message after the other, until there is nothing more to say.
    pub async fn send_all(&self) {
        let mut sender = self.sender(Arc::new(StoreHere(self.store.clone()))).await;
        loop {
            match sender.run_once().await.unwrap() {
                Sent::Applied { more: false, .. } => return,
                Sent::Applied { more: true, .. } | Sent::Gap { .. } => {}
                Sent::Failed => panic!("a message failed"),
            }
        }
    }
}
