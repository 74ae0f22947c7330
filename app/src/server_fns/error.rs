//! What a door says when it has no answer.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// A door without an answer. It never means that an order failed: only that nothing is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Said", into = "Said")]
pub enum DoorError {
    /// Our server said that it cannot answer just now.
    Unavailable,
    /// Anything that is not ours: no connection, an HTML 502 from a proxy, an empty body. The text
    /// is generic, for the console.
    Lost(String),
}

/// The error on the wire.
#[derive(Serialize, Deserialize)]
struct Said {
    error: String,
}

const UNAVAILABLE: &str = "unavailable";

impl From<Said> for DoorError {
    fn from(said: Said) -> Self {
        if said.error == UNAVAILABLE {
            Self::Unavailable
        } else {
            Self::Lost(said.error)
        }
    }
}

impl From<DoorError> for Said {
    fn from(error: DoorError) -> Self {
        let error = match error {
            DoorError::Unavailable => UNAVAILABLE.to_owned(),
            DoorError::Lost(what) => what,
        };
        Self { error }
    }
}

impl FromServerFnError for DoorError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let what = match error {
            ServerFnErrorErr::Request(_) => "the request did not get through",
            ServerFnErrorErr::Deserialization(_) => "the reply was not ours",
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                "the form could not be read"
            }
            ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::Response(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::ServerError(_) => "the call could not be made",
        };
        Self::Lost(what.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_server_is_told_from_everything_else() {
        let ours = DoorError::Unavailable.ser();
        assert_eq!(&ours[..], br#"{"error":"unavailable"}"#);
        assert_eq!(DoorError::de(ours), DoorError::Unavailable);
        for reply in ["", "<html><h1>502 Bad Gateway</h1></html>", "{}", "null"] {
            assert!(matches!(
                DoorError::de(reply.to_owned().into()),
                DoorError::Lost(_)
            ));
        }
    }
}
