//! One case: the way to EntMine, and what happens at which points, one after the other.

use crate::world::Way;
use crate::world::acts::{Act, Acts, What};
use database::Engine;
use std::fmt;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Case {
    pub way: Way,
    pub acts: Vec<Act>,
}

impl Case {
    pub fn new(way: Way, acts: Vec<Act>) -> Self {
        Self { way, acts }
    }

    /// Whether the store learns of EntMine's new epoch while it compares, and not from an order's
    /// answer.
    pub fn compares_first(&self) -> bool {
        self.names("store.pause.")
    }

    fn names(&self, step: &str) -> bool {
        self.acts.iter().any(|act| act.point.starts_with(step))
    }

    /// The acts, with those that must come first: some points are only passed when something is
    /// broken already.
    pub fn acts(&self) -> Arc<Acts> {
        let mut first = Vec::new();
        if self.names("store.unsaved.") {
            // Twice: of two clicks at once the second one would answer for both.
            first.push(Act::new("store.journal.commit", What::Error, 1));
            first.push(Act::new("store.journal.commit", What::Error, 2));
        }
        if self.names("store.draft.") {
            first.push(Act::new("store.journal.begin", What::Error, 1));
        }
        if self.names("store.recover.") {
            // Only an attempt whose process died has a lease that nobody ends.
            first.push(Act::new("push.call.begin", What::Kill, 1));
        }
        if self.names("entmine.open.") {
            first.push(Act::new("entmine.place.begin", What::Kill, 1));
        }
        Acts::new(first, self.acts.clone())
    }

    /// Reads what [`Case`] and its engine were written as.
    pub fn parse(text: &str) -> Result<(Engine, Self), String> {
        let mut words = text.split_whitespace();
        let engine = match words.next() {
            Some("sqlite") => Engine::Sqlite,
            Some("postgres") => Engine::Postgres,
            _ => return Err(format!("'{text}' does not begin with sqlite or postgres")),
        };
        let way = match words.next() {
            Some("embedded") => Way::Embedded,
            Some("http") => Way::Http,
            _ => return Err(format!("'{text}' says neither embedded nor http")),
        };
        let acts = words.map(str::parse).collect::<Result<_, _>>()?;
        Ok((engine, Self::new(way, acts)))
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::Embedded => "embedded",
            Way::Http => "http",
        };
        f.write_str(way)?;
        self.acts.iter().try_for_each(|act| write!(f, " {act}"))
    }
}
