//! The rehearsal's page: make EntMine fail on purpose and see what the shop says.

use leptos::prelude::*;
use model::{Rehearsal, RehearsalMode};

/// The whole page as HTML. It works without JavaScript: one form for each mode, posted to
/// `/rehearsal`.
pub fn rehearsal_page(now: Rehearsal) -> String {
    let modes = RehearsalMode::ALL
        .into_iter()
        .map(|mode| mode_form(mode, now))
        .collect_view();
    let page = view! {
        <html lang="en-GB">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>"Rehearsal · EntMine"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/wizastore.css" />
            </head>
            <body class="staff">
                <main>
                    <p><a href="/">"← Back to the shop"</a></p>
                    <h1>"Rehearsal"</h1>
                    <p>
                        "Make EntMine fail on purpose, then place an order and see what the shop "
                        "tells its customer. Whatever you choose, no order is lost and none is "
                        "placed twice."
                    </p>
                    <p role="status">
                        "Now: " <strong>{label(now.mode)}</strong> ". " {now.mode.describe()}
                    </p>
                    <ul class="modes">{modes}</ul>
                </main>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}

fn mode_form(mode: RehearsalMode, now: Rehearsal) -> impl IntoView {
    let current = mode == now.mode;
    let number = match mode {
        RehearsalMode::Normal | RehearsalMode::Down => None,
        RehearsalMode::Slow | RehearsalMode::DropReply => {
            Some(("seconds", "Seconds", i64::from(now.seconds), 60))
        }
        RehearsalMode::Flaky => Some((
            "probability",
            "Percent of calls",
            i64::from(now.probability),
            100,
        )),
        RehearsalMode::OutOfStock => Some(("available", "Pieces left", now.available, 999)),
        RehearsalMode::PriceChanged => Some(("percent", "Percent higher", now.percent, 100)),
    };
    view! {
        <li>
            <form method="post" action="/rehearsal">
                <h2>{label(mode)}</h2>
                <p>{mode.describe()}</p>
                <input type="hidden" name="mode" value=mode.as_str() />
                {number
                    .map(|(name, text, value, most)| {
                        view! {
                            <label>
                                {text} " "
                                <input type="number" name=name min="0" max=most value=value />
                            </label>
                        }
                    })}
                <button class="button" type="submit" aria-pressed=current.to_string()>
                    {if current { "On now" } else { "Switch on" }}
                </button>
            </form>
        </li>
    }
}

fn label(mode: RehearsalMode) -> &'static str {
    match mode {
        RehearsalMode::Normal => "Normal",
        RehearsalMode::Down => "Down",
        RehearsalMode::Slow => "Slow",
        RehearsalMode::Flaky => "Flaky",
        RehearsalMode::DropReply => "Reply lost",
        RehearsalMode::OutOfStock => "Out of stock",
        RehearsalMode::PriceChanged => "Price changed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mode_can_be_chosen_and_the_present_one_is_named() {
        let html = rehearsal_page(Rehearsal {
            mode: RehearsalMode::Down,
            ..Rehearsal::default()
        });
        for mode in RehearsalMode::ALL {
            assert!(
                html.contains(&format!("value=\"{}\"", mode.as_str())),
                "{html}"
            );
        }
        // Once in its form, once as what is on now.
        assert_eq!(html.matches(RehearsalMode::Down.describe()).count(), 2);
    }
}
