//! The rehearsal's switch and its page. Both exist only when the server runs with `--rehearsal`.

use axum::extract::State;
use axum::response::{Html, Redirect};
use axum::routing::get;
use axum::{Form, Router};
use model::{Rehearsal, RehearsalMode};
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};

/// How EntMine behaves now. Clones share it.
#[derive(Clone, Default)]
pub struct Switch(Arc<Mutex<Rehearsal>>);

impl Switch {
    pub fn now(&self) -> Rehearsal {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, rehearsal: Rehearsal) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = rehearsal;
    }
}

/// The page and its form.
pub fn router(switch: Switch) -> Router {
    Router::new()
        .route("/rehearsal", get(show).post(change))
        .with_state(switch)
}

async fn show(State(switch): State<Switch>) -> Html<String> {
    Html(backoffice::rehearsal_page(switch.now()))
}

#[derive(Deserialize)]
struct Wanted {
    mode: RehearsalMode,
    seconds: Option<u32>,
    probability: Option<u32>,
    available: Option<i64>,
    percent: Option<i64>,
}

async fn change(State(switch): State<Switch>, Form(wanted): Form<Wanted>) -> Redirect {
    let usual = Rehearsal::default();
    let rehearsal = Rehearsal {
        mode: wanted.mode,
        seconds: wanted.seconds.unwrap_or(usual.seconds).min(60),
        probability: wanted.probability.unwrap_or(usual.probability).min(100),
        available: wanted.available.unwrap_or(usual.available).clamp(0, 999),
        percent: wanted.percent.unwrap_or(usual.percent).clamp(0, 100),
    };
    tracing::info!(mode = rehearsal.mode.as_str(), "rehearsal");
    switch.set(rehearsal);
    Redirect::to("/rehearsal")
}
