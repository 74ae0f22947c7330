//! Pages that are shared, of a shop that counts how often it renders one.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::{middleware, routing::get};
use base64::prelude::{BASE64_STANDARD, Engine};
use leptos::nonce::Nonce;
use model::ShopInfo;
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

/// A shop whose pages say how often one was rendered and for whom, and its catalogue's edition.
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
        let now = move || MadeOf {
            catalogue: catalogue.load(Ordering::SeqCst),
            shop: shop.clone(),
        };
        let pieces = |token: String| -> BoxFuture<'static, _> {
            Box::pin(async move { token.parse().map_err(|_| Trouble) })
        };
        let render = move |request: Request| {
            let time = counted.fetch_add(1, Ordering::SeqCst) + 1;
            async move {
                if ["/c/slow", "/c/silent"].contains(&request.uri().path()) {
                    tokio::time::sleep(2 * KEPT).await;
                }
                page(time, &request)
            }
        };
        let pages = SharedPages::of(now, pieces);
        let router = Router::new()
            .fallback(get(render))
            .layer(middleware::from_fn_with_state(pages, layer));
        Self {
            rendered,
            edition,
            router,
        }
    }

    async fn ask(&self, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), LONGEST).await.unwrap();
        Answer {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(path, &[]).await
    }

    /// As somebody with so many pieces in the cart.
    async fn get_with(&self, path: &str, pieces: &str) -> Answer {
        let cookie = format!("theme=dark; wizastore_session={pieces}");
        self.ask(path, &[(header::COOKIE, &cookie)]).await
    }

    fn rendered(&self) -> u64 {
        self.rendered.load(Ordering::SeqCst)
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn tag(&self) -> &str {
        self.headers[header::ETAG].to_str().unwrap()
    }

    fn policy(&self) -> &str {
        let policy = &self.headers[header::CONTENT_SECURITY_POLICY];
        policy.to_str().unwrap()
    }
}

fn page(time: u64, request: &Request) -> Response {
    let nonce = Nonce::new();
    let policy = format!("script-src 'nonce-{nonce}'; img-src 'self'");
    let who = session_token(request.headers());
    let pieces = who.clone().map_or(0, |token| token.parse().unwrap_or(-1));
    let link = app::cart_link(Some(pieces));
    let body = format!(
        "<link crossorigin=\"{nonce}\"><script nonce=\"{nonce}\">code()</script>page {time} of {who:?}<nav>{link}</nav>\
         <script>foreign()</script><script type=\"module\" nonce=\"{nonce}\">more()</script>"
    );
    let mut response = ([(header::CONTENT_SECURITY_POLICY, policy)], body).into_response();
    match request.uri().path() {
        "/p/gone" | "/c/gone" => *response.status_mut() = StatusCode::NOT_FOUND,
        "/c/silent" => *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE,
        "/c/cookie" => {
            let cookie = HeaderValue::from_static("session=1");
            response.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        _ => {}
    }
    response
}

#[tokio::test(start_paused = true)]
async fn a_page_is_rendered_once_and_is_the_same_for_all() {
    let shop = Rendering::new();
    let first = shop.get("/c/wands?page=2").await;
    let same = shop.get("/c/wands?page=2").await;
    assert_eq!(shop.rendered(), 1);
    assert_eq!((&same.body, &same.headers), (&first.body, &first.headers));
    let other = shop.get("/c/wands?page=3").await;
    assert_ne!(other.body, first.body);
    tokio::time::advance(KEPT).await;
    let later = shop.get("/c/wands?page=2").await;
    assert_ne!(later.body, first.body, "it is old");
}

#[tokio::test(start_paused = true)]
async fn whoever_has_a_cart_gets_the_same_page_with_its_number_in_it() {
    let shop = Rendering::new();
    let three = shop.get_with("/c/wands", "3").await;
    let nobodys = shop.get("/c/wands").await;
    let twelve = shop.get_with("/c/wands", "12").await;
    assert_eq!(shop.rendered(), 1);
    assert!(nobodys.body.contains("page 1 of None"), "{}", nobodys.body);
    for (pieces, page) in [(3, &three), (12, &twelve)] {
        let expected = nobodys
            .body
            .replace(&app::cart_link(Some(0)), &app::cart_link(Some(pieces)));
        assert_ne!(expected, nobodys.body);
        assert_eq!(page.body, expected);
        assert_ne!(page.tag(), nobodys.tag());
    }
    // The link has no number where the cart cannot be read.
    let unknown = shop.get_with("/c/wands", "many").await;
    assert!(
        unknown.body.contains(&app::cart_link(None)),
        "{}",
        unknown.body
    );
    assert_eq!(shop.rendered(), 1);
}

/// And nobody is told that the cart is empty.
#[tokio::test(start_paused = true)]
async fn a_page_that_could_not_be_made_is_the_same_for_all_and_not_kept() {
    let shop = Rendering::new();
    for time in 1..=2 {
        let page = shop.get_with("/c/silent", "3").await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.body.contains(&app::cart_link(None)), "{}", page.body);
        assert_eq!(shop.rendered(), time);
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_while_a_page_is_rendered_gets_that_one() {
    let shop = Rendering::new();
    for path in ["/c/slow", "/c/silent"] {
        let (rendered, begun) = (shop.rendered(), Instant::now());
        let all = futures::future::join_all((0..20).map(|_| shop.get(path))).await;
        assert_eq!(shop.rendered(), rendered + 1, "{path}");
        assert!(all.iter().all(|page| page.body == all[0].body), "{path}");
        assert_eq!(begun.elapsed(), 2 * KEPT, "{path}: nobody waits twice");
    }
}

/// One that was begun before they came is of no use to them then, and the next one is there for all of them.
#[tokio::test(start_paused = true)]
async fn who_waits_gets_no_page_of_an_earlier_catalogue() {
    let shop = Rendering::new();
    let late = async {
        tokio::time::sleep(KEPT).await;
        shop.edition.fetch_add(1, Ordering::SeqCst);
        futures::future::join_all((0..20).map(|_| shop.get("/c/slow"))).await
    };
    let (first, late) = tokio::join!(shop.get("/c/slow"), late);
    assert_eq!(shop.rendered(), 2);
    assert!(first.body.contains("page 1"), "{}", first.body);
    assert!(late.iter().all(|page| page.body.contains("page 2")));
}

/// Only scripts that had the nonce are allowed, so that markup which slipped in is not.
#[tokio::test(start_paused = true)]
async fn a_page_s_own_scripts_are_allowed_by_their_hashes() {
    let page = Rendering::new().get("/").await;
    let hash = |code| BASE64_STANDARD.encode(Sha256::digest(code));
    let mut own = [hash("code()"), hash("more()")];
    own.sort();
    let [one, two] = own;
    assert_eq!(
        page.policy(),
        format!("script-src 'sha256-{one}' 'sha256-{two}'; img-src 'self'")
    );
    assert!(!page.body.contains("nonce"), "{}", page.body);
    assert!(
        page.body.contains("<link crossorigin=\"\">"),
        "{}",
        page.body
    );
}

#[tokio::test(start_paused = true)]
async fn a_page_that_the_browser_has_is_not_sent_again() {
    let shop = Rendering::new();
    let page = shop.get_with("/", "3").await;
    let known = format!("\"x\", {}", page.tag());
    let ask = async |pieces: &str, known: &str| {
        let cookie = format!("wizastore_session={pieces}");
        let headers = [(header::COOKIE, &*cookie), (header::IF_NONE_MATCH, known)];
        shop.ask("/", &headers).await
    };
    let again = ask("3", &known).await;
    assert_eq!((again.status, &*again.body), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!((again.tag(), again.policy()), (page.tag(), page.policy()));
    assert_eq!(ask("4", &known).await.status, StatusCode::OK);
    // And when it was made anew, and says something else.
    tokio::time::advance(KEPT).await;
    assert_eq!(ask("3", &known).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_an_earlier_catalogue_is_rendered_anew() {
    let shop = Rendering::new();
    shop.get("/").await;
    shop.edition.fetch_add(1, Ordering::SeqCst);
    let page = shop.get("/").await;
    assert!(page.body.contains("page 2"), "{}", page.body);
}

/// It is sent as it comes, which nobody's would be if it was held for a number.
#[tokio::test(start_paused = true)]
async fn a_product_s_page_is_kept_from_those_without_a_session() {
    let shop = Rendering::new();
    let own = shop.get_with("/p/wand", "3").await;
    assert!(own.body.contains("page 1 of Some"), "{}", own.body);
    let streamed = shop.get("/p/wand").await;
    assert!(
        streamed.policy().contains("'nonce-"),
        "{}",
        streamed.policy()
    );
    let kept = shop.get_with("/p/wand", "3").await;
    assert!(kept.body.contains("page 2 of None"), "{}", kept.body);
    assert_eq!(shop.rendered(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_may_be_somebody_s_own_is_neither_kept_nor_given() {
    let shop = Rendering::new();
    for path in ["/cart", "/orders/0123", "/p/gone", "/c/gone", "/c/cookie"] {
        let before = shop.rendered();
        shop.get(path).await;
        shop.get(path).await;
        assert_eq!(shop.rendered(), before + 2, "{path}");
        let own = shop.get_with(path, "3").await;
        assert!(own.body.contains("of Some"), "{path}: {}", own.body);
    }
}
