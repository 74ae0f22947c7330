//! Sending a form to a server function, so that leaving the page does not call it back.
//!
//! The server functions' own client cannot do that (`keepalive`), and it takes a refusal for a lost
//! reply.

use crate::state::post_error::PostError;
use js_sys::Reflect;
use leptos::{prelude::window, server_fn::client::get_server_url};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response, UrlSearchParams};

/// Browsers let requests of 64 KiB in all outlive their page.
const OUTLIVES_ITS_PAGE: usize = 60 * 1024;

/// Sends fields to a path, and reads the answer.
///
/// # Errors
/// [`PostError`]: nothing was taken, or nobody knows.
pub async fn post_fields<T: DeserializeOwned>(
    path: &str,
    fields: &[(&str, &str)],
) -> Result<T, PostError> {
    let form = UrlSearchParams::new().map_err(|_| PostError::Lost)?;
    for (name, value) in fields {
        form.append(name, value);
    }
    post(path, &String::from(form.to_string())).await
}

/// Sends a form that was written already.
///
/// # Errors
/// [`PostError`]: nothing was taken, or nobody knows.
pub async fn post<T: DeserializeOwned>(path: &str, body: &str) -> Result<T, PostError> {
    let text = text_of(path, body).await?;
    // By the same reader as everything else, so that the browser has the code once.
    serde_json::from_slice(text.as_bytes()).map_err(|_| PostError::Lost)
}

async fn text_of(path: &str, body: &str) -> Result<String, PostError> {
    let response = fetch(path, body).await.ok_or(PostError::Lost)?;
    if !response.ok() {
        let retry_after = response.headers().get("retry-after").ok().flatten();
        return Err(PostError::of_status(
            response.status(),
            retry_after.as_deref(),
        ));
    }
    let text = response.text().map_err(|_| PostError::Lost)?;
    let text = JsFuture::from(text).await.map_err(|_| PostError::Lost)?;
    text.as_string().ok_or(PostError::Lost)
}

async fn fetch(path: &str, body: &str) -> Option<Response> {
    let headers = Headers::new().ok()?;
    headers.set("accept", "application/json").ok()?;
    headers
        .set("content-type", "application/x-www-form-urlencoded")
        .ok()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&body.into());
    if body.len() < OUTLIVES_ITS_PAGE {
        Reflect::set(&init, &"keepalive".into(), &true.into()).ok()?;
    }
    let address = format!("{}{path}", get_server_url());
    let answer = window().fetch_with_str_and_init(&address, &init);
    JsFuture::from(answer).await.ok()?.dyn_into().ok()
}
