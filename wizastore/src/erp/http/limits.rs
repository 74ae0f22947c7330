//! How long and how much the store listens to EntMine.

use std::time::Duration;

/// The limits of one call. Each can be set; the defaults come with their reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// To look up the name, connect and agree on TLS. 1 s: a round trip around the world takes
    /// 0.3 s, and a machine that has not answered by then is better called down, because nothing
    /// was sent yet and the order is provably not applied.
    pub connect: Duration,
    /// From the call to the last byte of the answer, all in all. A limit for each read would let a
    /// dripping answer take for ever. 3 s: two attempts and the pause between them fit into the
    /// 8 s that a customer waits.
    pub attempt: Duration,
    /// Bytes of an answer about one order. 64 KiB: an acceptance has 300 bytes, a rejection some
    /// 100 for each line.
    pub max_answer: usize,
    /// Bytes of a listing or of stock levels. 4 MiB: a page of 1,000 orders has 300 KB.
    pub max_list: usize,
    /// How deep JSON may nest. 32: the contract's deepest document has 4 levels.
    pub max_depth: usize,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            attempt: Duration::from_secs(3),
            max_answer: 64 * 1024,
            max_list: 4 * 1024 * 1024,
            max_depth: 32,
        }
    }
}
