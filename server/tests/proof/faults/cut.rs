//! PostgreSQL: the connection breaks at each message of an order's way, before it arrives or before
//! its answer comes back.

use super::four_customers;
use super::proxy::{Cut, Proxy};
use crate::settings::report;
use crate::world::acts::Acts;
use crate::world::template::Template;
use crate::world::{Detour, Way, World, block_on};
use database::Engine;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Cases at a time.
const AT_ONCE: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Stores,
    EntMines,
}

/// Plays a case; gives how many messages there were.
async fn cut_at(template: &Template, whose: Whose, cut: Cut, at: usize) -> usize {
    let homes = template.copy().await;
    let home = match whose {
        Whose::Stores => &homes.0,
        Whose::EntMines => &homes.1,
    };
    let proxy = Proxy::start(home.url(), cut, at).await;
    let mut detour = Detour::default();
    match whose {
        Whose::Stores => detour.store_url = Some(proxy.url.clone()),
        Whose::EntMines => detour.entmine_url = Some(proxy.url.clone()),
    }
    let acts = Acts::watched(|_| {});
    let world = World::at(homes, detour, Way::Embedded, acts.clone()).await;
    four_customers(
        world,
        &acts,
        async || proxy.arm(true),
        async || proxy.arm(false),
    )
    .await;
    proxy.messages()
}

fn every_message(whose: Whose) {
    let template = block_on(Template::new(Engine::Postgres));
    let messages = block_on(cut_at(&template, whose, Cut::Before, 0));
    // Other timing makes some more.
    let last = messages + messages / 4;
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Ordering::SeqCst);
                    let at = case / 2 + 1;
                    if at > last {
                        return;
                    }
                    let cut = [Cut::Before, Cut::After][case % 2];
                    let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        block_on(cut_at(&template, whose, cut, at))
                    }));
                    if played.is_err() {
                        failed.lock().unwrap().push((cut, at));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    let name = format!("connection lost, {whose:?} database");
    report(
        &name,
        &format!("{} cases, {} failed", 2 * last, failed.len()),
    );
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn the_stores_connection_is_lost_at_each_message() {
    every_message(Whose::Stores);
}

#[test]
fn entmines_connection_is_lost_at_each_message() {
    every_message(Whose::EntMines);
}
