//! Everything changes at once.

use super::world::{World, products};

/// So many new products, and then another price for each; all of it as messages.
pub async fn prove(mut world: World, count: usize) -> String {
    world.look_after().await;
    let mut sender = world.sender().await;
    let mut messages = 0;
    for price in ["12.00", "13.00"] {
        let file = products(count, price);
        world.entmine.import(&file, &mut |_| {}).await.unwrap();
        messages += world.send_all(&mut sender).await;
        world.is_the_same().await;
    }
    format!("{count} products new and then changed at once, {messages} messages")
}
