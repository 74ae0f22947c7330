//! Signing in and out, and changing one's password.

use super::Office;
use super::desk::{COOKIE, Clerk, token};
use super::failure::Failure;
use crate::net::ClientAddr;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{password_page, sign_in_page};
use entmine::{SESSION_MS, SignIn};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    next: String,
    #[serde(default)]
    done: String,
}

/// The form.
pub(super) async fn form(Query(wanted): Query<Wanted>) -> Html<String> {
    let done = match wanted.done.as_str() {
        "out" => Some("You are signed out."),
        "password" => Some("Your password is changed. Please sign in with it."),
        _other => None,
    };
    Html(sign_in_page("", local(&wanted.next), done, None))
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
    Form(given): Form<Credentials>,
) -> Result<Response, Failure> {
    let from = client.map(|Extension(ClientAddr(address))| address);
    let next = local(&given.next);
    let refused = |status, problem| {
        let page = sign_in_page(&given.name, next, None, Some(problem));
        (status, Html(page)).into_response()
    };
    if !office.attempts.may(&given.name, from) {
        let problem = "Too many attempts. Please wait a minute, then try again.";
        return Ok(refused(StatusCode::TOO_MANY_REQUESTS, problem));
    }
    match office.entmine.sign_in(&given.name, &given.password).await? {
        SignIn::Done { token } => {
            let next = if next.is_empty() {
                "/entmine/orders"
            } else {
                next
            };
            let cookie = cookie(&token, SESSION_MS / 1000, office.secure);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response())
        }
        SignIn::Refused => {
            let problem = "This name and password do not belong together.";
            Ok(refused(StatusCode::UNAUTHORIZED, problem))
        }
    }
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
    client: Option<Extension<ClientAddr>>,
    Form(given): Form<NewPassword>,
) -> Result<Response, Failure> {
    let refused = |problem: &str| {
        let page = password_page(&desk, Some(problem));
        (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
    };
    if given.new != given.again {
        return Ok(refused("The new password is not twice the same."));
    }
    let name = &desk.session.name;
    let from = client.map(|Extension(ClientAddr(address))| address);
    // A session that was left open must not become a way to guess the password.
    if !office.attempts.may(name, from) {
        return Ok(refused(
            "Too many attempts. Please wait a minute, then try again.",
        ));
    }
    let changed = office
        .entmine
        .change_password(
            name,
            Some(&given.present),
            &given.new,
            &desk.session.actor(),
        )
        .await?;
    match changed {
        Ok(()) => Ok(leave(&office, "password")),
        Err(why) => Ok(refused(&format!("Nothing was changed: {why}."))),
    }
}

fn leave(office: &Office, done: &str) -> Response {
    let gone = cookie("", 0, office.secure);
    let to = Redirect::to(&format!("/entmine/sign-in?done={done}"));
    ([(header::SET_COOKIE, gone)], to).into_response()
}

fn cookie(token: &str, seconds: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/entmine; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
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
