//! Saying something to people who do not see it.

use leptos::prelude::*;
use std::time::Duration;

/// Long enough for a reader to notice that the region was emptied.
const PAUSE: Duration = Duration::from_millis(60);

/// The text of a live region. The same words again are said again.
#[derive(Clone, Copy)]
pub struct Announcer {
    pub words: RwSignal<String>,
}

impl Announcer {
    pub fn new() -> Self {
        Self {
            words: RwSignal::new(String::new()),
        }
    }

    /// Says words. The region is emptied first: a text that does not change is not read.
    pub fn say(self, words: &'static str) {
        self.words.try_set(String::new());
        set_timeout(
            move || {
                self.words.try_set(words.to_owned());
            },
            PAUSE,
        );
    }
}
