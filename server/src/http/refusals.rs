//! What a browser without JavaScript gets where its form was refused: a page of the shop that says
//! so, with what was typed. Scripts get the refusal as it is.

use super::door_guard::{read_body, read_what_is_there};
use super::{pages, visit};
use app::Refused;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::render_app_async_with_context;
use wizastore::Visit;

/// When to come again after something on our side failed, in seconds.
pub const COME_AGAIN: &str = "5";

/// No page of the shop: the address under which refusals are rendered.
const NOWHERE: &str = "/api/refused";

/// Gives each door's response its status, and refusals their page.
pub async fn layer(State(options): State<LeptosOptions>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return next.run(request).await;
    };
    if !path.starts_with("/api/") {
        return next.run(request).await;
    }
    let for_a_page = visit::wants_html(request.headers());
    if for_a_page && request.method() == Method::GET {
        // Somebody who saw a refusal's page went to its address.
        return Redirect::to(page_of(&path)).into_response();
    }
    if !for_a_page || request.method() != Method::POST {
        let mut response = next.run(request).await;
        if visit.reply().unavailable() {
            away(&mut response);
        }
        return response;
    }
    let (parts, body) = request.into_parts();
    let mut fields = Vec::new();
    let mut response = match read_body(body).await {
        Ok(bytes) => {
            fields = read_what_is_there(&bytes);
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(refusal) => refusal,
    };
    if visit.reply().unavailable() || visit.reply().nothing_taken() {
        away(&mut response);
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let refused = Refused {
        status: status.as_u16(),
        path,
        fields,
    };
    let mut page = render(options, visit, refused).await;
    *page.status_mut() = status;
    if let Some(when) = response.headers_mut().remove(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, when);
    }
    page
}

/// The response of a database that is away.
fn away(response: &mut Response) {
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static(COME_AGAIN));
}

async fn render(options: LeptosOptions, visit: Visit, refused: Refused) -> Response {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = Uri::from_static(NOWHERE);
    request.extensions_mut().insert(visit);
    let context = move || {
        pages::context();
        provide_context(refused.clone());
    };
    let page = render_app_async_with_context(context, move || app::shell(options.clone()));
    page(request).await.into_response()
}

/// Where one sees what a door does.
fn page_of(door: &str) -> &'static str {
    match door {
        "/api/orders/submit" => "/checkout",
        door if door.starts_with("/api/orders/") => "/orders",
        door if door.starts_with("/api/cart/") => "/cart",
        _ => "/",
    }
}
