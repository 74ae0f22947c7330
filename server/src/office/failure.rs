//! What is told when a page cannot be given.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use backoffice::office::message_page;
use entmine::StorageError;

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is nothing at this address.
    Missing,
    /// The address only takes forms.
    FormsOnly,
    /// A form that no page of ours sends.
    BadForm,
    Storage(StorageError),
}

/// What a page without its navigation says; [`super::framed`] gives it one where somebody is signed in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub title: &'static str,
    pub text: &'static str,
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
            Self::FormsOnly => (
                StatusCode::METHOD_NOT_ALLOWED,
                "There is nothing to see here",
                "This address only takes forms. Please open the page that the form is on.",
            ),
            Self::BadForm => (
                StatusCode::BAD_REQUEST,
                "This form cannot be read",
                "Please go back, load the page again, and send the form once more.",
            ),
            Self::Storage(error) => {
                tracing::error!(%error, "the back office could not work");
                let (title, text) = if error.may_be_written() {
                    (
                        "It is not clear whether this was done",
                        "The database gave no clear answer. Please look at it again before you repeat it.",
                    )
                } else {
                    (
                        "The database does not answer",
                        "Nothing was changed. Please try again in a moment.",
                    )
                };
                // Nobody asks a database that does not answer who is signed in.
                let page = Html(message_page(None, title, text));
                return (StatusCode::SERVICE_UNAVAILABLE, page).into_response();
            }
        };
        let said = Extension(Said { title, text });
        (status, said, Html(message_page(None, title, text))).into_response()
    }
}
