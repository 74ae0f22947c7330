//! Signing in and out, and changing one's password.

use super::Office;
use super::desk::{self, COOKIE, Clerk, token};
use super::failure::Failure;
use super::login_limiter::Attempt;
use crate::net::ClientAddr;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{password_page, sign_in_page};
use entmine::{DEVICE_MS, SESSION_MS, SignIn, StaffRefused};
use serde::Deserialize;
use std::time::Duration;

/// By this cookie a browser is known in which somebody signed in before.
const DEVICE: &str = "entmine_device";

/// What is said to whoever sent a form without a session.
const ENDED: &str = "Nothing was saved, because you are not signed in any more: a session ends \
                     after an hour without a click, and twelve hours after it began. Sign in to \
                     come back to the page, and enter it once more.";

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    next: String,
    #[serde(default)]
    done: String,
}

/// The form.
pub(super) async fn form(Query(wanted): Query<Wanted>) -> Html<String> {
    let (done, problem) = match wanted.done.as_str() {
        "out" => (Some("You are signed out."), None),
        "password" => (
            Some("Your password is changed. Please sign in with it."),
            None,
        ),
        "ended" => (None, Some(ENDED)),
        _other => (None, None),
    };
    Html(sign_in_page("", local(&wanted.next), done, problem))
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Signs in, and goes on to where they wanted.
pub(super) async fn sign_in(
    State(office): State<Office>,
    client: Option<Extension<ClientAddr>>,
    headers: HeaderMap,
    Form(given): Form<Credentials>,
) -> Result<Response, Failure> {
    let from = client.map(|Extension(ClientAddr(address))| address);
    let next = local(&given.next);
    let device = desk::cookie(&headers, DEVICE);
    let known = match &device {
        Some(token) => office.entmine.knows_device(&given.name, token).await?,
        None => false,
    };
    let known = device.as_deref().filter(|_| known);
    let attempt = match office.logins.attempt(&given.name, from, known) {
        Ok(attempt) => attempt,
        Err(wait) => return Ok(too_many(&given.name, next, wait)),
    };
    match office.entmine.sign_in(&given.name, &given.password).await {
        Ok(SignIn::Done { token }) => {
            attempt.take_back();
            let next = if next.is_empty() {
                "/entmine/orders"
            } else {
                next
            };
            let session = cookie(&token, SESSION_MS / 1000, office.secure);
            let mut response = Redirect::to(next).into_response();
            response.headers_mut().append(header::SET_COOKIE, session);
            // Signing in does not fail for want of this.
            let remembered = office
                .entmine
                .remember_device(&given.name, device.as_deref());
            if let Ok(Some(device)) = remembered.await {
                let device = device_cookie(&device, office.secure);
                response.headers_mut().append(header::SET_COOKIE, device);
            }
            Ok(response)
        }
        Ok(SignIn::Refused) => {
            let problem = "This name and password do not belong together.";
            let page = sign_in_page(&given.name, next, None, Some(problem));
            Ok((StatusCode::UNAUTHORIZED, Html(page)).into_response())
        }
        Err(error) => {
            attempt.take_back();
            Err(error.into())
        }
    }
}

/// Says how long to wait, and what else there is to do.
fn too_many(name: &str, next: &str, wait: Duration) -> Response {
    let problem = format!(
        "Too many wrong passwords. Please wait {} seconds, then try again. In a browser where you signed \
         in before, what others try does not hold you up.",
        wait.as_secs()
    );
    let page = sign_in_page(name, next, None, Some(&problem));
    let retry = [(header::RETRY_AFTER, wait.as_secs().to_string())];
    (StatusCode::TOO_MANY_REQUESTS, retry, Html(page)).into_response()
}

/// Ends the session.
pub(super) async fn sign_out(
    _: Clerk,
    State(office): State<Office>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = token(&headers) {
        office.entmine.sign_out(&token).await?;
    }
    Ok(leave(&office, "out"))
}

/// The form for another password.
pub(super) async fn password_form(Clerk(desk): Clerk) -> Html<String> {
    Html(password_page(&desk, None))
}

#[derive(Deserialize)]
pub(super) struct NewPassword {
    #[serde(default)]
    present: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

/// Changes the password, which ends all sessions.
pub(super) async fn change_password(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    headers: HeaderMap,
    Form(given): Form<NewPassword>,
) -> Result<Response, Failure> {
    let refused = |problem: &str| {
        let page = password_page(&desk, Some(problem));
        (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
    };
    if given.new != given.again {
        return Ok(refused("The new password is not twice the same."));
    }
    // A session that was left open must not become a way to guess the password.
    let name = &desk.session.name;
    let session = token(&headers).unwrap_or_default();
    let attempt = match office.logins.attempt(name, None, Some(&session)) {
        Ok(attempt) => attempt,
        Err(wait) => {
            let wait = wait.as_secs();
            return Ok(refused(&format!(
                "Too many wrong passwords. Please wait {wait} seconds, then try again."
            )));
        }
    };
    let actor = desk.session.actor();
    let changed = office
        .entmine
        .change_password(name, Some(&given.present), &given.new, &actor);
    match changed.await {
        Ok(Ok(())) => {
            attempt.take_back();
            Ok(leave(&office, "password"))
        }
        Ok(Err(why)) => {
            counted(attempt, why);
            Ok(refused(&format!("Nothing was changed: {why}.")))
        }
        Err(error) => {
            attempt.take_back();
            Err(error.into())
        }
    }
}

/// Only a wrong password counts as one.
fn counted(attempt: Attempt, why: StaffRefused) {
    if why != StaffRefused::WrongPassword {
        attempt.take_back();
    }
}

fn leave(office: &Office, done: &str) -> Response {
    let gone = cookie("", 0, office.secure);
    let to = Redirect::to(&format!("/entmine/sign-in?done={done}"));
    ([(header::SET_COOKIE, gone)], to).into_response()
}

fn cookie(token: &str, seconds: i64, secure: bool) -> HeaderValue {
    set_cookie(COOKIE, token, "/entmine", seconds, secure)
}

/// It is only sent to where people sign in.
fn device_cookie(token: &str, secure: bool) -> HeaderValue {
    set_cookie(DEVICE, token, "/entmine/sign-in", DEVICE_MS / 1000, secure)
}

fn set_cookie(name: &str, token: &str, path: &str, seconds: i64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{name}={token}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // Tokens are hexadecimal: this is always a header's value.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

/// Only pages of the back office are gone to afterwards, whatever an address says.
fn local(next: &str) -> &str {
    let plain = next
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let ours = next.starts_with("/entmine/") && !next.starts_with("/entmine/sign-");
    if plain && ours { next } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_one_stays_in_the_back_office() {
        assert_eq!(
            local("/entmine/orders?status=new"),
            "/entmine/orders?status=new"
        );
        for elsewhere in [
            "",
            "//evil.example",
            "https://evil.example",
            "/entmine/a\r\nX: y",
            "/p/x",
        ] {
            assert_eq!(local(elsewhere), "", "{elsewhere}");
        }
    }
}
