//! Pages for visitors without a session: rendered for one and given to everybody who asks for them within a second,
//! unless the catalogue or the shop's words have changed since. Crawlers and first visits are most of what a
//! shop answers, and such a page holds nothing of the one who asks but the nonce of its scripts.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use leptos::nonce::Nonce;
use model::ShopInfo;
use moka::sync::Cache;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use wizastore::Store;

/// Another replica may have changed the catalogue, and a product's stock word is EntMine's of just now.
const KEPT: Duration = Duration::from_secs(1);
/// All pages together, in bytes; a category page has some 20,000.
const ROOM: u64 = 16 * 1024 * 1024;
/// Longer pages are rendered each time.
const LONGEST: usize = 1024 * 1024;

/// The pages that are kept. Cheap to clone.
#[derive(Clone)]
pub struct SharedPages {
    now: Arc<dyn Fn() -> MadeOf + Send + Sync>,
    /// By path and query.
    kept: Cache<String, Arc<Page>>,
}

/// A rendered page.
struct Page {
    /// When it was begun: what it says is of then, however slowly its first reader took it.
    begun: Instant,
    made_of: MadeOf,
    headers: HeaderMap,
    /// What stands between the nonces.
    parts: Vec<Bytes>,
    /// The `Content-Security-Policy` between the nonces.
    policy: Vec<String>,
}

/// What a page was made of, as it was before the page was rendered.
#[derive(Clone)]
struct MadeOf {
    catalogue: u64,
    shop: Arc<ShopInfo>,
}

impl PartialEq for MadeOf {
    fn eq(&self, other: &Self) -> bool {
        self.catalogue == other.catalogue && Arc::ptr_eq(&self.shop, &other.shop)
    }
}

impl SharedPages {
    pub fn new(store: Store) -> Self {
        Self::made_of(move || MadeOf {
            catalogue: store.catalogue_edition(),
            shop: store.shop(),
        })
    }

    fn made_of(now: impl Fn() -> MadeOf + Send + Sync + 'static) -> Self {
        let size = |address: &String, page: &Arc<Page>| {
            let parts = page.parts.iter().map(Bytes::len).sum::<usize>();
            u32::try_from(address.len() + parts + 1_024).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder()
            .max_capacity(ROOM)
            .weigher(size)
            // Nothing is given that is older than KEPT; this is when its room is free again.
            .time_to_live(10 * KEPT)
            .build();
        let now = Arc::new(now);
        Self { now, kept }
    }
}

/// Answers with the page that is there, or keeps the one that is made.
pub async fn layer(State(pages): State<SharedPages>, request: Request, next: Next) -> Response {
    let Some(address) = address(&request) else {
        return next.run(request).await;
    };
    let (now, begun) = ((pages.now)(), Instant::now());
    if let Some(page) = pages.kept.get(&address)
        && page.made_of == now
        && page.begun.elapsed() < KEPT
    {
        return page.response(&Nonce::new());
    }
    let response = next.run(request).await;
    match nonce(&response) {
        Some(nonce) => keep(response, nonce, move |headers, body, nonce| {
            if let Some(page) = Page::of((now, begun), headers, &body, &nonce)
                && begun.elapsed() < KEPT
            {
                pages.kept.insert(address, Arc::new(page));
            }
        }),
        None => response,
    }
}

/// The address of a page that is the same for all who have no session.
fn address(request: &Request) -> Option<String> {
    let path = request.uri().path();
    let is_shared = ["/", "/categories", "/search"].contains(&path)
        || path.starts_with("/c/")
        || path.starts_with("/p/");
    let is_anonymous = !request.headers().contains_key(header::COOKIE)
        && !request.headers().contains_key(header::AUTHORIZATION);
    let fits = is_shared && is_anonymous && request.method() == Method::GET;
    fits.then(|| request.uri().path_and_query().map(ToString::to_string))?
}

/// The nonce of a page that may be kept.
fn nonce(response: &Response) -> Option<String> {
    let headers = response.headers();
    if response.status() != StatusCode::OK || headers.contains_key(header::SET_COOKIE) {
        return None;
    }
    let policy = headers
        .get(header::CONTENT_SECURITY_POLICY)?
        .to_str()
        .ok()?;
    let (_, rest) = policy.split_once("'nonce-")?;
    let (nonce, _) = rest.split_once('\'')?;
    Some(nonce.to_owned())
}

/// Sends a page on as it comes, and gives all of it to `done` once it has ended well.
fn keep(
    response: Response,
    nonce: String,
    done: impl FnOnce(HeaderMap, Vec<u8>, String) + Send + 'static,
) -> Response {
    let (parts, body) = response.into_parts();
    let headers = parts.headers.clone();
    let mut done = Some(done);
    let mut whole = Some(Vec::new());
    let chunks = body.into_data_stream().map(Some);
    // The end is seen as a chunk of its own.
    let chunks = chunks.chain(futures::stream::iter([None]));
    let passed = chunks.filter_map(move |chunk| {
        match &chunk {
            Some(Ok(bytes)) => {
                if let Some(so_far) = &mut whole {
                    so_far.extend_from_slice(bytes);
                }
                if whole.as_ref().is_some_and(|so_far| so_far.len() > LONGEST) {
                    whole = None;
                }
            }
            Some(Err(_)) => whole = None,
            None => {
                if let (Some(whole), Some(done)) = (whole.take(), done.take()) {
                    done(headers.clone(), whole, nonce.clone());
                }
            }
        }
        std::future::ready(chunk)
    });
    Response::from_parts(parts, Body::from_stream(passed))
}

impl Page {
    fn of(
        (made_of, begun): (MadeOf, Instant),
        mut headers: HeaderMap,
        body: &[u8],
        nonce: &str,
    ) -> Option<Self> {
        let body = std::str::from_utf8(body).ok()?;
        let policy = headers.remove(header::CONTENT_SECURITY_POLICY)?;
        let policy = policy.to_str().ok()?.split(nonce).map(str::to_owned);
        Some(Self {
            begun,
            made_of,
            policy: policy.collect(),
            headers,
            parts: body
                .split(nonce)
                .map(|part| Bytes::copy_from_slice(part.as_bytes()))
                .collect(),
        })
    }

    fn response(&self, nonce: &str) -> Response {
        let length: usize = self.parts.iter().map(|part| part.len() + nonce.len()).sum();
        let mut body = Vec::with_capacity(length);
        for (place, part) in self.parts.iter().enumerate() {
            if place > 0 {
                body.extend_from_slice(nonce.as_bytes());
            }
            body.extend_from_slice(part);
        }
        let mut response = Response::new(Body::from(body));
        *response.headers_mut() = self.headers.clone();
        if let Ok(policy) = HeaderValue::from_str(&self.policy.join(nonce)) {
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use axum::Router;
    use axum::body::to_bytes;
    use axum::response::IntoResponse;
    use axum::{middleware, routing::get};
    use std::sync::atomic::{AtomicU64, Ordering};
    use tower::ServiceExt;

    /// A shop whose pages say how often one was rendered, and its catalogue's edition.
    struct Rendering {
        rendered: Arc<AtomicU64>,
        edition: Arc<AtomicU64>,
        router: Router,
    }

    impl Rendering {
        fn new() -> Self {
            let (rendered, edition) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
            let shop = Arc::<ShopInfo>::default();
            let (counted, catalogue) = (rendered.clone(), edition.clone());
            let pages = SharedPages::made_of(move || MadeOf {
                catalogue: catalogue.load(Ordering::SeqCst),
                shop: shop.clone(),
            });
            let render = move |request: Request| {
                let time = counted.fetch_add(1, Ordering::SeqCst) + 1;
                async move { page(time, request.uri().path()) }
            };
            let router = Router::new()
                .fallback(get(render))
                .layer(middleware::from_fn_with_state(pages, layer));
            Self {
                rendered,
                edition,
                router,
            }
        }

        async fn get(&self, path: &str, cookie: Option<&str>) -> (HeaderMap, String) {
            let mut request = Request::builder().uri(path);
            if let Some(cookie) = cookie {
                request = request.header(header::COOKIE, cookie);
            }
            let request = request.body(Body::empty()).unwrap();
            let response = self.router.clone().oneshot(request).await.unwrap();
            let headers = response.headers().clone();
            let body = to_bytes(response.into_body(), LONGEST).await.unwrap();
            (headers, String::from_utf8(body.to_vec()).unwrap())
        }

        fn rendered(&self) -> u64 {
            self.rendered.load(Ordering::SeqCst)
        }
    }

    fn page(time: u64, path: &str) -> Response {
        let nonce = Nonce::new();
        let policy = format!("script-src 'nonce-{nonce}'; img-src 'self'");
        let body = format!("<script nonce={nonce}></script>page {time}<script nonce={nonce}>");
        let mut response = ([(header::CONTENT_SECURITY_POLICY, policy)], body).into_response();
        if path == "/p/gone" {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        if path == "/p/cookie" {
            let cookie = HeaderValue::from_static("session=1");
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        response
    }

    /// The nonce of a response, which its scripts have too; and the rest of its body.
    fn parts((headers, body): (HeaderMap, String)) -> (String, String) {
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        let (_, rest) = policy.split_once("'nonce-").unwrap();
        let (nonce, end) = rest.split_once('\'').unwrap();
        assert_eq!(end, "; img-src 'self'");
        assert_eq!(body.matches(nonce).count(), 2, "{body}");
        (nonce.to_owned(), body.replace(nonce, ""))
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_is_rendered_once_and_each_response_has_a_nonce_of_its_own() {
        let shop = Rendering::new();
        let (first, page) = parts(shop.get("/c/wands?page=2", None).await);
        let (second, same) = parts(shop.get("/c/wands?page=2", None).await);
        assert_eq!((shop.rendered(), same), (1, page.clone()));
        assert_ne!(first, second);
        let (_, other) = parts(shop.get("/c/wands?page=3", None).await);
        assert_ne!(other, page);
        tokio::time::advance(KEPT).await;
        let (_, later) = parts(shop.get("/c/wands?page=2", None).await);
        assert_ne!(later, page, "it is old");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_of_an_earlier_catalogue_is_rendered_anew() {
        let shop = Rendering::new();
        shop.get("/", None).await;
        shop.edition.fetch_add(1, Ordering::SeqCst);
        let (_, page) = parts(shop.get("/", None).await);
        assert!(page.contains("page 2"), "{page}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_be_somebody_s_own_is_neither_kept_nor_given() {
        let shop = Rendering::new();
        for (path, cookie) in [
            ("/", Some("wizastore_session=a")),
            ("/", Some("another=b")),
            ("/cart", None),
            ("/orders/0123", None),
            ("/p/gone", None),
            ("/p/cookie", None),
        ] {
            let before = shop.rendered();
            shop.get(path, cookie).await;
            shop.get(path, cookie).await;
            assert_eq!(shop.rendered(), before + 2, "{path} {cookie:?}");
        }
        let before = shop.rendered();
        shop.get("/", None).await;
        assert_eq!(shop.rendered(), before + 1, "nothing of it was kept");
    }
}
