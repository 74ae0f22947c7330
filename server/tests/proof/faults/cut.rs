//! PostgreSQL: the connection breaks at each message of an order's way, before it arrives or before
//! its answer comes back.

use super::customers;
use super::proxy::{Cut, Proxy};
use crate::settings::report;
use crate::world::acts::Acts;
use crate::world::several::{AT_ONCE, failing};
use crate::world::template::Template;
use crate::world::{Setup, Way, World, block_on};
use database::Engine;

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
    let mut setup = Setup::default();
    match whose {
        Whose::Stores => setup.store_url = Some(proxy.url.clone()),
        Whose::EntMines => setup.entmine_url = Some(proxy.url.clone()),
    }
    let acts = Acts::watched(|_| None);
    let world = World::at(homes, setup, Way::Embedded, acts.clone()).await;
    customers(
        1,
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
    let both = |at| [(Cut::Before, at), (Cut::After, at)];
    let cases: Vec<_> = (1..=last).flat_map(both).collect();
    let failed = failing(&cases, AT_ONCE, async |(cut, at)| {
        cut_at(&template, whose, cut, at).await;
    });
    let name = format!("connection lost, {whose:?} database").to_lowercase();
    let figures = format!(
        "{} messages, {} cases, {} failed",
        messages,
        cases.len(),
        failed.len()
    );
    report(&name, &figures);
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
