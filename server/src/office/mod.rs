//! EntMine's back office over HTTP, at `/entmine`: beside EntMine's API, which is at `/entmine/v1`.
//!
//! [`routes`] is the whole of it: every address with who may use it and what does the work. Whoever
//! writes a handler takes a [`Clerk`] or a [`Manager`], which nobody without such a session can be; a
//! test tries every route of the list without one.

mod audit;
mod customers;
mod desk;
mod failure;
mod login_limiter;
mod orders;
mod prices;
mod product_file;
mod products;
mod shop;
mod sign_in;
mod stock;
mod stores;
mod uploads;

pub use desk::{COOKIE, Clerk, Manager};

use crate::net::BODY_TIME;
use crate::net::addresses::{moved, without_slash};
use crate::shop::{MAX_LOGO, ShopFile};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use backoffice::office::{Desk, message_page};
use entmine::EntMine;
use entmine::pictures::Pictures;
use failure::{Failure, Said};
use login_limiter::LoginLimiter;
use std::time::Duration;
use tower_http::timeout::RequestBodyDeadlineLayer;
use uploads::Uploads;

/// The largest product file that a browser may send: 20,000 products with long texts.
const MAX_FILE: usize = 32 * 1024 * 1024;
/// The longest other form: a product with the longest text, percent-encoded.
const MAX_FORM: usize = 256 * 1024;
/// A file may take this long: the largest one over a line of half a megabit a second.
const FILE_TIME: Duration = Duration::from_secs(600);

/// What the handlers work with. Clones are one.
#[derive(Clone)]
pub struct Office {
    pub entmine: EntMine,
    /// The settings of the store in this process, if there is one.
    shop: Option<ShopFile>,
    /// Where copies of products' pictures are kept.
    pub pictures: Pictures,
    uploads: Uploads,
    logins: LoginLimiter,
    /// Cookies go over TLS only.
    secure: bool,
}

impl Office {
    /// The back office of an EntMine, reached at `public_url` where that is set.
    pub fn new(entmine: EntMine, pictures: Pictures, public_url: Option<&str>) -> Self {
        Self {
            entmine,
            shop: None,
            pictures,
            uploads: Uploads::default(),
            logins: LoginLimiter::default(),
            secure: public_url.is_some_and(|url| url.starts_with("https://")),
        }
    }
}

impl Office {
    /// The same where the store runs in this process, so that its settings can be changed here.
    pub fn with_shop(self, shop: ShopFile) -> Self {
        let shop = Some(shop);
        Self { shop, ..self }
    }
}

/// Who may use an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nobody,
    Clerk,
    Manager,
}

/// One address under one method.
pub struct Route {
    pub needs: Needs,
    pub method: &'static str,
    pub path: &'static str,
    handler: MethodRouter<Office>,
    /// How long its body may take.
    body_time: Duration,
}

fn show(needs: Needs, path: &'static str, handler: MethodRouter<Office>) -> Route {
    Route {
        needs,
        method: "GET",
        path,
        handler,
        body_time: BODY_TIME,
    }
}

fn change(needs: Needs, path: &'static str, handler: MethodRouter<Office>) -> Route {
    Route {
        needs,
        method: "POST",
        path,
        handler,
        body_time: BODY_TIME,
    }
}

/// A form with a file in it.
fn upload(needs: Needs, path: &'static str, handler: MethodRouter<Office>) -> Route {
    Route {
        body_time: FILE_TIME,
        ..change(needs, path, handler.layer(DefaultBodyLimit::max(MAX_FILE)))
    }
}

/// Every address of the back office.
pub fn routes() -> Vec<Route> {
    use Needs::{Clerk, Manager, Nobody};
    vec![
        show(Nobody, "/entmine/office.css", get(stylesheet)),
        show(Nobody, "/entmine/sign-in", get(sign_in::form)),
        change(Nobody, "/entmine/sign-in", post(sign_in::sign_in)),
        change(Clerk, "/entmine/sign-out", post(sign_in::sign_out)),
        show(Clerk, "/entmine/password", get(sign_in::password_form)),
        change(Clerk, "/entmine/password", post(sign_in::change_password)),
        show(Clerk, "/entmine", get(home)),
        show(Clerk, "/entmine/orders", get(orders::list)),
        change(Clerk, "/entmine/orders/search", post(orders::search)),
        show(Clerk, "/entmine/orders/{number}", get(orders::show)),
        show(Clerk, "/entmine/orders/{number}/{step}", get(orders::ask)),
        change(Clerk, "/entmine/orders/{number}/{step}", post(orders::take)),
        show(Clerk, "/entmine/picking", get(orders::picking)),
        show(Clerk, "/entmine/products", get(products::list)),
        show(Clerk, "/entmine/products/{sku}", get(products::show)),
        change(Manager, "/entmine/products/{sku}", post(products::edit)),
        change(
            Clerk,
            "/entmine/products/{sku}/receive",
            post(stock::receive),
        ),
        change(Clerk, "/entmine/products/{sku}/count", post(stock::count)),
        show(Manager, "/entmine/new-product", get(products::new_form)),
        change(Manager, "/entmine/new-product", post(products::create)),
        show(Clerk, "/entmine/stock", get(stock::ledger)),
        show(Clerk, "/entmine/stores", get(stores::list)),
        change(
            Manager,
            "/entmine/stores/{name}/compare",
            post(stores::compare),
        ),
        change(
            Manager,
            "/entmine/stores/{name}/repair",
            post(stores::repair),
        ),
        show(Manager, "/entmine/prices", get(prices::preview)),
        change(Manager, "/entmine/prices", post(prices::change)),
        show(Manager, "/entmine/import", get(product_file::form)),
        upload(Manager, "/entmine/import", post(product_file::show)),
        change(
            Manager,
            "/entmine/import/confirm",
            post(product_file::import),
        ),
        show(
            Manager,
            "/entmine/import/refused.csv",
            get(product_file::refused_rows),
        ),
        show(Manager, "/entmine/export.csv", get(product_file::export)),
        show(Manager, "/entmine/customers", get(customers::form)),
        change(Manager, "/entmine/customers", post(customers::find)),
        change(
            Manager,
            "/entmine/customers/export",
            post(customers::export),
        ),
        change(Manager, "/entmine/customers/erase", post(customers::erase)),
        show(Manager, "/entmine/shop", get(shop::form)),
        change(Manager, "/entmine/shop", post(shop::save)),
        change(
            Manager,
            "/entmine/shop/logo",
            post(shop::save_logo).layer(DefaultBodyLimit::max(2 * MAX_LOGO)),
        ),
        change(
            Manager,
            "/entmine/shop/logo/remove",
            post(shop::remove_logo),
        ),
        show(Manager, "/entmine/staff", get(audit::staff)),
        show(Manager, "/entmine/audit", get(audit::list)),
    ]
}

/// The back office, to be put behind the layers that every router of this program has.
pub fn router(office: Office) -> Router {
    let unknown = Router::new().fallback(async || Failure::Missing);
    routes()
        .into_iter()
        .fold(Router::new(), |router, route| {
            let in_time = RequestBodyDeadlineLayer::new(route.body_time);
            router.route(route.path, route.handler.layer(in_time))
        })
        .method_not_allowed_fallback(async || Failure::FormsOnly)
        .nest("/entmine", unknown)
        .layer(middleware::from_fn(one_address))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(middleware::from_fn_with_state(office.clone(), framed))
        .layer(middleware::from_fn(headers))
        .with_state(office)
}

/// Whether a path is a page that can be opened, not only an address that takes forms.
fn is_page(path: &str) -> bool {
    let routes = routes();
    let named = routes.iter().any(|route| route.path == path);
    routes.iter().any(|route| {
        let here = match named {
            true => route.path == path,
            false => fits(route.path, path),
        };
        here && route.method == "GET"
    })
}

/// Whether a path is one of a route's, whose parts in braces stand for anything.
fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    let part = |(of, is): (&&str, &&str)| of == is || (of.starts_with('{') && !is.is_empty());
    route.len() == path.len() && route.iter().zip(&path).all(part)
}

/// A page has one address: with a slash at its end it is asked for without, for good.
async fn one_address(request: Request, next: Next) -> Response {
    match without_slash(request.uri().path()) {
        Some(page) if request.method() == Method::GET && is_page(&page) => {
            moved(request.uri(), page)
        }
        Some(_) | None => next.run(request).await,
    }
}

/// What only says something has the navigation around it where somebody is signed in.
async fn framed(State(office): State<Office>, request: Request, next: Next) -> Response {
    let token = desk::token(request.headers());
    let mut response = next.run(request).await;
    let said = response.extensions_mut().remove::<Said>();
    let (Some(Said { title, text }), Some(token)) = (said, token) else {
        return response;
    };
    // Without an answer the page stays as it is.
    if let Ok(Some(session)) = office.entmine.session(&token).await {
        let desk = Desk {
            session,
            done: None,
        };
        let page = message_page(Some(&desk), title, text);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(page);
    }
    response
}

/// No script at all, nothing from elsewhere but the pictures of products, and nothing is kept.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' https: http: data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Its address changes with its text.
async fn stylesheet() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, backoffice::office::STYLESHEET).into_response()
}

async fn home(_: Clerk) -> Redirect {
    Redirect::to("/entmine/orders")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_what_can_be_opened_again() {
        for page in [
            "/entmine/orders",
            "/entmine/orders/SO-2026-000001",
            "/entmine/orders/SO-2026-000001/ship",
            "/entmine/products/A%2F1",
            "/entmine/prices",
        ] {
            assert!(is_page(page), "{page}");
        }
        for none in [
            "",
            "/",
            "/p/mug",
            "/entmine/orders/",
            "/entmine/orders/search",
            "/entmine/products/A/receive",
            "/entmine/import/confirm",
            "/entmine/v1/orders/1",
        ] {
            assert!(!is_page(none), "{none}");
        }
    }
}
