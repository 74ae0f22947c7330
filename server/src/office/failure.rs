//! What is told when a page cannot be given.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use backoffice::office::message_page;
use entmine::StorageError;

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is nothing at this address.
    Missing,
    /// A form that no page of ours sends.
    BadForm,
    Storage(StorageError),
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, title, text) = match self {
            Self::Missing => (
                StatusCode::NOT_FOUND,
                "There is no such page",
                "Nothing is known under this address.",
            ),
            Self::BadForm => (
                StatusCode::BAD_REQUEST,
                "This form cannot be read",
                "Please go back, load the page again, and send the form once more.",
            ),
            Self::Storage(error) => {
                tracing::error!(%error, "the back office could not work");
                if error.may_be_written() {
                    (
                        StatusCode::SERVICE_UNAVAILABLE,
                        "It is not clear whether this was done",
                        "The database gave no clear answer. Please look at it again before you repeat it.",
                    )
                } else {
                    (
                        StatusCode::SERVICE_UNAVAILABLE,
                        "The database does not answer",
                        "Nothing was changed. Please try again in a moment.",
                    )
                }
            }
        };
        (status, Html(message_page(None, title, text))).into_response()
    }
}
