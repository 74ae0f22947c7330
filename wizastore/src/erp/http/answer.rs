//! An answer as it arrived, and what its envelope says. The call that it belongs to reads the rest.

use super::json;
use super::problem::{Typed, typed};
use super::retry_after::retry_after;
use crate::erp::{Answered, CallError, Identity};
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER, TRANSFER_ENCODING,
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A complete answer; one whose body broke off is none.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Body,
    /// It came over HTTP/2, where each answer names its request.
    pub is_multiplexed: bool,
    /// How deep its JSON may nest.
    pub max_depth: usize,
    /// When it arrived, in seconds since 1970: an answer without a `Date` is as old as that
    /// (RFC 9110 §6.6.1).
    pub arrived_s: i64,
}

#[derive(Clone, Debug)]
pub(super) enum Body {
    Whole(Vec<u8>),
    /// Longer than the limit; not read to its end.
    TooLarge,
}

/// What every call makes of an answer in the same way.
pub(super) enum Reading {
    /// A 2xx; whether it is a success is seen when it is read.
    Success,
    /// A problem document of EntMine's that the call has to understand.
    Typed(Typed),
    /// The same for every call.
    Failed(CallError),
}

impl Answer {
    pub(super) fn reading(&self) -> Reading {
        match self.status {
            200..=299 => Reading::Success,
            300..=399 => Reading::Failed(CallError::Contradiction {
                detail: format!(
                    "EntMine does not redirect, but the answer is {}",
                    self.status
                ),
            }),
            status => match typed(self) {
                None => Reading::Failed(CallError::Ambiguous {
                    detail: format!("an answer {status} that is not EntMine's"),
                }),
                Some(typed) if typed.promises_not_applied() => {
                    Reading::Failed(CallError::NotApplied {
                        retry_after: self.retry_after(),
                        detail: typed.told(),
                        from: Some(typed.from),
                    })
                }
                Some(typed) => Reading::Typed(typed),
            },
        }
    }

    /// Reads a success: one of these statuses, JSON, from somebody who says who it is.
    pub(super) fn success<T: DeserializeOwned>(
        &self,
        statuses: &[u16],
    ) -> Result<Answered<T>, CallError> {
        if !statuses.contains(&self.status) {
            return Err(unreadable(format!("an answer {}", self.status)));
        }
        if !self.is_of_type("application/json") {
            return Err(unreadable("not application/json"));
        }
        let Some(from) = self.identity() else {
            return Err(unreadable("no EntMine-Instance or EntMine-Epoch"));
        };
        match self.json() {
            None => Err(unreadable("longer than the limit")),
            Some(Ok(answer)) => Ok(Answered { from, answer }),
            Some(Err(fault)) => Err(unreadable(fault.to_string())),
        }
    }

    /// The body as a JSON object; none where it was too large.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Option<Result<T, json::JsonFault>> {
        match &self.body {
            Body::Whole(bytes) => Some(json::object(bytes, self.max_depth)),
            Body::TooLarge => None,
        }
    }

    /// Whether the body is plain UTF-8 text of this media type.
    pub(super) fn is_of_type(&self, wanted: &str) -> bool {
        if self.is_encoded() {
            return false;
        }
        let Some(value) = self.one(CONTENT_TYPE.as_str()) else {
            return false;
        };
        let mut parts = unquoted_split(value).map(str::trim);
        parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(wanted))
            && parts.all(|parameter| {
                let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
                let value = value.trim_matches('"');
                // ASCII is UTF-8 too; whether the bytes are, is looked at when they are read.
                let readable = ["utf-8", "utf8", "us-ascii"];
                !name.eq_ignore_ascii_case("charset")
                    || readable
                        .iter()
                        .any(|known| value.eq_ignore_ascii_case(known))
            })
    }

    /// Whether the body claims to be compressed. Nothing of the kind was asked for, so it is a
    /// proxy's doing. (hyper takes the chunks apart and passes other codings over.)
    fn is_encoded(&self) -> bool {
        let chunked_at_most = !self.headers.contains_key(TRANSFER_ENCODING)
            || self
                .one(TRANSFER_ENCODING.as_str())
                .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
        let coded = self.headers.get_all(CONTENT_ENCODING).iter();
        let mut coded = coded.filter(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
        coded.next().is_some() || !chunked_at_most
    }

    /// Who answered; none unless both headers are there, once each, and well-formed.
    pub(super) fn identity(&self) -> Option<Identity> {
        let instance = self.one("entmine-instance")?;
        let uuid = Uuid::try_parse(instance).ok()?;
        let text = self.one("entmine-epoch")?;
        let epoch: i64 = text.parse().ok()?;
        let usual = uuid.hyphenated().to_string();
        // One spelling of an epoch, and the usual one of a UUID: no braces, no `+1`.
        let spelt = epoch >= 0 && text == epoch.to_string();
        (spelt && instance.eq_ignore_ascii_case(&usual)).then_some(Identity {
            instance: usual,
            epoch,
        })
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        let date = self.one(DATE.as_str());
        retry_after(self.one(RETRY_AFTER.as_str())?, date, self.arrived_s)
    }

    /// A header that is there exactly once. Two values of one are two opinions.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        match values.next() {
            Some(_) => None,
            None => value.to_str().ok(),
        }
    }
}

/// The parts of a media type; a semicolon between quotation marks is text.
fn unquoted_split(value: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    value.split(move |c| {
        quoted ^= c == '"';
        c == ';' && !quoted
    })
}

pub(super) fn unreadable(detail: impl Into<String>) -> CallError {
    CallError::Unreadable {
        detail: plain(&detail.into()),
    }
}

/// Whether a text is a time of RFC 3339, which may have any number of digits behind the second.
pub(super) fn is_time(text: &str) -> bool {
    let Some((second, rest)) = text.split_once('.') else {
        return text.parse::<jiff::Timestamp>().is_ok();
    };
    let zone = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    zone.len() < rest.len() && format!("{second}{zone}").parse::<jiff::Timestamp>().is_ok()
}

/// A text from outside, fit for a log line: bounded and without control characters.
pub(super) fn plain(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    visible.take(200).collect()
}
