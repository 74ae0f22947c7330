//! Store and EntMine in a process of the test's own, which can do what the program cannot: answer
//! without waiting for the disk.

use entmine::{EntMine, ProductFile, SystemClock};
use model::{OrderForm, Outcome};
use server::catalogue::{EntMineHere, catch_up};
use server::embedded::Embedded;
use std::sync::Arc;
use wizastore::{Durability, Store, StoreConfig, SubmitFields};

pub const DURABILITY: &str = "PROOF_CHILD_DURABILITY";
pub const DATA: &str = "PROOF_CHILD_DATA";
pub const ORDERS: usize = 3;

const PRODUCTS: &str = "\
Handle,Title,Type,Published,Variant SKU,Variant Price,Variant Inventory Qty
wand,A fine wand,Wands,TRUE,WAND,12.99,1000
";

/// Does nothing unless it is run under strace by the test beside it.
#[tokio::test]
async fn a_traced_process() {
    let Ok(durability) = std::env::var(DURABILITY) else {
        return;
    };
    let durability = match durability.as_str() {
        "full" => Durability::Full,
        _ => Durability::Process,
    };
    let data = std::env::var(DATA).unwrap();
    let options = entmine::Options {
        durability,
        ..entmine::Options::default()
    };
    let url = format!("sqlite:{data}/entmine.db");
    let entmine = EntMine::open(&url, options).await.unwrap();
    let file = ProductFile::parse(PRODUCTS.as_bytes(), "GBP").unwrap();
    entmine.import(&file, &mut |_| {}).await.unwrap();
    let embedded = Embedded {
        entmine: entmine.clone(),
        clock: Arc::new(SystemClock),
        switch: None,
    };
    let config = StoreConfig {
        durability,
        ..StoreConfig::new(&format!("sqlite:{data}/wizastore.db"), Arc::new(embedded))
    };
    let store = Store::open(config).await.unwrap();
    catch_up(&EntMineHere(entmine), &store).await.unwrap();
    for _ in 0..ORDERS {
        order(&store).await;
    }
}

async fn order(store: &Store) {
    let visit = store.visit(None, None);
    visit.cart_add("WAND", "1").await.unwrap();
    let token = visit.reply().session_token();
    let page = store.visit(token.clone(), None).cart_page().await.unwrap();
    let cart = page.cart.unwrap();
    let fields = SubmitFields {
        order_key: cart.order_key,
        receipt: cart.receipt,
        cart_revision: cart.revision.to_string(),
        shown_total_minor: cart.total_minor.to_string(),
        form: OrderForm {
            name: "Ada Fenwick".into(),
            email: "ada@example.org".into(),
            line1: "1 Owl Lane".into(),
            city: "York".into(),
            postcode: "YO1 7HH".into(),
            country: "GB".into(),
            ..OrderForm::default()
        },
    };
    println!("REQUEST");
    match store.visit(token, None).submit(fields).await.unwrap() {
        Outcome::Confirmed { number, .. } => println!("REPLY {number}"),
        other => panic!("{other:?}"),
    }
}
