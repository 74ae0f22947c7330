//! Which statements something takes.

use super::log::{Listener, is_of_rows, is_of_statements};
use std::sync::{Arc, Mutex};
use tracing::subscriber::{DefaultGuard, set_default};

/// Notes the statements that read or change rows, of the thread that made it and for as long as it lives. On a runtime
/// of one thread, with SQLite, these are all.
pub struct Statements {
    noted: Arc<Mutex<Vec<String>>>,
    _listening: DefaultGuard,
}

impl Statements {
    /// Begins to note them.
    pub fn noted() -> Self {
        let noted = Arc::<Mutex<Vec<String>>>::default();
        let list = noted.clone();
        let listening = set_default(Listener {
            listens: is_of_statements,
            hear: move |sql: &str| {
                if is_of_rows(sql) {
                    list.lock().unwrap().push(sql.to_owned());
                }
            },
        });
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
