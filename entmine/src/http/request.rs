//! Reading what a request asks for: its key, its headers, its query.

use super::refusal::Refusal;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, Uri};
use std::str::FromStr;
use uuid::Uuid;

/// The order key of a path: a UUID in lower case with hyphens. It has one spelling, so that nobody
/// takes two spellings for two keys.
pub(super) fn key(path: Result<Path<String>, PathRejection>) -> Result<Uuid, Refusal> {
    let wrong = || malformed("the key is not a UUID in lower case with hyphens");
    let Path(text) = path.map_err(|_| wrong())?;
    let key = Uuid::try_parse(&text).map_err(|_| wrong())?;
    if key.to_string() == text {
        Ok(key)
    } else {
        Err(wrong())
    }
}

/// The text of a header that may be there once.
pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(malformed(&format!("the header {name} is there twice")));
    }
    let text = value
        .to_str()
        .map_err(|_| malformed(&format!("the header {name} is not text")))?;
    Ok(Some(text))
}

/// The parameters of an address.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub fn of(uri: &Uri) -> Result<Self, Refusal> {
        let Query(pairs) =
            Query::try_from_uri(uri).map_err(|_| malformed("the query cannot be read"))?;
        Ok(Self(pairs))
    }

    /// All values of a parameter, in their order.
    pub fn all(self, name: &str) -> Vec<String> {
        let pairs = self.0.into_iter().filter(|(key, _)| key == name);
        pairs.map(|(_, value)| value).collect()
    }

    /// A parameter that may be there once.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some((_, value)), None) => Ok(Some(value)),
            (Some(_), Some(_)) => Err(malformed(&format!("{name} is there twice"))),
        }
    }

    /// A number from 1, for paging.
    pub fn page(&self) -> Result<i64, Refusal> {
        match self.one("page")? {
            Some(text) => number(text, "page"),
            None => Ok(1),
        }
    }

    /// A position that a list goes on before.
    pub fn before(&self) -> Result<Option<i64>, Refusal> {
        let text = self.one("before")?;
        text.map(|text| number(text, "before")).transpose()
    }

    /// Yes or no.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.one(name)? {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(malformed(&format!("{name} is neither true nor false"))),
        }
    }

    /// How many of something are asked for; whoever answers clamps it to what it can give.
    pub fn limit(&self, usual: i64) -> Result<i64, Refusal> {
        match self.one("limit")? {
            Some(text) => text
                .parse()
                .map_err(|_| malformed("limit is not a whole number")),
            None => Ok(usual),
        }
    }
}

/// A whole number, 0 or more.
pub(super) fn number(text: &str, name: &str) -> Result<i64, Refusal> {
    match i64::from_str(text) {
        Ok(number) if number >= 0 => Ok(number),
        Ok(_) | Err(_) => Err(malformed(&format!("{name} is not a whole number"))),
    }
}

pub(super) fn malformed(detail: &str) -> Refusal {
    Refusal::Malformed(detail.to_owned())
}
