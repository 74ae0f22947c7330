//! Worlds in which messages are lost, doubled and late, processes die, EntMine goes back to a backup,
//! and rows are damaged. Then everything is left alone, and has to be right.

use super::world::{Fate, World, products};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::fmt;
use std::ops::AddAssign;

/// Things that happen in one world.
const STEPS: usize = 40;
/// The store believes its own digest for so long.
const BELIEVED_MS: i64 = 5 * 60 * 1_000;

/// What was done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub messages: usize,
    pub lost: usize,
    pub twice: usize,
    pub restarts: usize,
    pub epochs: usize,
    pub damaged: usize,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.lost += other.lost;
        self.twice += other.twice;
        self.restarts += other.restarts;
        self.epochs += other.epochs;
        self.damaged += other.damaged;
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} messages, {} lost or without an answer, {} doubled or late, {} restarts, {} epochs, \
             {} damaged rows",
            self.messages, self.lost, self.twice, self.restarts, self.epochs, self.damaged
        )
    }
}

pub async fn prove(mut world: World, seed: u64) -> Figures {
    println!("catalogue world {seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let mut done = Figures::default();
    // From none to all of the messages.
    let loss = [0.0, 0.1, 0.5, 0.9, 1.0][dice.random_range(0..5)];
    let mut sender = world.sender().await;
    for _ in 0..STEPS {
        match dice.random_range(0..20) {
            0..=8 => edit(&world, &mut dice).await,
            9..=14 => {
                let fate = fate(&mut dice, loss);
                done.messages += 1;
                done.lost += usize::from(matches!(fate, Fate::Lost | Fate::ReplyLost));
                done.twice += usize::from(matches!(fate, Fate::Twice | Fate::OldAgain));
                *world.line.fate.lock().unwrap() = fate;
                sender.run_once().await.unwrap();
            }
            15 => {
                done.restarts += 1;
                world.restart_store().await;
            }
            // EntMine's process; what it sent last may have arrived.
            16 => sender = world.sender().await,
            17 => {
                done.epochs += 1;
                world.entmine.restored(&[]).await.unwrap();
            }
            18 => {
                done.damaged += 1;
                damage(&mut world, &mut dice).await;
            }
            _ => {
                world.clock.advance(dice.random_range(1_000..100_000));
                world.look_after().await;
            }
        }
        world.watch().await;
    }
    rest(&mut world).await;
    done
}

async fn edit(world: &World, dice: &mut StdRng) {
    let sku = format!("ITEM-{:06}", dice.random_range(0..8));
    match dice.random_range(0..5) {
        0 => {
            let count = dice.random_range(8..12);
            let file = products(count, "11.00");
            world.entmine.import(&file, &mut |_| {}).await.unwrap();
        }
        1 | 2 => {
            let price = dice.random_range(1..5_000);
            world.entmine.set_price(&sku, price).await.unwrap();
        }
        _ => {
            let stock = dice.random_range(0..500);
            world.entmine.set_stock(&sku, stock).await.unwrap();
        }
    }
}

fn fate(dice: &mut StdRng, loss: f64) -> Fate {
    if dice.random_bool(loss) {
        return match dice.random_bool(0.5) {
            true => Fate::Lost,
            false => Fate::ReplyLost,
        };
    }
    match dice.random_range(0..4) {
        0 => Fate::Twice,
        1 => Fate::OldAgain,
        _ => Fate::Arrives,
    }
}

/// Damages a row behind the store's back, in what customers see.
async fn damage(world: &mut World, dice: &mut StdRng) {
    let sku = format!("ITEM-{:06}", dice.random_range(0..8));
    let sql = match dice.random_range(0..5) {
        0 => format!("UPDATE products SET price_minor = price_minor + 1 WHERE sku = '{sku}'"),
        1 => format!("UPDATE stock SET available = available - 7 WHERE sku = '{sku}'"),
        2 => format!("UPDATE products SET published = 1 - published WHERE sku = '{sku}'"),
        3 => format!("UPDATE products SET version = version + 1000 WHERE sku = '{sku}'"),
        _ => format!("DELETE FROM products WHERE sku = '{sku}'"),
    };
    let mut conn = AnyConnection::connect(world.store_home.url())
        .await
        .unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    world.forget(&sku);
    // From then on it can be noticed.
    world.clock.advance(BELIEVED_MS);
    world.look_after().await;
}

/// Nothing is lost any more: EntMine sends what it has, and a heartbeat, and the store looks.
async fn rest(world: &mut World) {
    world.clock.advance(BELIEVED_MS);
    *world.line.fate.lock().unwrap() = Fate::Arrives;
    let mut sender = world.sender().await;
    world.send_all(&mut sender).await;
    world.look_after().await;
    world.is_the_same().await;
    // And from then on they come by themselves.
    world.entmine.set_price("ITEM-000003", 4_321).await.unwrap();
    world.entmine.set_stock("ITEM-000004", 4).await.unwrap();
    for _ in 0..3 {
        sender.run_once().await.unwrap();
    }
    world.is_the_same().await;
}
