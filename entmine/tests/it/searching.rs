//! What staff find, however it is written.

use super::ENGINE;
use crate::shop::{Shop, new_key, order, stored};
use database::Engine;
use database::testing::TestDatabase;
use entmine::{AuditQuery, OrderQuery, OrderText, Person, ProductFields, ProductQuery};
use model::OrderStatus;
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection};

async fn of_person(shop: &Shop, text: &str) -> Vec<String> {
    let query = OrderQuery {
        text: OrderText::Person(text.to_owned()),
        ..OrderQuery::default()
    };
    let found = shop.entmine.orders(query).await.unwrap();
    assert_eq!(
        (found.total, found.unsearched),
        (Some(found.orders.len() as i64), 0)
    );
    found.orders.into_iter().map(|order| order.name).collect()
}

async fn products(shop: &Shop, text: &str) -> Vec<String> {
    let query = ProductQuery {
        text: text.to_owned(),
        ..ProductQuery::default()
    };
    let found = shop.entmine.products(query).await.unwrap();
    let skus = found.products.into_iter();
    skus.map(|stocked| stocked.product.sku).collect()
}

async fn place_for(shop: &Shop, name: &str, email: &str) -> String {
    let mut sent = order(&[("WAND", 1, 1299)]);
    sent.customer.name = name.into();
    sent.customer.email = email.into();
    stored(shop.place(new_key(), &sent).await).number
}

#[tokio::test]
async fn a_customer_is_found_by_any_writing_of_the_name() {
    let shop = Shop::open(ENGINE).await;
    place_for(&shop, "Émile Zola", "zola@example.org").await;
    place_for(&shop, "Zofia Z\u{307}ubr", "zubr@example.org").await;
    place_for(&shop, "JÖRG GROẞ", "gross@example.org").await;
    for (text, name) in [
        ("Émile Zola", "Émile Zola"),
        ("emile", "Émile Zola"),
        ("ÉMILE", "Émile Zola"),
        ("E\u{301}mile", "Émile Zola"),
        ("zola émile", "Émile Zola"),
        ("ＥＭＩＬＥ", "Émile Zola"),
        ("Żubr", "Zofia Z\u{307}ubr"),
        ("zubr", "Zofia Z\u{307}ubr"),
        ("jorg", "JÖRG GROẞ"),
        ("Jörg Groß", "JÖRG GROẞ"),
        ("GROSS@EXAMPLE", "JÖRG GROẞ"),
    ] {
        assert_eq!(of_person(&shop, text).await, [name], "{text}");
    }
    // A postcode with and without its space.
    for text in ["SA31 1AA", "sa311aa"] {
        assert_eq!(of_person(&shop, text).await.len(), 3, "{text}");
    }
    for text in ["%", "_", "\\", "!", "emile%", "\0", "e\0", "Zofia Zola"] {
        assert_eq!(of_person(&shop, text).await, [""; 0], "{text:?}");
    }
}

#[tokio::test]
async fn products_are_found_by_name_category_and_article_number() {
    let shop = Shop::open(ENGINE).await;
    shop.import_more(
        "oel,Öl 50% \\ fein_1,Salben,TRUE,OEL-7.1,3.00,1\n\
         cafe,Cafe\u{301} crème,Żywność,TRUE,KAFFEE,4.00,1\n",
    )
    .await;
    for (text, sku) in [
        ("ÖL", "OEL-7.1"),
        ("ol", "OEL-7.1"),
        ("oel-7.1", "OEL-7.1"),
        ("50%", "OEL-7.1"),
        ("\\", "OEL-7.1"),
        ("fein_1", "OEL-7.1"),
        ("CAFÉ", "KAFFEE"),
        ("creme cafe", "KAFFEE"),
        ("zywnosc", "KAFFEE"),
    ] {
        assert_eq!(products(&shop, text).await, [sku], "{text}");
    }
    for text in ["fein-1", "\0", "50%5", "_____________"] {
        assert_eq!(products(&shop, text).await, [""; 0], "{text:?}");
    }
}

#[tokio::test]
async fn what_is_created_and_edited_is_found_by_what_it_is_called_now() {
    let shop = Shop::open(ENGINE).await;
    let fields = |name: &str| ProductFields {
        name: name.into(),
        category: "Licht".into(),
        price_minor: 2000,
        ..ProductFields::default()
    };
    let (sku, new) = ("LAMPE", fields("Größe Lampe"));
    let created = shop.entmine.create_product(sku, new, "GBP", "staff:m");
    let created = created.await.unwrap().unwrap();
    assert_eq!(products(&shop, "grosse").await, ["LAMPE"]);
    let fields = fields("Ćma");
    let edition = created.product.edition();
    let edited = shop.entmine.edit_product(sku, &edition, fields, "staff:m");
    edited.await.unwrap().unwrap();
    assert_eq!(products(&shop, "grosse").await, [""; 0]);
    assert_eq!(products(&shop, "cma").await, ["LAMPE"]);
    let said = "SELECT COUNT(*) FROM products WHERE search_text = ''";
    assert_eq!(shop.ask(said).await, 0);
}

#[tokio::test]
async fn the_audit_is_searched_the_same_way() {
    let shop = Shop::open(ENGINE).await;
    let fields = ProductFields {
        name: "Übergröße".into(),
        category: "Größen".into(),
        price_minor: 2000,
        ..ProductFields::default()
    };
    let created = shop
        .entmine
        .create_product("UE-1", fields, "GBP", "staff:m");
    created.await.unwrap().unwrap();
    let found = async |text: &str| {
        let query = AuditQuery {
            text: text.to_owned(),
            ..AuditQuery::default()
        };
        shop.entmine.audit(query).await.unwrap().entries.len()
    };
    for text in ["ÜBERGRÖSSE", "ubergrosse", "created übergröße", "ue-1"] {
        assert_eq!(found(text).await, 1, "{text}");
    }
    for text in ["\0", "%", "imported Übergröße"] {
        assert_eq!(found(text).await, 0, "{text:?}");
    }
}

#[tokio::test]
async fn a_search_of_the_audit_looks_through_so_many_entries_and_says_so() {
    let shop = Shop::open(ENGINE).await;
    let query = |text: &str, before| AuditQuery {
        text: text.to_owned(),
        before,
        ..AuditQuery::default()
    };
    let first = shop.entmine.audit(query("", None)).await.unwrap();
    assert_eq!((first.next, first.searched_to_ms), (None, None));
    shop.alter(
        "INSERT INTO audit (position, at_ms, actor, event, subject, detail, search_text)
         WITH RECURSIVE ns (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM ns WHERE n < 20150)
         SELECT 1000 + n, 7 * n, 'entmine', 'thing', 'thing', '', CASE WHEN n = 5 THEN 'needle' ELSE 'hay' END
         FROM ns",
    )
    .await;
    let found = shop.entmine.audit(query("needle", None)).await.unwrap();
    assert_eq!(found.entries, []);
    assert_eq!(
        (found.next, found.searched_to_ms),
        (Some(1_151), Some(7 * 151))
    );
    let found = shop
        .entmine
        .audit(query("needle", found.next))
        .await
        .unwrap();
    let positions: Vec<_> = found.entries.iter().map(|entry| entry.position).collect();
    assert_eq!(
        (positions, found.next, found.searched_to_ms),
        (vec![1_005], None, None)
    );
    // A full page goes on behind its last entry.
    let found = shop.entmine.audit(query("hay", None)).await.unwrap();
    assert_eq!(
        (found.entries.len(), found.next, found.searched_to_ms),
        (100, Some(21_051), None)
    );
}

#[tokio::test]
async fn words_that_very_many_have_are_looked_for_from_the_newest_on_and_it_is_said_how_far() {
    let shop = Shop::open(ENGINE).await;
    place_for(&shop, "Alpha Beta", "rare@example.org").await;
    // Twenty thousand with the one word and as many with the other, and one, the oldest, with both.
    shop.alter(
        "INSERT INTO verdicts (key, store, verdict, fingerprint, decided_at_ms)
         WITH RECURSIVE ns (n) AS (SELECT CAST(2 AS BIGINT) UNION ALL SELECT n + 1 FROM ns WHERE n < 40005)
         SELECT 'k' || n, 'shop', 'accepted', 'f', 1 FROM ns;
         INSERT INTO orders (number, position, key, store, placed_at_ms, accepted_at_ms, currency, total_minor,
             status, name, email, line1, city, postcode, country, body, search_text)
         WITH RECURSIVE ns (n) AS (SELECT CAST(2 AS BIGINT) UNION ALL SELECT n + 1 FROM ns WHERE n < 40005)
         SELECT 'X' || n, n, 'k' || n, 'shop', 1, 7 * n, 'GBP', 1, 'new', '', '', '', '', '', 'GB',
             CAST('' AS blob), CASE WHEN n <= 20003 THEN 'alpha' ELSE 'beta' END FROM ns;
         INSERT INTO order_words (word, position) SELECT search_text, position FROM orders WHERE position > 1;
         INSERT INTO order_words (word, position) VALUES ('alpha', 1), ('beta', 1), ('rare@example.org', 1);
         INSERT INTO sequences (name, last) VALUES ('order_words', 40005)",
    )
    .await;
    let person = async |text: &str, before: Option<i64>| {
        let query = OrderQuery {
            text: OrderText::Person(text.to_owned()),
            before,
            ..OrderQuery::default()
        };
        shop.entmine.orders(query).await.unwrap()
    };
    let mut before = None;
    for (next, searched_to_ms) in [(20_006, 7 * 20_006), (6, 42)] {
        let found = person("alpha beta", before).await;
        assert_eq!((found.orders.len(), found.total), (0, None));
        assert_eq!(
            (found.next, found.searched_to_ms),
            (Some(next), Some(searched_to_ms))
        );
        before = found.next;
    }
    let found = person("alpha beta", before).await;
    assert_eq!(
        (found.orders.len(), found.next, found.searched_to_ms),
        (1, None, None)
    );
    // A rarer word leads there at once.
    let found = person("alpha beta rare", None).await;
    assert_eq!(
        (found.orders.len(), found.total, found.next),
        (1, Some(1), None)
    );
    // And a page that is full goes on behind its last order.
    let found = person("bet", None).await;
    assert_eq!(
        (found.orders.len(), found.next, found.searched_to_ms),
        (50, Some(39_956), None)
    );
}

#[tokio::test]
async fn an_erased_customer_is_not_found_any_more() {
    let shop = Shop::open(ENGINE).await;
    let number = place_for(&shop, "Émile Zola", "Zola@Example.org").await;
    shop.change(&number, OrderStatus::Cancelled).await;
    while !shop.entmine.write_order_words().await.unwrap() {}
    assert!(shop.ask("SELECT COUNT(*) FROM order_words").await > 0);
    // The same address with an accent is another person's.
    let other = Person::Email("zolà@example.org".into());
    assert_eq!(shop.orders_of(&other).await, [""; 0]);
    let person = Person::Email("ZOLA@example.ORG".into());
    let erased = shop.entmine.erase(&person, "staff:morgan").await.unwrap();
    assert_eq!(erased.erased, [number]);
    assert_eq!(of_person(&shop, "zola").await, [""; 0]);
    assert_eq!(of_person(&shop, "sa31").await, [""; 0]);
    let left = "SELECT COUNT(*) FROM orders WHERE search_text <> '' OR email_key <> ''";
    assert_eq!(shop.ask(left).await, 0);
    assert_eq!(shop.ask("SELECT COUNT(*) FROM order_words").await, 0);
}

#[tokio::test]
async fn a_person_with_many_orders_is_found_page_by_page() {
    let shop = Shop::open(ENGINE).await;
    shop.import_more("lamp,Lamp,Lights,TRUE,LAMP,3.00,60\n")
        .await;
    for n in 0..60 {
        let mut sent = order(&[("LAMP", 1, 300)]);
        sent.customer.name = format!("Ada Fenwick{n}");
        stored(shop.place(new_key(), &sent).await);
    }
    let person = async |text: &str, before: Option<i64>| {
        let query = OrderQuery {
            text: OrderText::Person(text.to_owned()),
            before,
            ..OrderQuery::default()
        };
        shop.entmine.orders(query).await.unwrap()
    };
    let found = person("ada", None).await;
    assert_eq!(
        (found.orders.len(), found.total, found.unsearched),
        (50, Some(60), 0)
    );
    assert_eq!(found.orders[0].name, "Ada Fenwick59");
    let rest = person("ada", found.next).await;
    assert_eq!(
        (rest.orders.len(), rest.total, rest.next),
        (10, Some(60), None)
    );
    assert_eq!(rest.orders[9].name, "Ada Fenwick0");
    let narrow = person("example.org fenwick42", None).await;
    assert_eq!(narrow.orders.len(), 1);
}

#[tokio::test]
async fn the_database_refuses_an_erasure_that_leaves_what_is_searched() {
    let shop = Shop::open(ENGINE).await;
    place_for(&shop, "Émile Zola", "zola@example.org").await;
    let erased =
        "UPDATE orders SET erased_at_ms = 1, body = CAST('' AS blob), name = '', email = '',
                  phone = NULL, line1 = '', line2 = NULL, city = '', postcode = '', country = '',
                  note = NULL";
    let refused = shop.refused(erased).await;
    assert!(refused.contains("the words by which"), "{refused}");
}

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// A database as a program left it that did not fold, with a product, an order and its entry.
async fn before_folding() -> TestDatabase {
    let home = TestDatabase::new(ENGINE).await;
    let other = match ENGINE {
        Engine::Sqlite => {
            std::fs::File::create(home.file()).unwrap();
            ".postgres"
        }
        Engine::Postgres => ".sqlite",
    };
    sqlx::any::install_default_drivers();
    let mut conn = AnyConnection::connect(home.url()).await.unwrap();
    let old = MIGRATIONS
        .iter()
        .filter(|migration| migration.version < 16 && !migration.description.ends_with(other));
    let migrator = Migrator::with_migrations(old.cloned().collect());
    migrator.run_direct(None, &mut conn, false).await.unwrap();
    let rows = "
        INSERT INTO products (sku, version, name, slug, category, description, image, currency,
                              price_minor, price_version, on_hand, reserved, published)
        VALUES ('OEL', 1, 'Öl', 'oel', 'Salben', '', '', 'GBP', 300, 1, 4, 1, 1);
        INSERT INTO verdicts (key, store, verdict, fingerprint, decided_at_ms)
        VALUES ('018f0000-0000-7000-8000-000000000001', 'shop', 'accepted', 'sha256:0', 1000);
        INSERT INTO orders (number, position, key, store, placed_at_ms, accepted_at_ms, currency,
                            total_minor, status, name, email, line1, city, postcode, country, body)
        VALUES ('SO-2026-000001', 1, '018f0000-0000-7000-8000-000000000001', 'shop', 1000, 1000,
                'GBP', 300, 'new', 'Émile Zola', 'Zola@example.org', '1', 'Paris', '75001', 'FR',
                CAST('{}' AS blob));
        INSERT INTO order_lines (number, line, sku, quantity, reserved, unit_price_minor,
                                 price_version)
        VALUES ('SO-2026-000001', 1, 'OEL', 1, 1, 300, 1);
        INSERT INTO audit (position, at_ms, actor, event, subject, detail)
        VALUES (1, 1000, 'staff:morgan', 'product.edited', 'OEL', 'name Fett -> Öl');
        UPDATE sequences SET last = 1 WHERE name IN ('audit', 'orders')";
    sqlx::raw_sql(rows).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    home
}

#[tokio::test]
async fn rows_from_before_are_found_after_the_first_start() {
    let shop = Shop::on(before_folding().await).await;
    assert_eq!(products(&shop, "ol").await, ["OEL"]);
    assert_eq!(of_person(&shop, "EMILE").await, ["Émile Zola"]);
    let person = Person::Email("zola@EXAMPLE.org".into());
    let number = "SO-2026-000001".to_owned();
    assert_eq!(shop.orders_of(&person).await, [number]);
    let query = AuditQuery {
        text: "fett ÖL".into(),
        ..AuditQuery::default()
    };
    assert_eq!(shop.entmine.audit(query).await.unwrap().entries.len(), 1);
    // And the order that was there keeps what it was promised.
    assert_eq!(shop.promised().await, 1);
    let shop = shop.restart().await;
    assert_eq!(products(&shop, "ol").await, ["OEL"]);
}

#[tokio::test]
async fn orders_of_one_store_are_listed_by_themselves() {
    let shop = Shop::open(ENGINE).await;
    place_for(&shop, "Ada", "ada@example.org").await;
    let sent = crate::shop::body(&order(&[("WAND", 1, 1299)]));
    let conditions = entmine::Conditions::default();
    let other = shop
        .entmine
        .place("other", new_key(), &sent, None, None, conditions);
    stored(other.await.unwrap());
    let of = async |store: Option<&str>| {
        let query = OrderQuery {
            store: store.map(str::to_owned),
            ..OrderQuery::default()
        };
        let found = shop.entmine.orders(query).await.unwrap();
        assert_eq!(found.stores, ["other", "shop"]);
        let orders = found.orders.into_iter();
        orders.map(|order| order.store).collect::<Vec<_>>()
    };
    assert_eq!(of(None).await, ["other", "shop"]);
    assert_eq!(of(Some("shop")).await, ["shop"]);
    assert_eq!(of(Some("sho")).await, [""; 0]);
    assert_eq!(of(Some("\0")).await, [""; 0]);
}
