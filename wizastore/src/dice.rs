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

/// Where the random bits of keys, receipts and session tokens come from. Receipts and tokens are secrets: other bits
/// than the default's are for simulations only.
#[derive(Clone)]
pub struct RandomBytes(Arc<Fill>);

/// Fills what it is given.
type Fill = dyn Fn(&mut [u8]) + Send + Sync;

impl RandomBytes {
    /// Bytes as `fill` gives them.
    pub fn new(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    pub(crate) fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0)(&mut bytes);
        bytes
    }
}

impl Default for RandomBytes {
    /// The thread's generator, which is a cryptographic one with its seed from the operating system.
    fn default() -> Self {
        Self::new(rand::fill::<[u8]>)
    }
}
