//! The catalogue cache.

use super::ENGINE;
use crate::shop::{Shop, product, snapshot};
use model::{CatalogueMessage, Category, Change, Changes, Product, StockWord};
use sqlx::{AnyConnection, Connection};
use std::time::Duration;
use wizastore::{CatalogueGap, Heard, NotHeard, Origin, Smaller, Taken, digest_of};

/// A message with one change of the wand.
fn wand(from: i64, to: i64, price: i64, version: i64) -> CatalogueMessage {
    let change = Change {
        seq: to,
        sku: "WAND".into(),
        version,
        deleted: false,
        product: Some(product("WAND", price, version)),
    };
    message(from, to, vec![change])
}

fn message(from: i64, to: i64, changes: Vec<Change>) -> CatalogueMessage {
    let changes = Changes {
        epoch: 1,
        from,
        to,
        more: false,
        changes,
    };
    CatalogueMessage::new(changes, None)
}

async fn price(shop: &Shop) -> i64 {
    shop.browser()
        .visit()
        .product("wand")
        .await
        .unwrap()
        .expect("a wand")
        .product
        .price_minor
}

/// Whether somebody called for a look at EntMine's catalogue.
async fn is_called(shop: &Shop) -> bool {
    let call = shop.store.catalogue_call();
    tokio::time::timeout(Duration::ZERO, call).await.is_ok()
}

#[tokio::test]
async fn a_gap_applies_nothing_says_what_is_there_and_is_looked_after() {
    let shop = Shop::open(ENGINE).await;
    let answer = shop.store.hear_catalogue(wand(5, 6, 1, 9)).await.unwrap();
    assert_eq!(answer, Heard::Gap(CatalogueGap { applied: 1 }));
    assert_eq!(price(&shop).await, 1299);
    assert!(is_called(&shop).await);
}

#[tokio::test]
async fn another_epoch_is_a_gap() {
    let shop = Shop::open(ENGINE).await;
    let mut later = wand(1, 2, 1, 9);
    later.epoch = 2;
    let answer = shop.store.hear_catalogue(later).await.unwrap();
    assert_eq!(answer, Heard::Gap(CatalogueGap { applied: 1 }));
    assert!(is_called(&shop).await);
}

#[tokio::test]
async fn a_version_never_goes_back() {
    let shop = Shop::open(ENGINE).await;
    for (message, to) in [
        (wand(1, 2, 1500, 3), 2),
        (wand(1, 2, 1400, 2), 2),
        (wand(1, 3, 1400, 2), 3),
    ] {
        let applied = shop.store.apply_catalogue(message).await.unwrap();
        assert_eq!(applied, Ok(to));
    }
    assert_eq!(price(&shop).await, 1500);
    assert_eq!(
        shop.store.catalogue_watermark().await.unwrap(),
        Some((1, 3))
    );
}

#[tokio::test]
async fn a_late_copy_does_not_bring_back_what_was_deleted() {
    let shop = Shop::open(ENGINE).await;
    let gone = Change {
        seq: 3,
        sku: "WAND".into(),
        version: 3,
        deleted: true,
        product: None,
    };
    for message in [
        wand(1, 2, 1500, 2),
        message(2, 3, vec![gone]),
        wand(1, 2, 1500, 2),
    ] {
        let heard = shop.store.hear_catalogue(message).await.unwrap();
        assert_eq!(heard, Heard::Applied { matches: None });
    }
    let products = shop.store.catalogue_products().await.unwrap();
    assert!(products.iter().all(|product| product.sku != "WAND"));
}

#[tokio::test]
async fn a_heartbeat_compares_and_damage_is_looked_after() {
    let shop = Shop::open(ENGINE).await;
    let mut heartbeat = message(1, 1, Vec::new());
    let products = shop.store.catalogue_products().await.unwrap();
    heartbeat.digest = Some(digest_of(&products));
    let heard = shop.store.hear_catalogue(heartbeat.clone()).await.unwrap();
    assert_eq!(
        heard,
        Heard::Applied {
            matches: Some(true)
        }
    );
    assert!(!is_called(&shop).await);

    // A row that nobody should have touched. The digest of before is believed for five minutes.
    shop.alter("UPDATE products SET price_minor = 1 WHERE sku = 'WAND'")
        .await;
    shop.clock.advance(5 * 60 * 1_000);
    let heard = shop.store.hear_catalogue(heartbeat).await.unwrap();
    assert_eq!(
        heard,
        Heard::Applied {
            matches: Some(false)
        }
    );
    assert!(is_called(&shop).await);

    // Mended by another replica, which this one does not hear of: what it believes accuses nobody.
    shop.alter("UPDATE products SET price_minor = 1299 WHERE sku = 'WAND'")
        .await;
    let mut again = message(1, 1, Vec::new());
    again.digest = Some(digest_of(&products));
    let heard = shop.store.hear_catalogue(again).await.unwrap();
    assert_eq!(
        heard,
        Heard::Applied {
            matches: Some(true)
        }
    );
    shop.alter("UPDATE products SET price_minor = 1 WHERE sku = 'WAND'")
        .await;

    // Mended under the same seq: what was believed before counts no longer.
    let whole = snapshot(1, 1, products);
    let digest = whole.digest.clone();
    let taken = shop.store.take_snapshot(whole, Smaller::Hold).await;
    assert_eq!(
        taken.unwrap(),
        Taken::Replaced {
            differed: 1,
            stocks: 0
        }
    );
    let believed = shop.store.catalogue_digest().await.unwrap();
    assert_eq!(believed.digest, digest);
}

#[tokio::test]
async fn staff_of_entmine_can_wish_for_the_whole_catalogue() {
    let shop = Shop::open(ENGINE).await;
    assert!(!shop.store.catalogue_repair_wished());
    let mut repair = message(1, 1, Vec::new());
    repair.kind = CatalogueMessage::REPAIR.into();
    shop.store.hear_catalogue(repair).await.unwrap();
    assert!(is_called(&shop).await);
    assert!(shop.store.catalogue_repair_wished());
    assert!(!shop.store.catalogue_repair_wished(), "once");
}

#[tokio::test]
async fn what_is_no_message_applies_nothing() {
    let shop = Shop::open(ENGINE).await;
    let good = wand(1, 2, 1500, 2);
    let bad = |change: fn(&mut CatalogueMessage)| {
        let mut message = good.clone();
        change(&mut message);
        message
    };
    for (wrong, what) in [
        (bad(|m| m.kind = "catalog.gone".into()), "type"),
        (bad(|m| m.epoch = 0), "epoch"),
        (bad(|m| m.to = 0), "backwards"),
        (bad(|m| m.changes[0].seq = 1), "before from"),
        (bad(|m| m.changes[0].seq = 3), "after to"),
        (bad(|m| m.changes[0].version = 9), "another version"),
        (bad(|m| m.changes[0].sku = "BROOM".into()), "another SKU"),
        (bad(|m| m.changes[0].deleted = true), "deleted and there"),
        (bad(|m| m.changes[0].product = None), "neither"),
        (bad(|m| m.changes.push(m.changes[0].clone())), "twice"),
        (
            bad(|m| m.changes[0].product.as_mut().unwrap().price_minor = -1),
            "a negative price",
        ),
        (
            bad(|m| m.changes[0].product.as_mut().unwrap().name = "a\0b".into()),
            "NUL",
        ),
    ] {
        let answer = shop.store.hear_catalogue(wrong).await;
        assert!(matches!(answer, Err(NotHeard::Malformed(_))), "{what}");
    }
    assert_eq!(
        shop.store.catalogue_watermark().await.unwrap(),
        Some((1, 1))
    );
    assert_eq!(price(&shop).await, 1299);
}

#[tokio::test]
async fn a_snapshot_replaces_everything_and_leaves_nothing_behind() {
    let shop = Shop::open(ENGINE).await;
    let new: Vec<Product> = (1..=450)
        .map(|n| product(&format!("ITEM-{n:03}"), n, 1))
        .collect();
    let taken = shop
        .store
        .take_snapshot(snapshot(2, 7, new.clone()), Smaller::Hold)
        .await
        .unwrap();
    assert_eq!(
        taken,
        Taken::Replaced {
            differed: 452,
            stocks: 452
        }
    );
    assert_eq!(shop.store.catalogue_products().await.unwrap(), new);
    let mut conn = AnyConnection::connect(shop.url()).await.unwrap();
    let staged: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM products_staged")
        .fetch_one(&mut conn)
        .await
        .unwrap();
    assert_eq!(staged, 0);
    // Again: nothing differs.
    let taken = shop
        .store
        .take_snapshot(snapshot(2, 7, new), Smaller::Hold)
        .await
        .unwrap();
    assert_eq!(
        taken,
        Taken::Replaced {
            differed: 0,
            stocks: 0
        }
    );
}

/// More products than are removed in one transaction.
#[tokio::test]
async fn of_a_large_snapshot_nothing_is_left_staged() {
    let shop = Shop::open(ENGINE).await;
    let many = (0..1_001)
        .map(|n| product(&format!("P{n:04}"), 100, 1))
        .collect();
    let taken = shop
        .store
        .take_snapshot(snapshot(2, 7, many), Smaller::Hold);
    taken.await.unwrap();
    assert_eq!(shop.ask("SELECT COUNT(*) FROM products").await, 1_001);
    assert_eq!(shop.ask("SELECT COUNT(*) FROM products_staged").await, 0);
}

#[tokio::test]
async fn a_snapshot_from_before_does_not_undo_what_was_applied() {
    let shop = Shop::open(ENGINE).await;
    shop.store
        .apply_catalogue(wand(1, 2, 1500, 2))
        .await
        .unwrap()
        .unwrap();
    let old = snapshot(1, 1, vec![product("WAND", 1299, 1), product("BROOM", 1, 1)]);
    let taken = shop.store.take_snapshot(old, Smaller::Take).await.unwrap();
    assert_eq!(taken, Taken::Overtaken);
    assert_eq!(price(&shop).await, 1500);
}

#[tokio::test]
async fn a_damaged_snapshot_is_not_taken() {
    let shop = Shop::open(ENGINE).await;
    let mut damaged = snapshot(2, 1, vec![product("WAND", 1, 1), product("BROOM", 1, 1)]);
    damaged.products[0].price_minor = 2;
    let taken = shop
        .store
        .take_snapshot(damaged, Smaller::Take)
        .await
        .unwrap();
    assert_eq!(taken, Taken::Damaged);
    assert_eq!(price(&shop).await, 1299);
}

#[tokio::test]
async fn a_digest_is_the_same_in_capitals() {
    let shop = Shop::open(ENGINE).await;
    let mut shouted = snapshot(2, 1, vec![product("WAND", 1, 1), product("BROOM", 1, 1)]);
    shouted.digest = shouted.digest.replace("sha256:", "SHA256:").to_uppercase();
    shouted.digest = shouted.digest.replace("SHA256:", "sha256:");
    let digest = shouted.digest.clone();
    let taken = shop.store.take_snapshot(shouted, Smaller::Take).await;
    assert!(matches!(taken.unwrap(), Taken::Replaced { .. }));
    let state = shop.store.catalogue_digest().await.unwrap();
    let same = shop
        .store
        .catalogue_is(state.epoch, state.seq, &digest, Some(&state.stock))
        .await;
    assert_eq!(same.unwrap(), Some(true));
}

#[tokio::test]
async fn a_product_that_cannot_be_sold_is_refused_whichever_way_it_comes() {
    let shop = Shop::open(ENGINE).await;
    let good = product("WAND", 1_500, 9);
    let broken: [fn(&mut Product); 6] = [
        |product| product.price_minor = -500,
        |product| product.price_minor = i64::MAX,
        |product| product.currency = "GBPX".into(),
        |product| product.currency = "gb£".into(),
        |product| product.name = "a\0b".into(),
        |product| product.sku = String::new(),
    ];
    for (number, broken) in broken.into_iter().enumerate() {
        let mut bad = good.clone();
        broken(&mut bad);
        let mut pulled = wand(1, 2, 1_500, 9);
        pulled.changes[0].sku = bad.sku.clone();
        pulled.changes[0].product = Some(bad.clone());
        let applied = shop.store.apply_catalogue(pulled).await;
        assert!(
            matches!(applied, Err(NotHeard::Malformed(_))),
            "{number}: {applied:?}"
        );
        let whole = snapshot(2, 1, vec![bad, product("BROOM", 1, 1)]);
        let taken = shop
            .store
            .take_snapshot(whole, Smaller::Take)
            .await
            .unwrap();
        assert!(
            matches!(taken, Taken::Malformed { .. }),
            "{number}: {taken:?}"
        );
        assert_eq!(price(&shop).await, 1299);
    }
}

#[tokio::test]
async fn a_much_smaller_snapshot_waits_for_an_operator() {
    let shop = Shop::open(ENGINE).await;
    let products = |count: i64| -> Vec<Product> {
        (1..=count)
            .map(|n| product(&format!("ITEM-{n:03}"), n, 1))
            .collect()
    };
    let take = async |seq, count, smaller| {
        let snapshot = snapshot(1, seq, products(count));
        shop.store.take_snapshot(snapshot, smaller).await.unwrap()
    };
    assert!(matches!(
        take(2, 10, Smaller::Hold).await,
        Taken::Replaced { .. }
    ));
    // A fifth less is taken, more is not.
    assert!(matches!(
        take(3, 8, Smaller::Hold).await,
        Taken::Replaced { .. }
    ));
    // What was read before the cache's last change says nothing about what EntMine has now.
    assert_eq!(take(2, 1, Smaller::Hold).await, Taken::Overtaken);
    for few in [6, 1, 0] {
        assert_eq!(take(4, few, Smaller::Hold).await, Taken::Held, "{few}");
    }
    let state = shop.store.catalogue_state().await.unwrap();
    assert_eq!((state.seq, state.products), (3, 8));
    let held = state.held.expect("it is held");
    assert_eq!((held.seq, held.products, held.had), (4, 0, 8));
    // Changes that lead past it are followed, and it waits for nobody any more.
    let past = message(3, 5, Vec::new());
    shop.store.hear_catalogue(past).await.unwrap();
    let state = shop.store.catalogue_state().await.unwrap();
    assert_eq!((state.seq, state.products, state.held), (5, 8, None));
    // It is meant.
    assert_eq!(take(6, 0, Smaller::Hold).await, Taken::Held);
    assert_eq!(
        take(6, 0, Smaller::Take).await,
        Taken::Replaced {
            differed: 8,
            stocks: 8
        }
    );
    let state = shop.store.catalogue_state().await.unwrap();
    assert_eq!((state.seq, state.products, state.held), (6, 0, None));
}

#[tokio::test]
async fn pages_know_when_entmine_was_last_heard_of() {
    let shop = Shop::open(ENGINE).await;
    let visit = || shop.browser().visit();
    shop.clock.advance(90_000);
    assert_eq!(visit().product("wand").await.unwrap().unwrap().age_s, 90);
    assert_eq!(visit().home().await.unwrap().age_s, 90);
    assert_eq!(visit().search("wand", 1).await.unwrap().age_s, 90);
    let category = visit().category("things-tools", 1).await.unwrap();
    assert_eq!(category.unwrap().age_s, 90);
    shop.erp.down(true);
    assert_eq!(
        visit().stock("WAND").await.unwrap(),
        StockWord::Unchecked { age_s: 90 }
    );
    // A heartbeat is a confirmation.
    let heartbeat = message(1, 1, Vec::new());
    shop.store.hear_catalogue(heartbeat).await.unwrap();
    assert_eq!(visit().product("wand").await.unwrap().unwrap().age_s, 0);
}

#[tokio::test]
async fn lists_are_paged_and_searched() {
    let shop = Shop::open(ENGINE).await;
    let many = (1..=50)
        .map(|n| product(&format!("ITEM-{n:02}"), n, 1))
        .collect();
    let many = snapshot(1, 1, many);
    shop.store.take_snapshot(many, Smaller::Take).await.unwrap();
    let visit = shop.browser().visit();
    let list = visit
        .category("things-tools", 3)
        .await
        .unwrap()
        .expect("a category");
    assert_eq!(
        (list.total, list.pages, list.page, list.products.len()),
        (50, 3, 3, 2)
    );
    let beyond = visit
        .category("things-tools", 99)
        .await
        .unwrap()
        .expect("a category");
    assert_eq!(beyond.page, 3);
    assert_eq!(visit.search("FINE item-07", 1).await.unwrap().total, 1);
    assert_eq!(visit.search("100%", 1).await.unwrap().total, 0);
    assert_eq!(visit.search("  ", 1).await.unwrap().total, 0);
    assert!(visit.category("nowhere", 1).await.unwrap().is_none());
    assert!(visit.reply().not_found());
}

#[tokio::test]
async fn a_snapshot_of_another_entmine_is_taken_when_somebody_knows_that_it_is_right() {
    let shop = Shop::open(ENGINE).await;
    let origin = |instance: &str, went_back| Origin {
        instance: Some(instance.to_owned()),
        went_back,
    };
    let take = async |origin, snapshot| {
        let taken = shop.store.take_snapshot_of(origin, snapshot, Smaller::Take);
        taken.await.unwrap()
    };
    let of = |seq, price| snapshot(1, seq, vec![product("WAND", price, 1)]);
    assert!(matches!(
        take(origin("a", false), of(9, 900)).await,
        Taken::Replaced { .. }
    ));
    for (whose, seq) in [("b", 9), ("b", 20), ("a", 3)] {
        let taken = take(origin(whose, false), of(seq, 100)).await;
        assert_eq!(taken, Taken::Overtaken, "{whose} {seq}");
    }
    assert_eq!(price(&shop).await, 900);
    take(origin("b", true), of(2, 200)).await;
    assert_eq!(price(&shop).await, 200);
    assert_eq!(
        shop.store.catalogue_watermark().await.unwrap(),
        Some((1, 2))
    );
    assert_eq!(
        shop.store.catalogue_instance().await.unwrap().as_deref(),
        Some("b")
    );
}

#[tokio::test]
async fn snapshots_that_are_taken_at_the_same_time_do_not_cut_each_other_short() {
    let shop = Shop::open(ENGINE).await;
    let many: Vec<_> = (0..700)
        .map(|n| product(&format!("ITEM-{n:04}"), 100, 1))
        .collect();
    let take = || {
        let snapshot = snapshot(1, 5, many.clone());
        shop.store.take_snapshot(snapshot, Smaller::Take)
    };
    let (a, b, c) = futures::future::join3(take(), take(), take()).await;
    for taken in [a, b, c] {
        let taken = taken.unwrap();
        assert!(matches!(taken, Taken::Replaced { .. }), "{taken:?}");
    }
}

#[tokio::test]
async fn categories_are_those_of_the_products_whatever_changes() {
    let shop = Shop::open(ENGINE).await;
    let of = |sku: &str, version, category: &str, image: &str| Product {
        category: category.into(),
        image: image.into(),
        ..product(sku, 500, version)
    };
    let hidden = |product: Product| Product {
        published: false,
        ..product
    };
    let steps = [
        // New ones, of a category that is there and of two that are not, one of them written in two ways.
        vec![
            of("A", 1, "Lamps", "/a"),
            of("B", 1, "LAMPS", "/b"),
            of("C", 1, "Rugs", "/c"),
        ],
        vec![of("D", 1, "lamps", ""), hidden(of("E", 1, "Bags", "/e"))],
        // The one whose picture was shown has another, and another category.
        vec![of("B", 2, "Lamps", "/0")],
        vec![of("C", 2, "Lamps", "/c")],
        vec![hidden(of("A", 2, "Lamps", "/a")), of("E", 2, "Bags", "/e")],
        // A copy that is too old changes nothing.
        vec![of("E", 1, "Rugs", "/z")],
        // The last one of a category goes.
        vec![hidden(of("E", 3, "Bags", "/e"))],
    ];
    let mut seq = 1;
    for (n, products) in steps.into_iter().enumerate() {
        let changes: Vec<Change> = (seq + 1..)
            .zip(products)
            .map(|(seq, product)| Change {
                seq,
                sku: product.sku.clone(),
                version: product.version,
                deleted: false,
                product: Some(product),
            })
            .collect();
        let to = seq + changes.len() as i64;
        let applied = shop.store.apply_catalogue(message(seq, to, changes)).await;
        assert_eq!(applied.unwrap(), Ok(to));
        seq = to;
        let differing = "SELECT COUNT(*) FROM (
             SELECT slug, name, products, image FROM categories
             EXCEPT SELECT category_slug, MIN(category), COUNT(*), MAX(image) FROM products
             WHERE published = 1 AND listed = 1 GROUP BY category_slug) told";
        assert_eq!(shop.ask(differing).await, 0, "{n}");
        let missing = "SELECT (SELECT COUNT(DISTINCT category_slug) FROM products
             WHERE published = 1 AND listed = 1) - (SELECT COUNT(*) FROM categories)";
        assert_eq!(shop.ask(missing).await, 0, "{n}");
    }
    // What another program changed beside this one is noticed.
    shop.alter("UPDATE categories SET products = 7, name = 'Lights' WHERE slug = 'lamps'")
        .await;
    shop.store.sweep().await.unwrap();
    let lamps = shop
        .browser()
        .visit()
        .category("lamps", 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((lamps.total, lamps.products.len()), (3, 3));
    assert_ne!(lamps.title, "Lights");
}

#[tokio::test]
async fn a_category_whose_name_has_no_letter_has_an_address_of_its_own() {
    let shop = Shop::open(ENGINE).await;
    let names = ["✨", "🔥", "—", "Other", ""];
    let products = (1..).zip(names).map(|(n, name)| Product {
        category: name.to_owned(),
        ..product(&format!("ITEM-{n}"), 500, 1)
    });
    let taken = snapshot(1, 2, products.collect());
    let taken = shop.store.take_snapshot(taken, Smaller::Take).await;
    assert!(matches!(taken.unwrap(), Taken::Replaced { .. }));
    let visit = shop.browser().visit();
    let addresses = async || {
        let mut addresses = Vec::new();
        for (n, name) in (1..).zip(&names[..3]) {
            let page = visit.product(&format!("item-{n}")).await.unwrap().unwrap();
            let list = visit.category(&page.category_slug, 1).await.unwrap();
            let list = list.expect("a category");
            assert_eq!((list.title.as_str(), list.total), (*name, 1));
            addresses.push(page.category_slug);
        }
        addresses
    };
    let before = addresses().await;
    let other = visit.category("other", 1).await.unwrap().unwrap();
    assert_eq!(other.total, 2, "what has no name is with the others");

    // As an earlier program wrote it.
    shop.alter("UPDATE products SET category_slug = 'other'")
        .await;
    shop.store.sweep().await.unwrap();
    assert_eq!(addresses().await, before);
    let other = visit.category("other", 1).await.unwrap().unwrap();
    assert_eq!(other.total, 2);
}

/// Twelve, by name.
const DOZEN: [&str; 12] = [
    "Bags", "Cups", "Dice", "Éclairs", "Fans", "Gongs", "Hats", "Inks", "Jars", "Kites", "Lamps",
    "Masks",
];

#[tokio::test]
async fn every_page_names_a_dozen_categories_and_says_whether_there_are_more() {
    let shop = Shop::open(ENGINE).await;
    let take = async |seq, categories: &[&str]| {
        let products = (1..)
            .zip(categories)
            .map(|(n, category)| Product {
                category: (*category).to_owned(),
                ..product(&format!("ITEM-{n:02}"), 500, 1)
            })
            .collect();
        let snapshot = snapshot(1, seq, products);
        let taken = shop.store.take_snapshot(snapshot, Smaller::Take).await;
        assert!(matches!(taken.unwrap(), Taken::Replaced { .. }));
    };
    let names = |categories: Vec<Category>| -> Vec<String> {
        let names = categories.into_iter().map(|category| category.name);
        names.collect()
    };
    let visit = shop.browser().visit();

    // An accent changes no letter's place.
    take(2, &DOZEN).await;
    let frame = visit.frame().await.unwrap();
    assert!(!frame.more_categories);
    assert_eq!(names(frame.categories), DOZEN);
    assert_eq!(names(visit.categories().await.unwrap()), DOZEN);

    // Of more those with the most products, and they too by name.
    let more = ["Nets", "Nets", "Oars", "Oars", "Éclairs"];
    take(3, &[&DOZEN[..], &more].concat()).await;
    let frame = visit.frame().await.unwrap();
    assert!(frame.more_categories);
    let named = [&DOZEN[..10], &["Nets", "Oars"]].concat();
    assert_eq!(names(frame.categories), named);
    let all = visit.categories().await.unwrap();
    assert_eq!(
        all.iter().map(|category| category.products).sum::<i64>(),
        17
    );
    assert_eq!(names(all), [&DOZEN[..], &["Nets", "Oars"]].concat());
}
