//! Pages that are the same for all but for the number at the way to the cart: rendered for nobody, and given to
//! everybody who asks for them within a second, unless the catalogue or the shop's words have changed since. They
//! are most of what a shop answers.

use super::compressed::Content;
use super::visit::session_token;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header, request, response};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine};
use futures::StreamExt;
use futures::future::BoxFuture;
use model::ShopInfo;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use wizastore::{Store, Trouble};

/// Another replica may have changed the catalogue, and a product's stock word is EntMine's of just now.
const KEPT: Duration = Duration::from_secs(1);
/// All pages together, in bytes; a category page has some 20,000.
const ROOM: u64 = 16 * 1024 * 1024;
/// Longer pages are not kept.
const LONGEST: usize = 1024 * 1024;

/// The pages that are kept. Cheap to clone.
#[derive(Clone)]
pub struct SharedPages {
    now: Arc<dyn Fn() -> MadeOf + Send + Sync>,
    /// How many pieces are in the cart of a session's token.
    pieces: Arc<dyn Fn(String) -> BoxFuture<'static, Result<i64, Trouble>> + Send + Sync>,
    /// By path and query.
    kept: Cache<String, Arc<Page>>,
    /// Those that are being rendered.
    turns: Cache<String, Arc<Mutex<()>>>,
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
        let of = store.clone();
        Self::of(
            move || MadeOf {
                catalogue: of.catalogue_edition(),
                shop: of.shop(),
            },
            move |token| {
                let visit = store.visit(Some(token), None);
                Box::pin(async move { visit.cart_pieces().await })
            },
        )
    }

    fn of(
        now: impl Fn() -> MadeOf + Send + Sync + 'static,
        pieces: impl Fn(String) -> BoxFuture<'static, Result<i64, Trouble>> + Send + Sync + 'static,
    ) -> Self {
        let size = |address: &String, page: &Arc<Page>| {
            u32::try_from(address.len() + page.length() + 1_024).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder()
            .max_capacity(ROOM)
            .weigher(size)
            // Nothing is given that is older than KEPT; this is when its room is free again.
            .time_to_live(10 * KEPT)
            .build();
        Self {
            now: Arc::new(now),
            pieces: Arc::new(pieces),
            kept,
            turns: Cache::builder().time_to_idle(10 * KEPT).build(),
        }
    }
}

/// Answers with the page that is there, or with one that is made for nobody and kept.
pub async fn layer(State(pages): State<SharedPages>, request: Request, next: Next) -> Response {
    let Some(address) = address(&request) else {
        return next.run(request).await;
    };
    let (asked, _) = request.into_parts();
    let token = session_token(&asked.headers);
    match (pages.find(address, &asked, &next, &token).await, token) {
        (Found::Page(page), token) => {
            let pieces = match token {
                None => Some(0),
                Some(token) => (pages.pieces)(token).await.ok(),
            };
            page.response(pieces, &asked.headers)
        }
        (Found::Trouble(response), _) | (Found::Answer(response), None) => response,
        // Nobody's page says that the cart is empty.
        (Found::Answer(_), Some(_)) | (Found::Nothing, _) => {
            next.run(Request::from_parts(asked, Body::empty())).await
        }
    }
}

/// What there is for an address.
enum Found {
    Page(Arc<Page>),
    /// No page could be made. It says the same to everybody, and of the cart nothing.
    Trouble(Response),
    /// Something else, as it was made for nobody: a refusal, or a page that is still on its way.
    Answer(Response),
    Nothing,
}

impl SharedPages {
    async fn find(
        &self,
        address: String,
        asked: &request::Parts,
        next: &Next,
        token: &Option<String>,
    ) -> Found {
        if let Some(page) = self.get(&address) {
            return Found::Page(page);
        }
        let is_streamed = address.starts_with("/p/");
        if is_streamed && token.is_some() {
            return Found::Nothing;
        }
        let turn = self.turns.get_with(address.clone(), Arc::default);
        let _turn = match turn.try_lock() {
            Ok(turn) => Some(turn),
            Err(_) if is_streamed => None,
            // It is being rendered, most likely to be kept.
            Err(_) => {
                drop(turn.lock().await);
                match self.get(&address) {
                    Some(page) => return Found::Page(page),
                    None => None,
                }
            }
        };
        let (now, begun) = ((self.now)(), Instant::now());
        let mut nobody = asked.clone();
        nobody.headers.remove(header::COOKIE);
        let nobody = Request::from_parts(nobody, Body::empty());
        let (head, body) = next.clone().run(nobody).await.into_parts();
        if is_streamed {
            let (pages, of) = (self.clone(), head.clone());
            let body = pass_on(body, move |body| {
                if let Some(page) = Page::of((now, begun), &of, &body) {
                    pages.keep(address, &Arc::new(page));
                }
            });
            return Found::Answer(Response::from_parts(head, body));
        }
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return Found::Nothing;
        };
        match Page::of((now, begun), &head, &body) {
            Some(page) => {
                let page = Arc::new(page);
                self.keep(address, &page);
                Found::Page(page)
            }
            None if head.status.is_server_error() => {
                let body = String::from_utf8_lossy(&body);
                let body = body.replace(&app::cart_link(Some(0)), &app::cart_link(None));
                Found::Trouble(Response::from_parts(head, Body::from(body)))
            }
            None => Found::Answer(Response::from_parts(head, Body::from(body))),
        }
    }

    /// A page that is there and still true.
    fn get(&self, address: &str) -> Option<Arc<Page>> {
        let page = self.kept.get(address)?;
        (page.made_of == (self.now)() && page.begun.elapsed() < KEPT).then_some(page)
    }

    fn keep(&self, address: String, page: &Arc<Page>) {
        if page.length() <= LONGEST && page.begun.elapsed() < KEPT {
            self.kept.insert(address, page.clone());
        }
    }
}

/// The address of a page that is the same for all.
fn address(request: &Request) -> Option<String> {
    let path = request.uri().path();
    let is_shared = ["/", "/categories", "/search"].contains(&path)
        || path.starts_with("/c/")
        || path.starts_with("/p/");
    let is_read =
        request.method() == Method::GET && !request.headers().contains_key(header::AUTHORIZATION);
    (is_shared && is_read).then(|| request.uri().path_and_query().map(ToString::to_string))?
}

/// Sends a body on as it comes, and gives all of it to `done` once it has ended well.
fn pass_on(body: Body, done: impl FnOnce(Vec<u8>) + Send + 'static) -> Body {
    let mut done = Some(done);
    let mut whole = Some(Vec::new());
    let chunks = body.into_data_stream().map(Some);
    // The end is seen as a chunk of its own.
    let chunks = chunks.chain(futures::stream::iter([None]));
    Body::from_stream(chunks.filter_map(move |chunk| {
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
                    done(whole);
                }
            }
        }
        std::future::ready(chunk)
    }))
}

/// A rendered page.
struct Page {
    /// When it was begun: what it says is of then, however slowly its first reader took it.
    begun: Instant,
    made_of: MadeOf,
    headers: HeaderMap,
    /// What stands before and after the way to the cart.
    around_cart: (String, String),
    /// Of all this.
    hash: String,
}

impl Page {
    /// None where the response is not a page that others may have.
    fn of(
        (made_of, begun): (MadeOf, Instant),
        head: &response::Parts,
        body: &[u8],
    ) -> Option<Self> {
        let mut headers = head.headers.clone();
        if head.status != StatusCode::OK || headers.contains_key(header::SET_COOKIE) {
            return None;
        }
        let policy = headers.remove(header::CONTENT_SECURITY_POLICY)?;
        let policy = policy.to_str().ok()?;
        let (_, nonce) = policy.split_once("'nonce-")?;
        let (nonce, _) = nonce.split_once('\'')?;
        let body = std::str::from_utf8(body).ok()?;
        let nonces = format!(" nonce=\"{nonce}\"");
        let policy = policy.replace(&format!("'nonce-{nonce}'"), &hashes(body, &nonces)?);
        // Leptos also makes it the `crossorigin` of what is loaded early, where one value is as good as another.
        let body = body
            .replace(&nonces, "")
            .replace(&format!("\"{nonce}\""), "\"\"");
        let link = app::cart_link(Some(0));
        let (before, after) = body.split_once(&link)?;
        if policy.contains(nonce) || body.contains(nonce) || after.contains(&link) {
            return None;
        }
        let hash = Sha256::digest(format!("{policy}\n{before}\n{after}"));
        let policy = HeaderValue::try_from(policy).ok()?;
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        Some(Self {
            begun,
            made_of,
            headers,
            around_cart: (before.to_owned(), after.to_owned()),
            hash: format!("{hash:x}")[..32].to_owned(),
        })
    }

    fn length(&self) -> usize {
        self.around_cart.0.len() + self.around_cart.1.len()
    }

    /// The page for somebody with so many pieces in the cart, if anybody can say how many, unless that is what they
    /// have already.
    fn response(&self, pieces: Option<i64>, asked: &HeaderMap) -> Response {
        let number = pieces.map_or_else(String::new, |pieces| pieces.to_string());
        let content = format!("{}-{number}", self.hash);
        let tag = format!("\"{content}\"");
        let mut headers = self.headers.clone();
        // Weak: it is the same page, however it is compressed.
        if let Ok(tag) = HeaderValue::try_from(format!("W/{tag}")) {
            headers.insert(header::ETAG, tag);
        }
        if has(asked, &tag) {
            headers.remove(header::CONTENT_TYPE);
            let vary = HeaderValue::from_static("accept-encoding");
            headers.insert(header::VARY, vary);
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let (before, after) = &self.around_cart;
        let body = [before, app::cart_link(pieces).as_str(), after].concat();
        let mut response = (headers, Body::from(body)).into_response();
        response.extensions_mut().insert(Content(content.into()));
        response
    }
}

/// Whether the browser that asks has what the tag names.
fn has(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).into_iter();
    lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// What lets a browser run the scripts in a page that have its nonce, and no others, when the nonce is gone: their
/// hashes, as a content security policy has them.
fn hashes(page: &str, nonces: &str) -> Option<String> {
    let mut hashes = BTreeSet::new();
    for script in page.split("<script").skip(1) {
        let (attributes, code) = script.split_once('>')?;
        let (code, _) = code.split_once("</script>")?;
        if attributes.contains(nonces) {
            let hash = BASE64_STANDARD.encode(Sha256::digest(code));
            hashes.insert(format!("'sha256-{hash}'"));
        }
    }
    Some(hashes.into_iter().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use axum::Router;
    use axum::{middleware, routing::get};
    use leptos::nonce::Nonce;
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
                    if request.uri().path() == "/c/slow" {
                        tokio::time::sleep(KEPT / 2).await;
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
        // Where that cannot be known it does not say so.
        let unknown = shop.get_with("/c/wands", "many").await;
        assert!(
            unknown.body.contains(&app::cart_link(None)),
            "{}",
            unknown.body
        );
        assert_eq!(shop.rendered(), 1);
    }

    /// Nobody waits for a silent database twice, and nobody is told that the cart is empty.
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
        let all = futures::future::join_all((0..20).map(|_| shop.get("/c/slow"))).await;
        assert_eq!(shop.rendered(), 1);
        assert!(all.iter().all(|page| page.body == all[0].body));
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
}
