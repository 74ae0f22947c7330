//! The keys, ids and tokens that the store mints.

use crate::RandomBytes;
use database::Clock;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::{Builder, Uuid};

/// One order's identity from the cart to EntMine's row: a UUID v7. Not a secret, authorises
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderKey(pub Uuid);

impl OrderKey {
    /// Reads a key in its usual text form; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = Uuid::try_parse(text).ok()?;
        // One spelling only, so that a key is one string everywhere.
        (text == uuid.hyphenated().to_string()).then_some(Self(uuid))
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Mints what one process of the store needs, of its clock's time and its random bytes. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ids(Arc<Source>);

struct Source {
    clock: Arc<dyn Clock>,
    random: RandomBytes,
    /// The UUID that was minted last.
    last: Mutex<u128>,
}

/// The highest of the 62 random bits at a UUID's end. The first UUID of a millisecond has it 0, so that there is room to
/// count up from there.
const ROOM: u128 = 1 << 61;

impl Ids {
    pub fn new(clock: Arc<dyn Clock>, random: RandomBytes) -> Self {
        Self(Arc::new(Source {
            clock,
            random,
            last: Mutex::default(),
        }))
    }

    /// A UUID v7. Each is larger than the ones before it, also where the clock stands still or goes back
    /// (RFC 9562, section 6.2, method 2); processes do not mint the same because the rest is random.
    pub fn uuid(&self) -> Uuid {
        let now_ms = u64::try_from(self.0.clock.now_ms()).unwrap_or(0);
        let bytes = self.0.random.draw();
        let fresh = Builder::from_unix_timestamp_millis(now_ms, &bytes).into_uuid();
        let fresh = fresh.as_u128() & !ROOM;
        let step = 1 + (fresh & u128::from(u32::MAX));
        let mut last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        // The first 48 bits are the milliseconds.
        let is_later = fresh >> 80 > *last >> 80;
        *last = if is_later { fresh } else { *last + step };
        Uuid::from_u128(*last)
    }

    pub fn order_key(&self) -> OrderKey {
        OrderKey(self.uuid())
    }

    /// 128 random bits as 32 hex digits: nobody guesses it, and it fits into an address.
    pub fn receipt(&self) -> String {
        hex(&self.0.random.draw::<16>())
    }

    /// 256 random bits for the session cookie.
    pub fn session_token(&self) -> String {
        hex(&self.0.random.draw::<32>())
    }
}

/// What the database keeps of a session token.
pub(crate) fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// `sha256:<hex>` of an order's frozen bytes.
pub fn fingerprint(body: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(body)))
}

/// The beginning of the UUIDs of version 7 of a time; all that are earlier come before it.
pub(crate) fn first_of(ms: i64) -> String {
    let hex = format!("{:012x}", ms.max(0));
    format!("{}-{}", &hex[..8], &hex[8..])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use database::ManualClock;

    const NOW_MS: i64 = 1_795_381_200_000;

    fn ids(clock: &Arc<ManualClock>) -> Ids {
        Ids::new(clock.clone(), RandomBytes::default())
    }

    #[test]
    fn uuids_grow_also_where_the_clock_stands_still_or_goes_back() {
        let clock = Arc::new(ManualClock::at(NOW_MS));
        let ids = ids(&clock);
        let mut last = ids.uuid();
        for n in 0..10_000 {
            match n % 1_000 {
                0 => clock.advance(7),
                500 => clock.advance(-5),
                _ => {}
            }
            let next = ids.uuid();
            assert!(next > last, "{next} after {last}");
            assert_eq!(next.get_version_num(), 7);
            assert_eq!(next.get_variant(), uuid::Variant::RFC4122);
            last = next;
        }
        // Also where the random bits are the highest that there are.
        let highest = Ids::new(clock, RandomBytes::new(|bytes| bytes.fill(0xff)));
        let (first, second) = (highest.uuid(), highest.uuid());
        assert!(second > first, "{second} after {first}");
        assert_eq!(second.get_version_num(), 7);
        assert_eq!(second.get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn a_uuid_has_the_clocks_time() {
        let clock = Arc::new(ManualClock::at(NOW_MS));
        let ids = ids(&clock);
        for _ in 0..10 {
            let (before, after) = (first_of(NOW_MS), first_of(NOW_MS + 1));
            let minted = ids.uuid().to_string();
            assert!(before < minted && minted < after, "{minted}");
        }
    }

    #[test]
    fn processes_with_the_same_time_mint_different_keys() {
        let clock = Arc::new(ManualClock::at(NOW_MS));
        let (here, there) = (ids(&clock), ids(&clock));
        let here: Vec<_> = (0..100).map(|_| here.order_key()).collect();
        assert!((0..100).all(|_| !here.contains(&there.order_key())));
    }

    #[test]
    fn the_same_random_bytes_mint_the_same() {
        let minted = || {
            let clock = Arc::new(ManualClock::at(NOW_MS));
            let ids = Ids::new(clock, RandomBytes::new(|bytes| bytes.fill(0xa5)));
            let keys = [ids.order_key(), ids.order_key()];
            (keys, ids.receipt(), ids.session_token())
        };
        assert_eq!(minted(), minted());
        let ([first, second], receipt, token) = minted();
        assert_ne!(first, second);
        assert_eq!((receipt, token), ("a5".repeat(16), "a5".repeat(32)));
    }

    #[test]
    fn a_key_has_one_spelling() {
        let key = ids(&Arc::new(ManualClock::at(NOW_MS))).order_key();
        assert_eq!(OrderKey::parse(&key.to_string()), Some(key));
        assert_eq!(OrderKey::parse(&key.to_string().to_uppercase()), None);
        assert_eq!(OrderKey::parse(&format!("{{{key}}}")), None);
        assert_eq!(OrderKey::parse("42"), None);
    }

    #[test]
    fn the_fingerprint_is_the_sha_256_of_the_bytes() {
        // FIPS 180-4, the digest of the empty message.
        assert_eq!(
            fingerprint(b""),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
