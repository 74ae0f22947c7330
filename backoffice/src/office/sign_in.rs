//! Signing in, and changing one's password.

use super::frame::{Desk, outside, page};
use super::parts::alarm;
use leptos::prelude::*;

/// The form to sign in. `name` is what was typed, `next` where they wanted to go.
pub fn sign_in_page(name: &str, next: &str, done: Option<&str>, problem: Option<&str>) -> String {
    let done = done.map(str::to_owned);
    let content = view! {
        {done.map(|done| view! { <p class="done" role="status">{done}</p> })}
        {alarm(problem)}
        <form class="stack" method="post" action="/entmine/sign-in">
            <input type="hidden" name="next" value=next.to_owned() />
            <div class="field">
                <label for="field-name">"Name"</label>
                <input id="field-name" name="name" type="text" value=name.to_owned()
                    autocomplete="username" autocapitalize="none" required />
            </div>
            <div class="field">
                <label for="field-password">"Password"</label>
                <input id="field-password" name="password" type="password"
                    autocomplete="current-password" required />
            </div>
            <button type="submit">"Sign in"</button>
        </form>
        <p class="hint">
            "You forgot your password? Whoever looks after this machine gives you another one: "
            <code>"wizastore user password NAME"</code>
        </p>
    };
    outside("Sign in", content)
}

/// The form for another password.
pub fn password_page(desk: &Desk, problem: Option<&str>) -> String {
    let content = view! {
        {alarm(problem)}
        <p>"At least 12 characters. All of your sessions end, and you sign in again."</p>
        <form class="stack narrow" method="post" action="/entmine/password">
            <div class="field">
                <label for="field-present">"Present password"</label>
                <input id="field-present" name="present" type="password"
                    autocomplete="current-password" required />
            </div>
            <div class="field">
                <label for="field-new">"New password"</label>
                <input id="field-new" name="new" type="password" autocomplete="new-password"
                    minlength="12" required />
            </div>
            <div class="field">
                <label for="field-again">"New password once more"</label>
                <input id="field-again" name="again" type="password" autocomplete="new-password"
                    minlength="12" required />
            </div>
            <button type="submit">"Change password"</button>
        </form>
    };
    page(desk, "", "Your password", content)
}
