//! Time, chance and connection.

use crate::state::moment::Moment;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Date, Math};
use leptos::prelude::window;

/// This moment, for differences.
pub fn moment() -> Moment {
    let steady = window().performance().map(|clock| clock.now());
    Moment {
        steady_ms: steady.unwrap_or_default(),
        wall_ms: Date::now(),
    }
}

/// The wall clock, in whole milliseconds.
pub fn wall_ms() -> i64 {
    Date::now() as i64
}

/// A moment of the wall clock as people here read it: "14:05", or "14:05 yesterday".
pub fn local_time(wall_ms: i64) -> String {
    let then = Date::new(&(wall_ms as f64).into());
    let today = Date::new_0();
    let clock = format!("{:02}:{:02}", then.get_hours(), then.get_minutes());
    if then.get_date() == today.get_date() {
        clock
    } else {
        format!("{clock} yesterday")
    }
}

/// From 0 to 1.
pub fn random() -> f64 {
    Math::random()
}

/// Waits.
pub async fn sleep(ms: u32) {
    TimeoutFuture::new(ms).await;
}

/// What the browser believes about its connection. "No" is certain, "yes" is a guess.
pub fn is_online() -> bool {
    window().navigator().on_line()
}
