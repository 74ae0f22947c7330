//! Accounts and sessions of staff.

use super::ENGINE;
use crate::shop::{HOUR, MINUTE, Shop};
use entmine::{Action, DEVICE_MS, Points, Role, Session, SignIn, StaffChange, StaffRefused};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::timeout;

const PASSWORD: &str = "correct horse battery";

async fn with_robin() -> Shop {
    staffed(Shop::open(ENGINE).await).await
}

/// Robin, and from when the switch is on something that happens at one point.
async fn with_fault(point: &'static str, fault: Action) -> (Shop, Arc<AtomicBool>) {
    let switch = Arc::new(AtomicBool::new(false));
    let on = switch.clone();
    let points = Points::new(
        move |name| match name == point && on.load(Ordering::SeqCst) {
            true => fault,
            false => Action::Go,
        },
    );
    (staffed(Shop::failing(ENGINE, points).await).await, switch)
}

async fn staffed(shop: Shop) -> Shop {
    let added = shop
        .entmine
        .add_staff("robin", Role::Clerk, PASSWORD, "entmine")
        .await;
    added.unwrap().unwrap();
    shop
}

async fn token(shop: &Shop) -> String {
    match shop.entmine.sign_in(" Robin ", PASSWORD).await.unwrap() {
        SignIn::Done { token } => token,
        SignIn::Refused => panic!("refused"),
    }
}

async fn who(shop: &Shop, token: &str) -> Option<Session> {
    shop.entmine.session(token).await.unwrap()
}

#[tokio::test]
async fn whoever_knows_the_password_is_signed_in_until_they_sign_out() {
    let shop = with_robin().await;
    let token = token(&shop).await;
    let robin = Session {
        name: "robin".into(),
        role: Role::Clerk,
    };
    assert_eq!(who(&shop, &token).await, Some(robin));
    assert_eq!(token.len(), 64);
    shop.entmine.sign_out(&token).await.unwrap();
    assert_eq!(who(&shop, &token).await, None);
    assert_eq!(who(&shop, "").await, None);
}

#[tokio::test]
async fn the_token_and_the_password_are_kept_nowhere() {
    let shop = with_robin().await;
    token(&shop).await;
    let kept = "SELECT COUNT(*) FROM staff_sessions WHERE length(token_hash) = 64";
    assert_eq!(shop.ask(kept).await, 1);
    let hashed =
        "SELECT COUNT(*) FROM staff WHERE password LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'";
    assert_eq!(shop.ask(hashed).await, 1);
    let told = "SELECT COUNT(*) FROM audit WHERE detail LIKE '%horse%' OR subject LIKE '%horse%'";
    assert_eq!(shop.ask(told).await, 0);
}

#[tokio::test]
async fn a_wrong_name_or_password_is_refused_and_a_wrong_name_is_not_written_down() {
    let shop = with_robin().await;
    for (name, password) in [
        ("robin", "correct horse batterz"),
        ("robin", ""),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        (PASSWORD, PASSWORD),
        ("rob\0in", PASSWORD),
    ] {
        let end = shop.entmine.sign_in(name, password).await.unwrap();
        assert_eq!(end, SignIn::Refused, "{name}");
    }
    // It is written beside the answer.
    let refused = "SELECT COUNT(*) FROM audit WHERE event = 'staff.sign_in_refused'";
    while shop.ask(refused).await < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(shop.ask(refused).await, 2);
    let named = "SELECT COUNT(*) FROM audit WHERE subject LIKE '%horse%' OR subject = 'nobody'";
    assert_eq!(shop.ask(named).await, 0);
}

#[tokio::test]
async fn a_session_ends_after_an_idle_hour_and_after_twelve_busy_ones() {
    let shop = with_robin().await;
    let idle = token(&shop).await;
    shop.turn_clock(HOUR - 1);
    assert!(who(&shop, &idle).await.is_some());
    shop.turn_clock(HOUR);
    assert_eq!(who(&shop, &idle).await, None);

    let busy = token(&shop).await;
    for _half_an_hour in 0..23 {
        shop.turn_clock(30 * MINUTE);
        assert!(who(&shop, &busy).await.is_some());
    }
    shop.turn_clock(30 * MINUTE);
    assert_eq!(who(&shop, &busy).await, None);
    // The ended ones go with the next signing in.
    token(&shop).await;
    assert_eq!(shop.ask("SELECT COUNT(*) FROM staff_sessions").await, 1);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_stays_out() {
    let shop = with_robin().await;
    let token = token(&shop).await;
    let off = StaffChange::Disable { even_last: false };
    let disable = || shop.entmine.change_staff("robin", off, "entmine");
    disable().await.unwrap().unwrap();
    assert_eq!(who(&shop, &token).await, None);
    let end = shop.entmine.sign_in("robin", PASSWORD).await.unwrap();
    assert_eq!(end, SignIn::Refused);
    disable().await.unwrap().unwrap();
    let unknown = shop
        .entmine
        .change_staff("nobody", off, "entmine")
        .await
        .unwrap();
    assert_eq!(unknown, Err(StaffRefused::UnknownName));
    let again = shop
        .entmine
        .add_staff("robin", Role::Manager, PASSWORD, "entmine")
        .await;
    assert_eq!(again.unwrap(), Err(StaffRefused::NameTaken));
}

#[tokio::test]
async fn an_account_has_a_way_back() {
    let shop = with_robin().await;
    let change = async |name: &str, change: StaffChange| {
        shop.entmine
            .change_staff(name, change, "entmine")
            .await
            .unwrap()
    };
    let disable = StaffChange::Disable { even_last: false };
    let manager = StaffChange::Role {
        role: Role::Manager,
        even_last: false,
    };
    let before = token(&shop).await;
    change("robin", disable).await.unwrap();
    // Twice is once, in the audit too.
    for _ in 0..2 {
        change("robin", StaffChange::Enable).await.unwrap();
        change("robin", manager).await.unwrap();
    }
    assert_eq!(
        who(&shop, &before).await,
        None,
        "the old session stays ended"
    );
    let now = token(&shop).await;
    assert_eq!(who(&shop, &now).await.unwrap().role, Role::Manager);
    for once in [
        "SELECT COUNT(*) FROM audit WHERE event = 'staff.disabled' AND subject = 'robin'",
        "SELECT COUNT(*) FROM audit WHERE event = 'staff.enabled' AND subject = 'robin'",
        "SELECT COUNT(*) FROM audit WHERE event = 'staff.role' AND subject = 'robin'",
    ] {
        assert_eq!(shop.ask(once).await, 1, "{once}");
    }
    for (name, refused) in [
        ("nobody", StaffRefused::UnknownName),
        ("Robin", StaffRefused::UnknownName),
    ] {
        for what in [StaffChange::Enable, manager, StaffChange::Free] {
            assert_eq!(change(name, what).await, Err(refused), "{name}");
        }
    }
}

#[tokio::test]
async fn the_last_manager_is_not_lost_without_a_word() {
    let shop = with_robin().await;
    let add = async |name: &str| {
        let added = shop
            .entmine
            .add_staff(name, Role::Manager, PASSWORD, "entmine")
            .await;
        added.unwrap().unwrap();
    };
    add("ash").await;
    let lose = |even_last: bool| {
        let role = Role::Clerk;
        [
            StaffChange::Disable { even_last },
            StaffChange::Role { role, even_last },
        ]
    };
    let change = async |name: &str, change: StaffChange| {
        shop.entmine
            .change_staff(name, change, "entmine")
            .await
            .unwrap()
    };
    for way in lose(false) {
        assert_eq!(change("ash", way).await, Err(StaffRefused::LastManager));
    }
    // A clerk is nobody's last manager; neither is one of two, or one who is disabled already.
    change("robin", lose(false)[0]).await.unwrap();
    add("kim").await;
    change("kim", lose(false)[0]).await.unwrap();
    change("kim", lose(false)[1]).await.unwrap();
    assert_eq!(
        change("ash", lose(false)[0]).await,
        Err(StaffRefused::LastManager)
    );
    change("ash", lose(true)[1]).await.unwrap();
}

#[tokio::test]
async fn a_freed_name_is_somebody_elses_and_the_audit_says_since_when() {
    let shop = with_robin().await;
    let change = async |name: &str, change: StaffChange| {
        shop.entmine
            .change_staff(name, change, "entmine")
            .await
            .unwrap()
    };
    assert_eq!(
        change("robin", StaffChange::Free).await,
        Err(StaffRefused::StillEnabled)
    );
    let mut kept = Vec::new();
    for _ in 0..2 {
        change("robin", StaffChange::Disable { even_last: false })
            .await
            .unwrap();
        kept.push(change("robin", StaffChange::Free).await.unwrap());
        let added = shop
            .entmine
            .add_staff("robin", Role::Clerk, "another long one", "entmine")
            .await;
        added.unwrap().unwrap();
        let old = shop.entmine.sign_in("robin", PASSWORD).await.unwrap();
        assert_eq!(old, SignIn::Refused, "the new robin's password counts");
    }
    assert!(
        kept[0].starts_with("robin-until-20") && kept[1] == format!("{}.2", kept[0]),
        "{kept:?}"
    );
    let staff = shop.entmine.staff().await.unwrap();
    assert_eq!(staff.len(), 3, "{staff:?}");
    let freed = "SELECT COUNT(*) FROM audit WHERE event = 'staff.freed' AND subject = 'robin'";
    assert_eq!(shop.ask(freed).await, 2);
}

#[tokio::test]
async fn another_password_ends_every_session_and_needs_the_present_one() {
    let shop = with_robin().await;
    let token = token(&shop).await;
    let change = async |present: Option<&str>, new: &str| {
        let changed = shop
            .entmine
            .change_password("robin", present, new, "staff:robin");
        changed.await.unwrap()
    };
    let wrong = change(Some("something else"), "another long one").await;
    assert_eq!(wrong, Err(StaffRefused::WrongPassword));
    let short = change(Some(PASSWORD), "short").await;
    assert_eq!(short, Err(StaffRefused::PasswordTooShort));
    let long = change(None, &"x".repeat(257)).await;
    assert_eq!(long, Err(StaffRefused::PasswordTooLong));
    assert!(who(&shop, &token).await.is_some());
    change(Some(PASSWORD), "another long one").await.unwrap();
    assert_eq!(who(&shop, &token).await, None);
    assert_eq!(
        shop.entmine.sign_in("robin", PASSWORD).await.unwrap(),
        SignIn::Refused
    );
}

#[tokio::test]
async fn names_are_plain_and_a_list_says_who_may_what() {
    let shop = with_robin().await;
    for name in ["", "Robin", "a b", "ä", "a/b", &"a".repeat(41)] {
        let added = shop
            .entmine
            .add_staff(name, Role::Clerk, PASSWORD, "entmine")
            .await;
        assert_eq!(added.unwrap(), Err(StaffRefused::BadName), "{name}");
    }
    let added = shop
        .entmine
        .add_staff("ash", Role::Manager, PASSWORD, "entmine")
        .await;
    added.unwrap().unwrap();
    let staff = shop.entmine.staff().await.unwrap();
    let told: Vec<_> = staff.iter().map(|m| (m.name.as_str(), m.role)).collect();
    assert_eq!(told, [("ash", Role::Manager), ("robin", Role::Clerk)]);
    assert!(Role::Manager.may(Role::Clerk) && !Role::Clerk.may(Role::Manager));
}

/// Far more than anything takes that does not wait for something stuck.
const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_wrong_password_is_refused_without_waiting_for_the_note_that_only_a_known_name_has() {
    let (shop, stuck) = with_fault("entmine.sign_in.asked", Action::Halt).await;
    stuck.store(true, Ordering::SeqCst);
    for name in ["robin", "nobody"] {
        let end = timeout(SOON, shop.entmine.sign_in(name, "a wrong password"));
        let end = end.await.expect("nothing is waited for");
        assert_eq!(end.unwrap(), SignIn::Refused, "{name}");
    }
}

#[tokio::test]
async fn whoever_is_signed_in_may_look_while_nothing_can_be_written() {
    let phases = [
        ("entmine.seen.asked", Action::Halt),
        ("entmine.seen.asked", Action::Fail),
        ("entmine.seen.begin", Action::Fail),
        ("entmine.seen.commit", Action::Fail),
    ];
    for (point, fault) in phases {
        let (shop, broken) = with_fault(point, fault).await;
        let token = token(&shop).await;
        broken.store(true, Ordering::SeqCst);
        // Busy for longer than an idle session lives.
        for _half_an_hour in 0..5 {
            shop.turn_clock(30 * MINUTE);
            let looked = timeout(SOON, who(&shop, &token)).await;
            assert!(looked.expect("nothing is waited for").is_some(), "{point}");
        }
        shop.turn_clock(HOUR);
        assert_eq!(who(&shop, &token).await, None, "{point}: idle");
    }
}

#[tokio::test]
async fn a_busy_writer_keeps_nobody_from_looking() {
    let busy = Action::Delay(SOON * 3);
    let (shop, begun) = with_fault("entmine.price.begin", busy).await;
    shop.import_more("").await;
    let token = token(&shop).await;
    shop.turn_clock(2 * MINUTE);
    begun.store(true, Ordering::SeqCst);
    let entmine = shop.entmine.clone();
    let changing = tokio::spawn(async move { entmine.set_price("WAND", 1).await });
    for _ in 0..20 {
        let looked = timeout(SOON, who(&shop, &token)).await;
        assert!(looked.expect("nothing is waited for").is_some());
    }
    assert!(!changing.is_finished());
    changing.abort();
}

#[tokio::test]
async fn a_password_that_was_reset_meanwhile_is_not_overwritten_by_an_older_change() {
    const RESET: &str = "what the operator gave";
    for disabled in [false, true] {
        // The first one to write after the switch is on is slow.
        let (slow, waits) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicBool::new(false)),
        );
        let (first, waiting) = (slow.clone(), waits.clone());
        let points = Points::new(move |name| {
            if name != "entmine.staff.asked" || !first.swap(false, Ordering::SeqCst) {
                return Action::Go;
            }
            waiting.store(true, Ordering::SeqCst);
            Action::Delay(Duration::from_secs(2))
        });
        let shop = staffed(Shop::failing(ENGINE, points).await).await;
        slow.store(true, Ordering::SeqCst);
        let entmine = shop.entmine.clone();
        let older = tokio::spawn(async move {
            let (present, new) = (Some(PASSWORD), "chosen by a thief");
            entmine
                .change_password("robin", present, new, "staff:robin")
                .await
        });
        // It has looked at the present password, and waits to write the new one.
        while !waits.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        if disabled {
            shop.entmine
                .change_staff("robin", StaffChange::Disable { even_last: true }, "entmine")
                .await
                .unwrap()
                .unwrap();
        } else {
            let reset = shop
                .entmine
                .change_password("robin", None, RESET, "entmine");
            reset.await.unwrap().unwrap();
        }
        let refused = older.await.unwrap().unwrap();
        assert_eq!(refused, Err(StaffRefused::WrongPassword));
        let thief = shop.entmine.sign_in("robin", "chosen by a thief").await;
        assert_eq!(thief.unwrap(), SignIn::Refused);
        let owner = shop.entmine.sign_in("robin", RESET).await.unwrap();
        assert_eq!(owner == SignIn::Refused, disabled);
    }
}

#[tokio::test]
async fn a_browser_is_known_to_those_who_signed_in_there() {
    let shop = with_robin().await;
    let added = shop
        .entmine
        .add_staff("ash", Role::Manager, PASSWORD, "entmine");
    added.await.unwrap().unwrap();
    let knows =
        async |name: &str, token: &str| shop.entmine.knows_device(name, token).await.unwrap();
    let remember = async |name: &str, held: Option<&str>| {
        shop.entmine.remember_device(name, held).await.unwrap()
    };
    let token = remember("robin", None).await.expect("a new token");
    assert!(knows(" Robin ", &token).await);
    assert!(!knows("ash", &token).await && !knows("robin", "").await && !knows("", &token).await);
    // One browser for two people.
    assert_eq!(remember("ash", Some(&token)).await, None);
    assert!(knows("ash", &token).await && knows("robin", &token).await);
    // A token that somebody planted is none of ours.
    let other = remember("robin", Some("planted"))
        .await
        .expect("a new token");
    assert!(!knows("robin", "planted").await && knows("robin", &other).await);
    // A new password is for every browser.
    let changed = shop
        .entmine
        .change_password("ash", None, "another long one", "entmine");
    changed.await.unwrap().unwrap();
    assert!(!knows("ash", &token).await && knows("robin", &token).await);
    shop.turn_clock(DEVICE_MS);
    assert!(!knows("robin", &token).await);
    remember("robin", None).await;
    assert_eq!(shop.ask("SELECT COUNT(*) FROM staff_devices").await, 1);
}
