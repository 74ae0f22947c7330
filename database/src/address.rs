//! Where a database is.

use crate::error::OpenError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::postgres::PgConnectOptions;
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

impl Address {
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// As sqlx's drivers take it.
    pub fn for_sqlx(&self) -> String {
        match self {
            Self::Sqlite(file) => sqlite_url(file),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// Reads `sqlite:<path>` or `postgres://…`, or says what is wrong with it.
pub(crate) fn parse(url: &str) -> Result<Address, &'static str> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return match postgres(url) {
            Ok(_) => Ok(Address::Postgres(url.to_owned())),
            Err(why) => Err(why),
        };
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

/// The parameters of a PostgreSQL address that mean something. The driver would log any other with
/// its value, and that may be a password under a wrong name.
const PARAMETERS: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

fn postgres(url: &str) -> Result<PgConnectOptions, &'static str> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let known = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        PARAMETERS.contains(&name) || name.starts_with("options[")
    };
    if !query.split('&').filter(|pair| !pair.is_empty()).all(known) {
        return Err("after its `?` stands something that is no parameter of a PostgreSQL address");
    }
    url.parse()
        .map_err(|_| "it is not of the form postgres://user:password@host:port/database")
}

/// The one name of the database at an address, for messages and to compare addresses by: the
/// absolute path of a file, or host, port and database. It holds neither a user nor a password.
///
/// # Errors
/// What is wrong with the address.
pub fn canonical(url: &str) -> Result<String, &'static str> {
    match parse(url)? {
        Address::Sqlite(file) => Ok(format!("sqlite:{}", real(&file).display())),
        Address::Postgres(url) => Ok(postgres_name(&postgres(&url)?)),
    }
}

/// [`canonical`], or why `whose` address cannot be used.
///
/// # Errors
/// [`OpenError::Address`].
pub fn named(url: &str, whose: &'static str) -> Result<String, OpenError> {
    canonical(url).map_err(|reason| OpenError::Address {
        whose,
        url: shown(url),
        reason,
    })
}

/// The file behind symbolic links, also where it does not exist yet.
fn real(file: &Path) -> PathBuf {
    if let Ok(real) = file.canonicalize() {
        return real;
    }
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    match (absolute.parent().map(Path::canonicalize), file.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        (_, _) => absolute,
    }
}

fn postgres_name(options: &PgConnectOptions) -> String {
    let database = options
        .get_database()
        .unwrap_or_else(|| options.get_username());
    let port = options.get_port();
    // Several names of one machine's loopback are one server.
    let host = options.get_host();
    let host = match host.trim_matches(['[', ']']) {
        "127.0.0.1" | "::1" | "localhost" => "localhost".to_owned(),
        _ => host.to_ascii_lowercase(),
    };
    let folder = options.get_socket().map(|path| path.display().to_string());
    let mut name = match folder.or_else(|| host.starts_with('/').then(|| host.clone())) {
        Some(folder) => format!("postgres:///{database}?host={folder}&port={port}"),
        None => format!("postgres://{host}:{port}/{database}"),
    };
    // They can name another schema, which is another database to us.
    if let Some(options) = options.get_options() {
        name += &format!(" ({options})");
    }
    name
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

/// The same for a file that must not be made or written.
pub(crate) fn sqlite_url_to_read(file: &Path) -> String {
    let path = file.to_string_lossy();
    format!("sqlite://{}?mode=ro", utf8_percent_encode(&path, PLAIN))
}

/// An address as messages show it. One that cannot be read may hold a password anywhere: of that
/// only the beginning is shown.
pub(crate) fn shown(url: &str) -> String {
    if let Ok(name) = canonical(url) {
        return name;
    }
    let path = url.split('?').next().unwrap_or_default();
    let has_secret = |text: &str| text.contains(['@', '=']) || text.contains("://");
    match (has_secret(path), url.split_once(':')) {
        (false, _) if path == url => url.to_owned(),
        (false, _) => format!("{path}?…"),
        (true, Some((scheme, _))) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            format!("{scheme}:…")
        }
        (true, _) => "…".to_owned(),
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
            "postgres://db/shop?passwd=s3cret",
            "postgres://me:s3cret",
            "postgres://me:s3?cret@db/shop",
            "mysql://localhost/entmine",
            "data/entmine.db",
        ] {
            assert!(parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_password_is_not_said_wherever_it_stands() {
        for url in [
            "postgres://me:s3cret@db/entmine",
            "postgresql://me:s3cret@db:5432/entmine?sslmode=disable",
            "postgres://db/entmine?user=me&password=s3cret",
            "postgres://db/entmine?user=a@b&password=s3cret",
            "postgres:///entmine?host=db&password=s3cret&user=me",
        ] {
            assert_eq!(shown(url), "postgres://db:5432/entmine", "{url}");
        }
        for (url, said) in [
            ("postgres://me:s3cret", "postgres:…"),
            ("postgres://me:x?s3cret@db/entmine", "postgres:…"),
            ("postgres://db/entmine?passwd=s3cret", "postgres:…"),
            ("mysql://me:s3cret@db/entmine", "mysql:…"),
            ("host=db user=me password=s3cret", "…"),
            ("me:s3cret@db", "me:…"),
            ("sqlite:e.db?key=s3cret", "sqlite:e.db?…"),
            ("data/entmine.db", "data/entmine.db"),
            ("sqlite::memory:", "sqlite::memory:"),
        ] {
            assert_eq!(shown(url), said, "{url}");
        }
    }

    #[test]
    fn addresses_of_one_database_have_one_name() {
        let same = |urls: &[&str]| {
            let names: Vec<_> = urls.iter().map(|url| canonical(url)).collect();
            assert!(names.windows(2).all(|pair| pair[0] == pair[1]), "{names:?}");
            names[0].clone().expect("an address")
        };
        let shop = same(&[
            "postgres://one:a@localhost/shop",
            "postgres://two:b@127.0.0.1:5432/shop?sslmode=disable",
            "postgresql://[::1]/shop?user=three",
            "postgres://LOCALHOST:5432/?dbname=shop",
        ]);
        assert_eq!(shop, "postgres://localhost:5432/shop");
        for other in [
            "postgres://localhost/other",
            "postgres://localhost:5433/shop",
            "postgres://db/shop",
            "postgres://localhost/shop?host=/run/postgresql",
            "postgres://localhost/shop?options=-csearch_path%3Dother",
        ] {
            assert_ne!(canonical(other), Ok(shop.clone()), "{other}");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().display().to_string();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("same")).expect("a link");
        same(&[
            &format!("sqlite:{path}/e.db"),
            &format!("sqlite://{path}/same/e.db?mode=rwc"),
            &format!("sqlite:{path}/./e.db"),
        ]);
    }

    #[test]
    fn odd_names_reach_sqlite_unchanged() {
        assert_eq!(
            sqlite_url(Path::new("/a b/100%?#.db")),
            "sqlite:///a%20b/100%25%3F%23.db?mode=rwc"
        );
    }
}
