//! Where EntMine is, and the addresses of its doors.

use crate::OrderKey;
use reqwest::Url;

/// Why EntMine cannot be called with these settings. Says neither the address nor the token, as
/// either may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEntMineUrl {
    #[error("EntMine's address is not a URL: {0}")]
    NotAUrl(String),
    #[error("EntMine's address must begin with http:// or https://")]
    NotHttp,
    #[error("EntMine's address has no host")]
    NoHost,
    #[error("EntMine's address must not hold a user or password: the secret is the token's place")]
    HasCredentials,
    #[error("EntMine's address must not have a query (?…) or a fragment (#…)")]
    HasQuery,
    #[error("the token for EntMine must be of visible ASCII characters, one at least")]
    BadToken,
    /// TLS could not be set up; most often the machine has no CA certificates.
    #[error("no HTTP client for EntMine: {0}")]
    NoClient(String),
}

/// EntMine's address. It may have a path, where EntMine is behind a proxy that strips it.
#[derive(Clone, Debug)]
pub(super) struct Base(Url);

impl Base {
    pub(super) fn parse(text: &str) -> Result<Self, BadEntMineUrl> {
        let url = Url::parse(text).map_err(|error| match error.to_string().as_str() {
            "empty host" => BadEntMineUrl::NoHost,
            other => BadEntMineUrl::NotAUrl(other.to_string()),
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BadEntMineUrl::NotHttp);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(BadEntMineUrl::NoHost);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadEntMineUrl::HasCredentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BadEntMineUrl::HasQuery);
        }
        Ok(Self(url))
    }

    pub(super) fn is_tls(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn order(&self, key: OrderKey) -> Url {
        self.door(&format!("orders/{key}"))
    }

    pub(super) fn void(&self, key: OrderKey) -> Url {
        self.door(&format!("orders/{key}/void"))
    }

    /// A listing after a cursor: `orders` or `orders/changes`.
    pub(super) fn page(&self, door: &str, after: Option<&str>, limit: i64) -> Url {
        let mut url = self.door(door);
        if let Some(after) = after {
            url.query_pairs_mut().append_pair("after", after);
        }
        url.query_pairs_mut()
            .append_pair("limit", &limit.to_string());
        url
    }

    pub(super) fn stock(&self, skus: &[String]) -> Url {
        let mut url = self.door("stock");
        if !skus.is_empty() {
            let pairs = skus.iter().map(|sku| ("sku", sku));
            url.query_pairs_mut().extend_pairs(pairs);
        }
        url
    }

    fn door(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        let prefix = url.path().trim_end_matches('/');
        url.set_path(&format!("{prefix}/entmine/v1/{path}"));
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> BadEntMineUrl {
        Base::parse(text).expect_err(text)
    }

    #[test]
    fn an_address_is_http_with_a_host_and_nothing_secret() {
        assert!(matches!(refused("erp"), BadEntMineUrl::NotAUrl(_)));
        assert!(matches!(refused(""), BadEntMineUrl::NotAUrl(_)));
        assert_eq!(refused("ftp://erp"), BadEntMineUrl::NotHttp);
        assert_eq!(refused("erp:3100"), BadEntMineUrl::NotHttp);
        assert_eq!(refused("http://"), BadEntMineUrl::NoHost);
        assert_eq!(refused("http://u@erp"), BadEntMineUrl::HasCredentials);
        assert_eq!(refused("https://:p@erp"), BadEntMineUrl::HasCredentials);
        assert_eq!(refused("http://erp?a=1"), BadEntMineUrl::HasQuery);
        assert_eq!(refused("http://erp#a"), BadEntMineUrl::HasQuery);
    }

    #[test]
    fn doors_are_below_the_address() {
        for (base, stock) in [
            ("http://erp:3100", "http://erp:3100/entmine/v1/stock"),
            ("https://erp/", "https://erp/entmine/v1/stock"),
            ("https://erp/a/b/", "https://erp/a/b/entmine/v1/stock"),
        ] {
            let base = Base::parse(base).expect("a good address");
            assert_eq!(base.stock(&[]).as_str(), stock);
        }
    }

    #[test]
    fn cursors_and_skus_cannot_change_the_question() {
        let base = Base::parse("http://erp").expect("a good address");
        let page = base.page("orders", Some("a&limit=9#x"), 5);
        assert_eq!(page.query(), Some("after=a%26limit%3D9%23x&limit=5"));
        let stock = base.stock(&["A&B".into(), "C D".into()]);
        assert_eq!(stock.query(), Some("sku=A%26B&sku=C+D"));
    }
}
