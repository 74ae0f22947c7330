//! Time and connection.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;

/// Milliseconds on a clock that only goes forward; for differences.
pub fn now_ms() -> f64 {
    window()
        .performance()
        .map(|clock| clock.now())
        .unwrap_or_default()
}

/// Waits.
pub async fn sleep(ms: u32) {
    TimeoutFuture::new(ms).await;
}

/// What the browser believes about its connection. "No" is certain, "yes" is a guess.
pub fn is_online() -> bool {
    window().navigator().on_line()
}
