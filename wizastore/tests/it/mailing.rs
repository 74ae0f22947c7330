//! E-mails about what a customer may not have seen.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Browser, Shop};
use async_trait::async_trait;
use model::{OrderStatus, Reason, ShopInfo};
use std::sync::Mutex;
use wizastore::{Mail, MailError, Mailer};

const SHOP: Option<&str> = Some("https://shop.example");
const TEN_MINUTES_MS: i64 = 10 * 60 * 1_000;

/// Keeps what it is given, after the answers that it was told to give first.
#[derive(Default)]
struct Letterbox {
    sent: Mutex<Vec<Mail>>,
    first: Mutex<Vec<MailError>>,
}

#[async_trait]
impl Mailer for Letterbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        if let Some(error) = self.first.lock().unwrap().pop() {
            return Err(error);
        }
        self.sent.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

impl Letterbox {
    /// What was sent since it was last looked into.
    async fn after_a_pass(&self, shop: &Shop) -> Vec<Mail> {
        shop.store.send_mails(self, SHOP).await.unwrap();
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

async fn confirmed(shop: &Shop) -> (Browser, String) {
    let mut browser = shop.browser();
    browser.add("WAND", "2").await;
    let form = browser.filled_in().await;
    let number = crate::shop::number(&browser.submit(&form).await);
    (browser, number)
}

#[tokio::test]
async fn a_confirmed_order_is_told_once() {
    let shop = Shop::open(ENGINE).await;
    let (_, number) = confirmed(&shop).await;
    let post = Letterbox::default();
    let sent = post.after_a_pass(&shop).await;
    assert_eq!(sent.len(), 1);
    let mail = &sent[0];
    assert_eq!(mail.to, "ada@example.org");
    assert_eq!(mail.subject, format!("Order {number} confirmed"));
    assert!(mail.text.contains("2 × "), "{}", mail.text);
    assert!(mail.text.contains("£25.98"), "{}", mail.text);
    assert!(
        mail.text.contains("https://shop.example/orders/"),
        "{}",
        mail.text
    );
    assert_eq!(post.after_a_pass(&shop).await, []);
    // Nor by the next process.
    let shop = shop.restart().await;
    assert_eq!(post.after_a_pass(&shop).await, []);
}

#[tokio::test]
async fn an_order_that_is_confirmed_later_is_told_too() {
    let shop = Shop::open(ENGINE).await;
    shop.erp.down(true);
    let mut browser = shop.browser();
    browser.add("WAND", "1").await;
    let form = browser.filled_in().await;
    browser.submit(&form).await;
    let post = Letterbox::default();
    assert_eq!(post.after_a_pass(&shop).await, [], "nothing is certain yet");
    shop.erp.down(false);
    shop.clock.advance(60_000);
    shop.store.push_due().await.unwrap();
    let sent = post.after_a_pass(&shop).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].subject.contains("confirmed"));
}

#[tokio::test]
async fn a_rejected_order_is_told_unless_it_was_placed_again() {
    for again in [false, true] {
        let shop = Shop::open(ENGINE).await;
        let mut browser = shop.browser();
        browser.add("WAND", "2").await;
        let form = browser.filled_in().await;
        let short = Reason::OutOfStock {
            sku: "WAND".into(),
            requested: 2,
            available: 1,
        };
        shop.erp.script([Script::Reject(vec![short])]);
        browser.submit(&form).await;
        let post = Letterbox::default();
        assert_eq!(
            post.after_a_pass(&shop).await,
            [],
            "it may still be looked at"
        );
        if again {
            let form = browser.filled_in().await;
            crate::shop::number(&browser.submit(&form).await);
            assert_eq!(post.after_a_pass(&shop).await.len(), 1, "the new order's");
        }
        shop.clock.advance(TEN_MINUTES_MS);
        let sent = post.after_a_pass(&shop).await;
        assert_eq!(sent.len(), usize::from(!again), "{sent:?}");
        for mail in sent {
            assert_eq!(mail.subject, "Your order was not placed");
            assert!(mail.text.contains("only 1 left"), "{}", mail.text);
        }
    }
}

#[tokio::test]
async fn what_becomes_of_a_confirmed_order_is_told() {
    let shop = Shop::open(ENGINE).await;
    let (_, number) = confirmed(&shop).await;
    let post = Letterbox::default();
    post.after_a_pass(&shop).await;
    for (status, word) in [
        (OrderStatus::OnHold, "on hold"),
        (OrderStatus::Picked, "packed"),
        (OrderStatus::Shipped, "on its way"),
    ] {
        shop.erp.change_status(0, status);
        shop.store.reconcile().await.unwrap();
        let sent = post.after_a_pass(&shop).await;
        assert_eq!(sent.len(), 1, "{status:?}: {sent:?}");
        assert_eq!(sent[0].subject, format!("Order {number} {word}"));
    }
}

#[tokio::test]
async fn what_a_mail_server_does_not_take_now_is_tried_again_under_the_same_id() {
    let shop = Shop::open(ENGINE).await;
    confirmed(&shop).await;
    let post = Letterbox::default();
    post.first
        .lock()
        .unwrap()
        .push(MailError::Later("busy".into()));
    assert_eq!(post.after_a_pass(&shop).await, []);
    assert_eq!(post.after_a_pass(&shop).await, [], "not at once");
    shop.clock.advance(60_000);
    assert_eq!(post.after_a_pass(&shop).await.len(), 1);
}

#[tokio::test]
async fn what_can_never_be_sent_is_not_tried_for_ever() {
    let shop = Shop::open(ENGINE).await;
    confirmed(&shop).await;
    let post = Letterbox::default();
    post.first
        .lock()
        .unwrap()
        .push(MailError::Never("no such person".into()));
    assert_eq!(post.after_a_pass(&shop).await, []);
    shop.clock.advance(100 * 24 * 3_600_000);
    assert_eq!(post.after_a_pass(&shop).await, []);
}

#[tokio::test]
async fn an_e_mail_says_nothing_that_is_not_true_any_more() {
    for (then, now, words) in [
        (
            OrderStatus::Picked,
            OrderStatus::Cancelled,
            "was cancelled by us",
        ),
        (OrderStatus::OnHold, OrderStatus::Shipped, "is on its way"),
    ] {
        let shop = Shop::open(ENGINE).await;
        confirmed(&shop).await;
        // Nobody sent anything meanwhile: the mail server was away.
        for status in [then, now] {
            shop.erp.change_status(0, status);
            shop.store.reconcile().await.unwrap();
        }
        let post = Letterbox::default();
        let sent = post.after_a_pass(&shop).await;
        let texts: Vec<_> = sent.iter().map(|mail| mail.text.as_str()).collect();
        assert!(texts.iter().any(|text| text.contains(words)), "{texts:?}");
        for untrue in ["leaves soon", "is on hold", "We will contact you"] {
            assert!(!texts.iter().any(|text| text.contains(untrue)), "{texts:?}");
        }
        if now == OrderStatus::Cancelled {
            let paid = |text: &&str| text.contains("pay by invoice");
            assert!(!texts.iter().any(paid), "{texts:?}");
        }
    }
}

#[tokio::test]
async fn e_mails_speak_for_the_merchants_shop_and_for_no_other() {
    let shop = Shop::open(ENGINE).await;
    shop.store.set_shop(ShopInfo {
        name: "Tea & Honey".into(),
        email: "hello@tea.example".into(),
        address: "1 Owl Lane\nYork".into(),
        time_zone: "Asia/Tokyo".into(),
        ..ShopInfo::neutral()
    });
    confirmed(&shop).await;
    let post = Letterbox::default();
    let sent = post.after_a_pass(&shop).await;
    let mail = &sent[0];
    assert_eq!(mail.from_name, "Tea & Honey");
    let text = &mail.text;
    assert!(
        text.ends_with("\nTea & Honey\n1 Owl Lane\nYork\nhello@tea.example\n"),
        "{text}"
    );
    assert!(
        text.contains("23 November 2026, 06:00 (Tokyo time)"),
        "{text}"
    );
    for other in ["WizAStore", "wizard", "EntMine"] {
        assert!(
            !text.contains(other) && !mail.subject.contains(other),
            "{text}"
        );
    }
}
