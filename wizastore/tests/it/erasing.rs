//! A customer who was erased in EntMine is erased here too, and staff who cancel an order are seen to.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Shop, number};
use async_trait::async_trait;
use model::{OrderStatus, Outcome, ReceiptPage};
use std::sync::Mutex;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use wizastore::{Erased, Mail, MailError, Mailer, OperatorError, OrderQuery, SubmitFields, Whose};

/// A mailer that keeps copies.
#[derive(Default)]
struct Folder(Mutex<Vec<String>>);

#[async_trait]
impl Mailer for Folder {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0.lock().unwrap().push(mail.id.clone());
        Ok(())
    }

    async fn forget(&self, id: &str) -> Result<(), MailError> {
        self.0.lock().unwrap().retain(|kept| kept != id);
        Ok(())
    }
}

async fn page(shop: &Shop, receipt: &str) -> model::ReceiptOrder {
    match shop.browser().visit().receipt_page(receipt).await.unwrap() {
        ReceiptPage::Order(order) => *order,
        other => panic!("{other:?}"),
    }
}

/// A number from the database itself.
async fn count(shop: &Shop, sql: &'static str) -> i64 {
    use sqlx::Connection;
    let mut db = sqlx::AnyConnection::connect(shop.url()).await.unwrap();
    let count = sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap();
    db.close().await.unwrap();
    count
}

#[tokio::test]
async fn an_order_erased_in_entmine_shows_nobody_any_more() {
    let shop = Shop::open(ENGINE).await;
    let (fields, _) = shop.browser().buy().await;
    let (other, _) = shop.browser().buy().await;
    let mails = Folder::default();
    shop.store
        .send_mails(&mails, None, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(mails.0.lock().unwrap().len(), 2);
    shop.erp.change_status(0, OrderStatus::Shipped);
    shop.store.reconcile().await.unwrap();
    let before = page(&shop, &fields.receipt).await;
    assert!(!before.form.name.is_empty() && !before.lines.is_empty());

    shop.erp.erase(0);
    shop.store.reconcile().await.unwrap();
    let after = page(&shop, &fields.receipt).await;
    assert_eq!(after.form, model::OrderForm::default());
    assert_eq!(after.lines, before.lines);
    assert_eq!(after.summary.total_minor, before.summary.total_minor);
    assert!(matches!(
        shop.outcome(&fields.receipt).await,
        Outcome::Confirmed {
            status: OrderStatus::Shipped,
            ..
        }
    ));
    let left = "SELECT COUNT(*) FROM orders WHERE erased_at IS NOT NULL
                AND (length(body) > 0 OR fingerprint NOT LIKE 'sha256:%' OR number IS NULL)";
    assert_eq!(count(&shop, left).await, 0);
    let erased = "SELECT COUNT(*) FROM orders WHERE erased_at IS NOT NULL";
    assert_eq!(count(&shop, erased).await, 1);
    let drafts = "SELECT COUNT(*) FROM sessions s JOIN orders o ON o.session_id = s.id
                  WHERE o.erased_at IS NOT NULL AND s.draft IS NOT NULL";
    assert_eq!(count(&shop, drafts).await, 0);
    // The e-mail about its dispatch is not sent any more, and the copy of the first one goes.
    shop.store
        .send_mails(&mails, None, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(shop.store.forget_mails(&mails).await.unwrap(), 2);
    assert_eq!(mails.0.lock().unwrap().len(), 1, "the other customer's");
    assert_eq!(shop.store.forget_mails(&mails).await.unwrap(), 0);
    // Once is enough, and the other one's data are there.
    shop.store.reconcile().await.unwrap();
    assert!(!page(&shop, &other.receipt).await.form.name.is_empty());
}

#[tokio::test]
async fn the_database_lets_bytes_go_in_that_one_way_only() {
    let shop = Shop::open(ENGINE).await;
    shop.browser().buy().await;
    shop.erp.down(true);
    shop.browser().buy().await;
    use sqlx::Connection;
    let refused = async |sql: &'static str| {
        let mut db = sqlx::AnyConnection::connect(shop.url()).await.unwrap();
        let refused = sqlx::raw_sql(sql).execute(&mut db).await.expect_err(sql);
        db.close().await.unwrap();
        refused.to_string()
    };
    for sql in [
        // Not erased, not empty, not at its end, or with something else.
        "UPDATE orders SET body = CAST('' AS blob) WHERE state = 'confirmed'",
        "UPDATE orders SET erased_at = 1 WHERE state = 'confirmed'",
        "UPDATE orders SET body = CAST('' AS blob), erased_at = 1 WHERE state <> 'confirmed'",
        "UPDATE orders SET body = CAST('' AS blob), erased_at = 1, fingerprint = 'x'
         WHERE state = 'confirmed'",
        "UPDATE orders SET kept_lines = '[]' WHERE state = 'confirmed'",
    ] {
        let why = refused(sql).await;
        assert!(why.contains("frozen"), "{sql}: {why}");
    }
    let once = "UPDATE orders SET body = CAST('' AS blob), erased_at = 1 WHERE state = 'confirmed'";
    shop.alter(once).await;
    for sql in [
        "UPDATE orders SET erased_at = NULL WHERE erased_at IS NOT NULL",
        "UPDATE orders SET body = CAST('x' AS blob) WHERE erased_at IS NOT NULL",
        "UPDATE orders SET body = CAST('' AS blob), erased_at = 2 WHERE state = 'confirmed'",
    ] {
        let why = refused(sql).await;
        assert!(why.contains("frozen"), "{sql}: {why}");
    }
}

#[tokio::test]
async fn an_erased_order_that_entmine_lost_waits_for_a_person() {
    let shop = Shop::open(ENGINE).await;
    shop.browser().buy().await;
    shop.erp.change_status(0, OrderStatus::Shipped);
    shop.erp.erase(0);
    shop.store.reconcile().await.unwrap();
    shop.erp.restore(0, 2, 1);
    shop.browser().buy().await;
    let done = shop.store.reconcile().await.unwrap();
    assert_eq!((done.restored, done.marked), (0, 1), "{done:?}");
}

/// Whoever was erased comes back with a backup of EntMine: a person has to know, each time, until they are gone again.
#[tokio::test]
async fn an_entmine_that_knows_an_erased_customer_again_is_said_to_a_person() {
    let shop = Shop::open(ENGINE).await;
    shop.browser().buy().await;
    shop.erp.change_status(0, OrderStatus::Shipped);
    let waiting = OrderQuery {
        attention: true,
        limit: 10,
        ..OrderQuery::default()
    };
    for epoch in [2, 3] {
        shop.erp.erase(0);
        shop.store.reconcile().await.unwrap();
        assert_eq!(shop.store.list_orders(&waiting).await.unwrap(), []);
        shop.erp.restore_the_erased(epoch);
        // An order by which the store sees that EntMine is as it was.
        shop.browser().buy().await;
        let done = shop.store.reconcile().await.unwrap();
        assert_eq!(done.marked, 1, "{done:?}");
        let marked = shop.store.list_orders(&waiting).await.unwrap();
        let why = marked[0].attention.clone().unwrap();
        assert!(why.contains("erase them there once more"), "{why}");
        if epoch == 2 {
            // A person saw to the mark before EntMine said that it was done.
            let seen = shop.store.settle_order(&marked[0].key, "seen to");
            seen.await.unwrap();
        }
    }
    shop.erp.erase(0);
    shop.store.reconcile().await.unwrap();
    assert_eq!(shop.store.list_orders(&waiting).await.unwrap(), []);
}

/// Three orders of Ada's that EntMine has not, one that it has, and one that is on its way.
#[tokio::test]
async fn a_customer_is_erased_from_orders_that_entmine_never_had() {
    let shop = Shop::open(ENGINE).await;
    let (confirmed, _) = shop.browser().buy().await;
    shop.erp.script(std::iter::repeat_n(Script::KeyReused, 3));
    let mut keys = Vec::new();
    for _ in 0..3 {
        keys.push(shop.browser().buy().await.0);
    }
    shop.store
        .void_order(&keys[0].order_key, "a test")
        .await
        .unwrap();
    shop.store
        .settle_order(&keys[1].order_key, "a test")
        .await
        .unwrap();
    let gone =
        || shop.ask("SELECT COUNT(*) FROM orders WHERE erased_at IS NOT NULL AND length(body) = 0");

    let order = |fields: &SubmitFields| Whose::Order(fields.order_key.clone());
    let refused = shop.store.erase(&order(&confirmed), "they asked").await;
    let Err(OperatorError::Refused(why)) = refused else {
        panic!("{refused:?}");
    };
    assert!(why.contains("erase its customer there"), "{why}");
    let open = shop
        .store
        .erase(&order(&keys[2]), "they asked")
        .await
        .unwrap();
    assert_eq!((open.erased.len(), open.open.len()), (0, 1));
    let nobody = Whose::Email("eve@example.org".into());
    assert_eq!(
        shop.store.erase(&nobody, "she asked").await.unwrap(),
        Erased::default()
    );
    assert!(shop.store.erase(&nobody, " ").await.is_err());
    let nobody = shop
        .store
        .erase(&Whose::Email("  ".into()), "an empty variable")
        .await;
    assert!(
        matches!(nobody, Err(OperatorError::Refused(_))),
        "{nobody:?}"
    );
    assert_eq!(gone().await, 0);

    let ada = Whose::Email(" ADA@example.org ".into());
    let mut done = shop.store.erase(&ada, "she asked").await.unwrap();
    done.erased.sort();
    let mut expected = vec![keys[0].order_key.clone(), keys[1].order_key.clone()];
    expected.sort();
    assert_eq!(
        (done.erased, done.open),
        (expected, vec![keys[2].order_key.clone()])
    );
    assert_eq!(gone().await, 2);
    let after = page(&shop, &keys[0].receipt).await;
    assert_eq!(after.form, model::OrderForm::default());
    assert!(!after.lines.is_empty());
    assert!(!page(&shop, &confirmed.receipt).await.form.name.is_empty());
    let again = shop.store.erase(&ada, "she asked").await.unwrap();
    assert_eq!((again.erased.len(), again.open.len()), (0, 1));
}

/// What a database no longer shows may still stand in its file.
#[tokio::test]
async fn nothing_of_an_erased_customer_is_left_in_the_file() {
    let shop = Shop::open(ENGINE).await;
    // PostgreSQL keeps what was for other transactions, until it is vacuumed.
    let Some(file) = shop.url().strip_prefix("sqlite:").map(str::to_owned) else {
        return;
    };
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let mut fields = browser.filled_in().await;
    fields.form.note = "Please ring at Zephaniah's. ".repeat(15);
    number(&browser.submit(&fields).await);
    shop.browser().buy().await;
    shop.erp.change_status(0, OrderStatus::Shipped);
    shop.erp.erase(0);
    shop.store.reconcile().await.unwrap();
    // It writes all of its log into the file.
    shop.store.shutdown(Duration::from_secs(5)).await;
    let bytes = std::fs::read(file).unwrap();
    let stands_there = |text: &str| {
        bytes
            .windows(text.len())
            .any(|some| some == text.as_bytes())
    };
    assert!(stands_there("Ada Fenwick"), "the other customer");
    assert!(!stands_there("Zephaniah"));
}

#[tokio::test]
async fn an_order_that_staff_cancel_is_cancelled_by_the_shop() {
    let shop = Shop::open(ENGINE).await;
    let (fields, _) = shop.browser().buy().await;
    shop.browser().buy().await;
    shop.erp.change_status(0, OrderStatus::Cancelled);
    // EntMine says so before its list of changes was read.
    let audit = shop.store.audit().await.unwrap();
    assert_eq!((audit.confirmed, audit.cancelled_by_shop), (2, 1));
    shop.store.reconcile().await.unwrap();
    shop.erp.mute(true);
    let audit = shop.store.audit().await.unwrap();
    assert_eq!((audit.confirmed, audit.cancelled_by_shop), (2, 1));
    let query = OrderQuery {
        state: Some("cancelled".into()),
        limit: 10,
        ..OrderQuery::default()
    };
    let listed = shop.store.list_orders(&query).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].status.as_deref(), Some("cancelled"));
    assert!(matches!(
        shop.outcome(&fields.receipt).await,
        Outcome::Confirmed {
            status: OrderStatus::Cancelled,
            ..
        }
    ));
}
