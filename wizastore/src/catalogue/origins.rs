//! Whose servers pages may load pictures from: those that products of the cache link to.

use crate::store::Store;
use database::Conn;
use database::DatabaseError;
use database::rows::insert;
use model::Product;
use reqwest::Url;
use std::collections::BTreeSet;

impl Store {
    /// The origins of linked pictures, separated by spaces as a content security policy has them;
    /// empty where every picture is the shop's own.
    ///
    /// # Errors
    /// [`DatabaseError`] where the database does not answer.
    pub async fn picture_origins(&self) -> Result<String, DatabaseError> {
        let origins: Vec<String> =
            sqlx::query_scalar("SELECT origin FROM picture_origins ORDER BY origin")
                .fetch_all(self.db.reader())
                .await?;
        Ok(origins.join(" "))
    }
}

/// Keeps the origins of these products' pictures, in the transaction that writes the products.
pub(super) async fn keep<'p>(
    tx: &mut Conn,
    products: impl IntoIterator<Item = &'p Product>,
) -> Result<(), sqlx::Error> {
    let origins: BTreeSet<String> = products
        .into_iter()
        .filter_map(|product| origin(&product.image))
        .collect();
    if origins.is_empty() {
        return Ok(());
    }
    let sql = insert(
        "INSERT INTO picture_origins (origin)",
        1,
        origins.len(),
        "ON CONFLICT (origin) DO NOTHING",
    );
    let mut query = sqlx::query(sql);
    for origin in origins {
        query = query.bind(origin);
    }
    query.execute(tx).await.map(|_| ())
}

/// The origin of a picture elsewhere; none for a path, nor for a host with a sign that means something
/// in a policy (`,` begins another policy, `*` allows every host).
fn origin(image: &str) -> Option<String> {
    // Most pictures are paths, and parsing is not free.
    if !image.starts_with("http") {
        return None;
    }
    let url = Url::parse(image).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_web && url.host_str().is_some_and(is_plain)).then(|| url.origin().ascii_serialization())
}

/// A name, or an address of IPv4 or, in brackets, of IPv6.
fn is_plain(host: &str) -> bool {
    let inside = host.strip_prefix('[').and_then(|v6| v6.strip_suffix(']'));
    let (text, more) = match inside {
        Some(v6) => (v6, b':'),
        None => (host, b'-'),
    };
    let fits = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.' || byte == more
    };
    !text.is_empty() && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_nothing_but_scheme_host_and_port() {
        let cases = [
            ("/products/a.webp", None),
            ("", None),
            (
                "https://cdn.example/a b.png?v=1",
                Some("https://cdn.example"),
            ),
            ("http://cdn.example:8080/a", Some("http://cdn.example:8080")),
            ("https://user:pw@cdn.example/a", Some("https://cdn.example")),
            (
                "https://bücher.example/a",
                Some("https://xn--bcher-kva.example"),
            ),
            ("https://a; script-src *", None),
            ("https://evil.invalid,*/x.png", None),
            ("https://*/x.png", None),
            ("https://a;b/x.png", None),
            ("https://a'b/x.png", None),
            ("https://[::1]:8080/a", Some("https://[::1]:8080")),
            ("https://192.0.2.1/a", Some("https://192.0.2.1")),
            ("httpx://a", None),
        ];
        for (image, expected) in cases {
            assert_eq!(origin(image).as_deref(), expected, "{image}");
        }
    }
}
