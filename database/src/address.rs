//! Where a database is.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::path::{Path, PathBuf};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database's address, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// The file, its path taken as it is written (no percent signs are decoded, because the server
    /// puts its `--data` folder into the address unchanged).
    Sqlite(PathBuf),
    /// The address as sqlx takes it.
    Postgres(String),
}

/// Reads `sqlite:<path>` or `postgres://…`, or says what is wrong with it.
pub(crate) fn parse(url: &str) -> Result<Address, &'static str> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Address::Postgres(url.to_owned()));
    }
    let Some(rest) = url.strip_prefix("sqlite:") else {
        return Err("it begins neither with sqlite: nor with postgres://");
    };
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    // The one parameter that people add by habit says what happens anyway.
    let path = rest.strip_suffix("?mode=rwc").unwrap_or(rest);
    if path.contains('?') {
        return Err("parameters after `?` are not supported");
    }
    if path.is_empty() || path.ends_with('/') {
        return Err("it names no file");
    }
    if path == ":memory:" {
        return Err("orders in memory would be lost");
    }
    Ok(Address::Sqlite(PathBuf::from(path)))
}

/// What a path keeps as it is in an address; every other byte could be read as something else.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The address that sqlx wants for an absolute path.
pub(crate) fn sqlite_url(file: &Path) -> String {
    let path = file.to_string_lossy();
    format!("sqlite://{}?mode=rwc", utf8_percent_encode(&path, PLAIN))
}

/// `postgres://user:secret@host/db` → `postgres://…@host/db`: an address ends up in messages.
pub(crate) fn without_password(url: &str) -> String {
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
            assert_eq!(parse(url), Ok(Address::Sqlite(path.into())), "{url}");
        }
    }

    #[test]
    fn an_address_that_loses_orders_or_means_nothing_is_refused() {
        for url in [
            "sqlite::memory:",
            "sqlite:",
            "sqlite:data/",
            "sqlite:e.db?immutable=1",
            "mysql://localhost/entmine",
            "data/entmine.db",
        ] {
            assert!(parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_password_is_not_said() {
        assert_eq!(
            without_password("postgres://me:s3cret@db/entmine"),
            "postgres://…@db/entmine"
        );
    }

    #[test]
    fn odd_names_reach_sqlite_unchanged() {
        assert_eq!(
            sqlite_url(Path::new("/a b/100%?#.db")),
            "sqlite:///a%20b/100%25%3F%23.db?mode=rwc"
        );
    }
}
