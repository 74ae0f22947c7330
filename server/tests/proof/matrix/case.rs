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

    /// The acts, with those that must come first: some points are only passed when something is
    /// broken already.
    pub fn acts(&self) -> Arc<Acts> {
        let named = |step: &str| self.acts.iter().any(|act| act.point.starts_with(step));
        let mut first = Vec::new();
        if named("store.unsaved.") {
            first.push(Act::new("store.journal.commit", What::Error, 1));
        }
        if named("entmine.open.") {
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
