//! Which statements something takes.

use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Metadata, Subscriber};

/// Notes the statements on SQLite that read or change rows, of the thread that made it and for as long as it lives.
/// On a runtime of one thread these are all.
pub struct Statements {
    noted: Arc<Mutex<Vec<String>>>,
    _listening: DefaultGuard,
}

impl Statements {
    /// Begins to note them.
    pub fn noted() -> Self {
        let noted = Arc::<Mutex<Vec<String>>>::default();
        let listening = set_default(Notes(noted.clone()));
        Self {
            noted,
            _listening: listening,
        }
    }

    /// Those since this was last asked.
    ///
    /// # Panics
    /// Where a thread panicked while it noted one.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.noted.lock().unwrap())
    }
}

struct Notes(Arc<Mutex<Vec<String>>>);

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "database::statement"
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Text(&self.0));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Text<'a>(&'a Mutex<Vec<String>>);

impl Visit for Text<'_> {
    fn record_str(&mut self, _: &Field, sql: &str) {
        let word = sql.split_whitespace().next().unwrap_or_default();
        if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&word) {
            self.0.lock().unwrap().push(sql.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
