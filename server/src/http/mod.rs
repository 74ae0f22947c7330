//! The shop over HTTP: pages, doors, files, and what stands between them and the network.
//!
//! From outside to inside: panics → security headers → who calls → time limit → one address for each
//! page → pages shared by who has no session → the visit (session cookie in, cookie, redirect and status out) → refusals (their page for a
//! browser without JavaScript) → CSRF → the door's guard (on `/api`) → pages and server functions.
//! EntMine's back office stands beside the visit, with sessions of its own.

mod code;
mod compressed;
mod door_guard;
mod events;
mod files;
mod health;
mod hook;
pub(crate) mod limits;
mod pages;
mod pictures;
mod refusals;
mod shared_pages;
mod to_the_end;
mod visit;

pub use code::folder as code_folder;
#[doc(hidden)] // for tests that read hostile forms
pub use door_guard::read_form;
pub use health::Health;
pub use pictures::{PictureShelf, router as picture_router};

use crate::net::{self, BODY_TIME, Proxies, addresses};
use crate::office::{self, Office};
use crate::rehearsal::{self, Switch};
use crate::secrets::HookSecrets;
use crate::shop::{self, ShopFile};
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::get;
use axum::{Router, middleware};
use leptos::prelude::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::{RequestBodyDeadlineLayer, RequestBodyTimeoutLayer};
use wizastore::Store;

/// The longest body of a request: forms are far smaller.
const MAX_BODY: usize = 64 * 1024;
/// What the router is made of.
#[derive(Clone)]
pub struct Shop {
    pub store: Store,
    /// None where EntMine runs elsewhere.
    pub entmine: Option<entmine::EntMine>,
    pub switch: Option<Switch>,
    /// Whether EntMine's back office is beside the shop.
    pub office: bool,
    /// None: nothing that EntMine sends over HTTP is taken.
    pub hook_secrets: Option<HookSecrets>,
    /// What the merchant says of the shop.
    pub settings: ShopFile,
    /// `https://…` by which customers reach the shop, if it is set.
    pub public_url: Option<String>,
    pub proxies: Proxies,
    pub pictures: PictureShelf,
    pub stop: CancellationToken,
    /// Pages under way: some for visitors who have left.
    pub rendering: TaskTracker,
}

/// A public address that cannot be one.
#[derive(Debug, thiserror::Error)]
#[error(
    "the public address '{0}' is not one; give scheme and host only, such as https://shop.example"
)]
pub struct BadPublicUrl(String);

/// The whole shop, with what there is of `health` at its address.
///
/// # Errors
/// [`BadPublicUrl`], a sentence for the person who starts the program.
pub fn router(shop: Shop, health: Router, options: LeptosOptions) -> Result<Router, BadPublicUrl> {
    let routes = generate_route_list(app::App);
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    // Leptos adds the server functions' routes to those of the pages.
    let pages = Router::new()
        .leptos_routes_with_context(&options, routes, pages::context, shell)
        .fallback_service(files::or_missing(&options))
        .with_state::<()>(options.clone())
        .layer(middleware::from_fn_with_state(
            shop.rendering.clone(),
            to_the_end::layer,
        ));
    let public_url = shop.public_url.as_deref();
    let code = options.site_pkg_dir.clone();
    let pages = pages
        .layer(middleware::from_fn_with_state(code, code::layer))
        .layer(middleware::from_fn_with_state(
            limits::Limits::default(),
            door_guard::guard,
        ))
        .layer(csrf(public_url)?)
        .layer(middleware::from_fn_with_state(options, refusals::layer))
        .layer(middleware::from_fn_with_state(shop.clone(), visit::layer));
    // Pages of a rehearsal say how EntMine is made to fail just now.
    let pages = match shop.switch {
        Some(_) => pages,
        None => pages.layer(middleware::from_fn_with_state(
            shared_pages::SharedPages::new(shop.store.clone()),
            shared_pages::layer,
        )),
    };
    let pages = pages
        .layer(middleware::from_fn(addresses::layer))
        .layer(RequestBodyDeadlineLayer::new(BODY_TIME));
    let mut router = events::router(shop.clone()).merge(shop::router(shop.settings.clone()));
    if let Some(switch) = &shop.switch {
        router = router.merge(rehearsal::router(switch.clone()));
    }
    router = router.layer(RequestBodyDeadlineLayer::new(BODY_TIME));
    let secure = public_url.is_some_and(|url| url.starts_with("https:"));
    if let Some(entmine) = shop.entmine.as_ref().filter(|_| shop.office) {
        let pictures = shop.pictures.pictures().clone();
        let office = Office::new(entmine.clone(), pictures, public_url);
        router = router.merge(office::router(office.with_shop(shop.settings.clone())));
    }
    let mut hooks = Router::new();
    if let Some(secrets) = &shop.hook_secrets {
        hooks = hook::router(shop.store.clone(), secrets.clone());
    }
    Ok(router
        .layer(csrf(public_url)?)
        .merge(pages)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIME))
        .layer(middleware::from_fn_with_state(
            shop.proxies.clone(),
            net::identify,
        ))
        // EntMine is no browser: its signature says who it is.
        .merge(hooks)
        .merge(pictures::router(shop.pictures.clone()))
        .merge(health)
        .layer(middleware::from_fn_with_state(secure, files::headers))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(
            compressed::Compressed::default(),
            compressed::layer,
        ))
        .layer(CatchPanicLayer::new()))
}

/// EntMine's back office where it is not beside the shop, with everything between it and the network.
///
/// # Errors
/// [`BadPublicUrl`], a sentence for the person who starts the program.
pub fn entmine_office(
    office: Office,
    public_url: Option<&str>,
    proxies: Proxies,
    shelf: PictureShelf,
) -> Result<Router, BadPublicUrl> {
    let home = || async { Redirect::to("/entmine") };
    Ok(office::router(office)
        .route("/", get(home))
        .merge(pictures::router(shelf))
        .layer(csrf(public_url)?)
        .layer(RequestBodyTimeoutLayer::new(BODY_TIME))
        .layer(middleware::from_fn_with_state(proxies, net::identify))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new()))
}

/// Forms are taken from pages of the same address only, and of the public one.
fn csrf(public_url: Option<&str>) -> Result<CsrfLayer, BadPublicUrl> {
    let csrf = CsrfLayer::new();
    match public_url {
        Some(url) => csrf
            .add_trusted_origin(url)
            .map_err(|_| BadPublicUrl(url.to_owned())),
        None => Ok(csrf),
    }
}
