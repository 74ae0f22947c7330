//! The tokens that the store mints.

use sha2::{Digest, Sha256};
use std::fmt;
use uuid::Uuid;

/// One order's identity from the cart to EntMine's row: a UUID v7. Not a secret, authorises
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderKey(pub Uuid);

impl OrderKey {
    pub(crate) fn mint() -> Self {
        Self(Uuid::now_v7())
    }

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

/// 128 random bits as 32 hex digits: nobody guesses it, and it fits into an address.
pub(crate) fn mint_receipt() -> String {
    hex(&rand::random::<[u8; 16]>())
}

/// 256 random bits for the session cookie.
pub(crate) fn mint_session_token() -> String {
    hex(&rand::random::<[u8; 32]>())
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

    #[test]
    fn a_key_has_one_spelling() {
        let key = OrderKey::mint();
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
