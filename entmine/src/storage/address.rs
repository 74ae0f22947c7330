//! Where a database is.

use crate::error::OpenError;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The file of a `sqlite:<path>` address, the path taken as it is written (no percent signs are
/// decoded, because the server puts its `--data` folder into the address unchanged).
pub(super) fn sqlite_file(url: &str) -> Result<PathBuf, OpenError> {
    let refuse = |reason| OpenError::Address {
        url: without_password(url),
        reason,
    };
    let Some(rest) = url.strip_prefix("sqlite:") else {
        return Err(refuse("only sqlite:<path> is supported by this version"));
    };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    // The one parameter that people add by habit says what happens anyway.
    let path = rest.strip_suffix("?mode=rwc").unwrap_or(rest);
    if path.contains('?') {
        return Err(refuse("parameters after `?` are not supported"));
    }
    if path.is_empty() || path.ends_with('/') {
        return Err(refuse("it names no file"));
    }
    if path == ":memory:" {
        return Err(refuse("orders in memory would be lost"));
    }
    Ok(PathBuf::from(path))
}

/// The address that sqlx wants for an absolute path: every byte that a URL could read otherwise is
/// percent-encoded.
pub(super) fn sqlx_url(file: &Path) -> String {
    let mut url = String::from("sqlite://");
    for byte in file.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url.push_str("?mode=rwc");
    url
}

/// `postgres://user:secret@host/db` → `postgres://…@host/db`: an address ends up in messages.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        (None, _) | (_, None) => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_as_written() {
        for (url, path) in [
            ("sqlite:data/entmine.db", "data/entmine.db"),
            ("sqlite://data/entmine.db", "data/entmine.db"),
            ("sqlite:/var/lib/e.db", "/var/lib/e.db"),
            ("sqlite:///var/lib/e.db?mode=rwc", "/var/lib/e.db"),
            ("sqlite:my data/100%.db", "my data/100%.db"),
        ] {
            assert_eq!(sqlite_file(url).unwrap(), PathBuf::from(path), "{url}");
        }
    }

    #[test]
    fn an_address_that_loses_orders_or_means_nothing_is_refused() {
        for url in [
            "sqlite::memory:",
            "sqlite:",
            "sqlite:data/",
            "sqlite:e.db?immutable=1",
            "postgres://localhost/entmine",
        ] {
            assert!(sqlite_file(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_refused_address_keeps_its_password() {
        let error = sqlite_file("postgres://me:s3cret@db/entmine").unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }

    #[test]
    fn odd_names_reach_sqlite_unchanged() {
        assert_eq!(
            sqlx_url(Path::new("/a b/100%?#.db")),
            "sqlite:///a%20b/100%25%3F%23.db?mode=rwc"
        );
    }
}
