//! Passwords, kept as argon2id hashes.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// The shortest password, in characters, as NIST SP 800-63B asks for one that stands alone.
pub(super) const MIN_CHARS: usize = 12;
/// The longest, in bytes: beyond it somebody sends us work.
pub(super) const MAX_BYTES: usize = 256;

/// Each takes 19 MiB and a core: people who sign in wait for each other, the shop does not.
static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// A hash that no password has, so that a name that nobody has takes as long as any other.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(&"-".repeat(MAX_BYTES + 1)));

/// The hash of a password, in the PHC string format. The parameters are OWASP's first choice for
/// argon2id, which are the crate's own: 19 MiB, two passes, one lane.
pub(super) async fn hash(password: String) -> Option<String> {
    apart(move || hash_now(&password)).await
}

/// Whether a password is the one of a hash; without a hash it takes as long, and is not.
pub(super) async fn fits(password: String, hash: Option<String>) -> bool {
    apart(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&hash) else {
            return false;
        };
        let fits = Argon2::default().verify_password(password.as_bytes(), &parsed);
        known && password.len() <= MAX_BYTES && fits.is_ok()
    })
    .await
    .unwrap_or(false)
}

fn hash_now(password: &str) -> String {
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>());
    let hash = salt.and_then(|salt| {
        Ok(Argon2::default()
            .hash_password(password.as_bytes(), &salt)?
            .to_string())
    });
    // Fails only for parameters or salts of another length than these. No password fits "".
    hash.unwrap_or_default()
}

/// Off the threads that answer requests.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let place = PLACES.clone().acquire_owned().await.ok()?;
    let done = tokio::task::spawn_blocking(move || {
        let value = work();
        drop(place);
        value
    });
    done.await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_nothing_fits_nobody() {
        let kept = hash("correct horse battery".into()).await.unwrap();
        assert!(
            kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{kept}"
        );
        assert!(fits("correct horse battery".into(), Some(kept.clone())).await);
        assert!(!fits("correct horse batterz".into(), Some(kept.clone())).await);
        assert!(!fits("-".repeat(MAX_BYTES + 1), None).await);
        assert_ne!(hash("correct horse battery".into()).await.unwrap(), kept);
    }
}
