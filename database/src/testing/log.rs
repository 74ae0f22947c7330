//! Listening to what is written to the log.

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Hears the text of each field of each event of the targets that it listens to.
pub struct Listener<F> {
    /// Whether it listens to a target.
    pub listens: fn(&str) -> bool,
    pub hear: F,
}

impl<F: Fn(&str) + Send + Sync + 'static> Subscriber for Listener<F> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        (self.listens)(metadata.target())
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Texts(&self.hear));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Texts<'a, F>(&'a F);

impl<F: Fn(&str)> Visit for Texts<'_, F> {
    fn record_str(&mut self, _: &Field, text: &str) {
        (self.0)(text);
    }

    fn record_debug(&mut self, _: &Field, value: &dyn std::fmt::Debug) {
        (self.0)(&format!("{value:?}"));
    }
}

/// Whether a target is that of the statements' texts.
pub(super) fn is_of_statements(target: &str) -> bool {
    target == "database::statement"
}

/// Whether a statement reads or changes rows; `BEGIN` and its like do not.
pub(super) fn is_of_rows(sql: &str) -> bool {
    let word = sql.split_whitespace().next().unwrap_or_default();
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&word)
}
