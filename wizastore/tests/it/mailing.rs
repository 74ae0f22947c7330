//! E-mails about what a customer may not have seen.

use super::ENGINE;
use crate::fake::Script;
use crate::shop::{Browser, Shop};
use async_trait::async_trait;
use database::Action;
use model::{OrderStatus, Reason, ShopInfo};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;
use wizastore::{Mail, MailError, Mailer, ManualClock, Points, Store};

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

/// Never gets an answer for the first e-mails that it is given, and takes the others.
struct Stuck {
    never: Mutex<usize>,
    sent: Letterbox,
}

#[async_trait]
impl Mailer for Stuck {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let stuck = {
            let mut never = self.never.lock().unwrap();
            let stuck = *never > 0;
            *never = never.saturating_sub(1);
            stuck
        };
        if stuck {
            std::future::pending::<()>().await;
        }
        self.sent.send(mail).await
    }
}

impl Letterbox {
    /// What was sent since it was last looked into.
    async fn after_a_pass(&self, shop: &Shop) -> Vec<Mail> {
        shop.store
            .send_mails(self, SHOP, &CancellationToken::new())
            .await
            .unwrap();
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
async fn an_order_on_hold_is_told_without_a_cause_that_nobody_gave() {
    let shop = Shop::open(ENGINE).await;
    let post = Letterbox::default();
    // Held before its first e-mail, and after it.
    for told_before in [false, true] {
        let (_, number) = confirmed(&shop).await;
        if told_before {
            post.after_a_pass(&shop).await;
        }
        let last = usize::from(told_before);
        shop.erp.change_status(last, OrderStatus::OnHold);
        shop.store.reconcile().await.unwrap();
        let sent = post.after_a_pass(&shop).await;
        assert!(!sent.is_empty());
        for mail in sent {
            assert!(mail.text.contains(&number), "{}", mail.text);
            assert!(mail.text.contains("will contact you"), "{}", mail.text);
            assert!(mail.text.contains("or another question"), "{}", mail.text);
            assert!(!mail.text.contains("pay by invoice"), "{}", mail.text);
        }
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
        for untrue in ["leaves soon", "is on hold", "will contact you"] {
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

#[tokio::test]
async fn nobody_waits_for_another_ones_mail_server() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..40 {
        confirmed(&shop).await;
    }
    let post = Stuck {
        never: Mutex::new(40),
        sent: Letterbox::default(),
    };
    let run = CancellationToken::new();
    let sending = shop.store.send_mails(&post, SHOP, &run);
    let good = async {
        while *post.never.lock().unwrap() > 0 {
            tokio::task::yield_now().await;
        }
        confirmed(&shop).await;
        while post.sent.sent.lock().unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        sent = sending => panic!("it waits for the others: {sent:?}"),
        () = good => {}
    }
}

#[tokio::test]
async fn a_mail_server_that_falls_silent_is_asked_again() {
    let shop = Shop::open(ENGINE).await;
    confirmed(&shop).await;
    let post = Stuck {
        never: Mutex::new(1),
        sent: Letterbox::default(),
    };
    let run = CancellationToken::new();
    let mut sending = std::pin::pin!(shop.store.send_mails(&post, SHOP, &run));
    let asked = async {
        while *post.never.lock().unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        sent = &mut sending => panic!("{sent:?}"),
        () = asked => {}
    }
    tokio::time::pause();
    tokio::time::advance(std::time::Duration::from_secs(31)).await;
    tokio::time::resume();
    assert_eq!(sending.await.unwrap(), 0);
    shop.clock.advance(60_000);
    assert_eq!(
        shop.store
            .send_mails(&post, SHOP, &CancellationToken::new())
            .await
            .unwrap(),
        1
    );
}

#[tokio::test]
async fn more_than_a_few_are_sent_in_one_pass_and_what_failed_before_comes_last() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..30 {
        confirmed(&shop).await;
    }
    let post = Letterbox::default();
    let busy = || MailError::Later("busy".into());
    *post.first.lock().unwrap() = std::iter::repeat_with(busy).take(30).collect();
    assert_eq!(post.after_a_pass(&shop).await, []);
    shop.clock.advance(60_000);
    let (_, number) = confirmed(&shop).await;
    let sent = post.after_a_pass(&shop).await;
    assert_eq!(sent.len(), 31);
    // A few that failed before are under way with it, and no more.
    let first = sent.iter().take(5);
    assert!(
        first.into_iter().any(|mail| mail.subject.contains(&number)),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_mail_that_was_sent_by_another_process_is_not_sent_again() {
    let shop = Shop::open(ENGINE).await;
    confirmed(&shop).await;
    // Its lease runs out while it is on its way; another process sends it; then this one fails.
    struct Slow {
        store: Store,
        clock: Arc<ManualClock>,
        other: Letterbox,
    }
    #[async_trait]
    impl Mailer for Slow {
        async fn send(&self, _: &Mail) -> Result<(), MailError> {
            self.clock.advance(TEN_MINUTES_MS);
            self.store
                .send_mails(&self.other, SHOP, &CancellationToken::new())
                .await
                .unwrap();
            Err(MailError::Later("no answer".into()))
        }
    }
    let slow = Slow {
        store: shop.store.clone(),
        clock: shop.clock.clone(),
        other: Letterbox::default(),
    };
    shop.store
        .send_mails(&slow, SHOP, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(slow.other.sent.lock().unwrap().len(), 1);
    shop.clock.advance(TEN_MINUTES_MS);
    assert_eq!(Letterbox::default().after_a_pass(&shop).await, []);
}

#[tokio::test]
async fn a_stop_takes_up_nothing_more_and_writes_down_what_was_under_way() {
    let shop = Shop::open(ENGINE).await;
    for _ in 0..20 {
        confirmed(&shop).await;
    }
    // The mail server takes its time, and the shop is stopped meanwhile.
    struct Stopped {
        stop: CancellationToken,
        sent: Letterbox,
    }
    #[async_trait]
    impl Mailer for Stopped {
        async fn send(&self, mail: &Mail) -> Result<(), MailError> {
            self.stop.cancel();
            tokio::task::yield_now().await;
            self.sent.send(mail).await
        }
    }
    let post = Stopped {
        stop: CancellationToken::new(),
        sent: Letterbox::default(),
    };
    let sent = shop.store.send_mails(&post, SHOP, &post.stop).await;
    let sent = sent.unwrap();
    assert_eq!(sent, post.sent.sent.lock().unwrap().len());
    assert!((1..20).contains(&sent), "{sent}");
    // No lease runs out over what is written down.
    shop.clock.advance(TEN_MINUTES_MS);
    let rest = Letterbox::default().after_a_pass(&shop).await;
    assert_eq!(rest.len(), 20 - sent);
}

/// What was sent is sent, although the database did not take that at once.
#[tokio::test]
async fn a_mail_whose_end_could_not_be_written_down_at_once_is_not_sent_again() {
    let writes = Arc::new(AtomicUsize::new(0));
    let counted = writes.clone();
    let points = Points::new(move |point| match point {
        // The first write takes the e-mails up; those after it are of their end.
        "store.mail.begin" if (1..4).contains(&counted.fetch_add(1, Ordering::SeqCst)) => {
            Action::Fail
        }
        _ => Action::Go,
    });
    let shop = Shop::open_with(ENGINE, points).await;
    for _ in 0..3 {
        confirmed(&shop).await;
    }
    let post = Letterbox::default();
    let run = CancellationToken::new();
    shop.store.send_mails(&post, SHOP, &run).await.unwrap_err();
    assert_eq!(post.sent.lock().unwrap().len(), 3);
    shop.clock.advance(TEN_MINUTES_MS);
    assert_eq!(Letterbox::default().after_a_pass(&shop).await, []);
}
