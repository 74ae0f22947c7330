//! The API's description, for people: one page without scripts, made from the document.

use super::openapi;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::LazyLock;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:0 auto;padding:1rem;\
    color-scheme:light dark}code,pre{font:14px/1.4 ui-monospace,monospace}h2{margin-top:2.5rem}\
    details{border-top:1px solid #8886;padding:.5rem 0}summary{cursor:pointer;overflow-wrap:anywhere}\
    summary b{display:inline-block;min-width:4rem}pre{overflow-x:auto;background:#8882;padding:.75rem}\
    table{border-collapse:collapse;display:block;overflow-x:auto}\
    td,th{text-align:left;vertical-align:top;padding:.15rem .9rem .15rem 0}";

static PAGE: LazyLock<String> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(openapi::json()).unwrap_or_default();
    html(&document)
});

/// `GET /docs`
pub(super) async fn page() -> impl IntoResponse {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    (
        [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, policy),
        ],
        PAGE.as_str(),
    )
}

fn html(document: &Value) -> String {
    let text = |value: &Value| escape(value.as_str().unwrap_or_default());
    let mut page = format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>EntMine's API</title>\
         <style>{STYLE}</style></head><body><main><h1>EntMine's API, version {}</h1><p>{}</p>\
         <p>For programs: <a href=\"openapi.json\">openapi.json</a></p>",
        text(&document["info"]["version"]),
        text(&document["info"]["description"]),
    );
    for tag in document["tags"].as_array().into_iter().flatten() {
        let _ = write!(page, "<h2>{}</h2>", text(&tag["description"]));
        let paths = document["paths"].as_object().into_iter().flatten();
        for (path, item) in paths {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation["tags"][0] == tag["name"] {
                    page += &one(method, path, operation);
                }
            }
        }
    }
    page += "<h2>Documents</h2>";
    let schemas = document["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        let _ = write!(
            page,
            "<details id=\"{0}\"><summary><code>{0}</code></summary><p>{1}</p><pre>{2}</pre></details>",
            escape(name),
            text(&schema["description"]),
            escape(&serde_json::to_string_pretty(schema).unwrap_or_default()),
        );
    }
    page + "</main></body></html>"
}

fn one(method: &str, path: &str, operation: &Value) -> String {
    let text = |value: &Value| escape(value.as_str().unwrap_or_default());
    let mut html = format!(
        "<details><summary><b>{}</b> <code>{}</code></summary><p>{} {}</p>",
        escape(&method.to_uppercase()),
        escape(path),
        text(&operation["summary"]),
        text(&operation["description"]),
    );
    let parameters = operation["parameters"].as_array();
    if let Some(parameters) = parameters.filter(|parameters| !parameters.is_empty()) {
        html += "<table><tr><th>Parameter</th><th>in</th><th></th></tr>";
        for parameter in parameters {
            let _ = write!(
                html,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                text(&parameter["name"]),
                text(&parameter["in"]),
                text(&parameter["description"]),
            );
        }
        html += "</table>";
    }
    if let Some(name) = document_of(&operation["requestBody"]) {
        let _ = write!(html, "<p>Body: {}</p>", link(&name));
    }
    html += "<table><tr><th>Answer</th><th></th><th></th></tr>";
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(status),
            document_of(answer)
                .map(|name| link(&name))
                .unwrap_or_default(),
            text(&answer["description"]),
        );
    }
    html + "</table></details>"
}

/// The name of the document that a body or an answer is.
fn document_of(body: &Value) -> Option<String> {
    let content = body["content"].as_object()?.values().next()?;
    let reference = content["schema"]["$ref"].as_str()?;
    reference.rsplit('/').next().map(str::to_owned)
}

fn link(name: &str) -> String {
    let name = escape(name);
    format!("<a href=\"#{name}\"><code>{name}</code></a>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
