//! Chance as a parameter, so that a simulation can be run again from its seed.

use std::sync::Arc;

/// Rolls numbers from 0 (inclusive) to 1 (exclusive).
#[derive(Clone)]
pub struct Dice(Arc<dyn Fn() -> f64 + Send + Sync>);

impl Dice {
    /// Dice that give what `roll` gives.
    pub fn new(roll: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(roll))
    }

    pub(crate) fn roll(&self) -> f64 {
        (self.0)()
    }
}

impl Default for Dice {
    /// The thread's random numbers.
    fn default() -> Self {
        Self::new(rand::random::<f64>)
    }
}
