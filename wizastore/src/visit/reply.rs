//! What a response needs beyond its body.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Filled by a visit, carried out by the server's middleware. Clones share the content.
#[derive(Clone, Default)]
pub struct Reply(Arc<Mutex<Content>>);

#[derive(Default)]
struct Content {
    session_token: Option<String>,
    redirect: Option<String>,
    not_found: bool,
    forgotten: bool,
    unavailable: bool,
    nothing_taken: bool,
}

impl Reply {
    /// The token of a session that began now, for the cookie.
    pub fn session_token(&self) -> Option<String> {
        self.content().session_token.clone()
    }

    /// Where a browser without JavaScript goes after a form post: a path of the shop.
    pub fn redirect(&self) -> Option<String> {
        self.content().redirect.clone()
    }

    /// The page does not exist.
    pub fn not_found(&self) -> bool {
        self.content().not_found
    }

    /// The browser is to forget the session, and whatever else it kept of the shop.
    pub fn forgotten(&self) -> bool {
        self.content().forgotten
    }

    pub(crate) fn set_forgotten(&self) {
        self.content().forgotten = true;
    }

    /// The database failed: what the response holds is not what was asked for.
    pub fn unavailable(&self) -> bool {
        self.content().unavailable
    }

    /// Nothing of a submission was written, and its form is kept nowhere but in the request: a
    /// browser without JavaScript has to get it back with the answer.
    pub fn nothing_taken(&self) -> bool {
        self.content().nothing_taken
    }

    pub(crate) fn set_unavailable(&self) {
        self.content().unavailable = true;
    }

    pub(crate) fn set_nothing_taken(&self) {
        self.content().nothing_taken = true;
    }

    pub(crate) fn set_session_token(&self, token: String) {
        self.content().session_token = Some(token);
    }

    pub(crate) fn set_redirect(&self, path: impl Into<String>) {
        self.content().redirect = Some(path.into());
    }

    pub(crate) fn set_not_found(&self) {
        self.content().not_found = true;
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
