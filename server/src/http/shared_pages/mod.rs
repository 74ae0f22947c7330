//! Pages that are the same for all but for the number at the way to the cart: rendered for nobody, and given to
//! everybody who asks for them within a second, unless the catalogue or the shop's words have changed since. They
//! are most of what a shop answers.

mod page;

use super::visit::session_token;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, header, request};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use futures::future::BoxFuture;
use moka::sync::Cache;
use page::{MadeOf, Page};
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
/// Nor those of longer addresses, which no page leads to, in bytes.
const LONGEST_ADDRESS: usize = 1_024;
/// Renderings that others can wait for at once.
const TURNS: u64 = 1_000;

/// The pages that are kept. Cheap to clone.
#[derive(Clone)]
pub struct SharedPages {
    now: Arc<dyn Fn() -> MadeOf + Send + Sync>,
    /// How many pieces are in the cart of a session's token.
    pieces: Arc<dyn Fn(String) -> BoxFuture<'static, Result<i64, Trouble>> + Send + Sync>,
    /// By path and query.
    kept: Cache<String, Arc<Page>>,
    /// Those that are being rendered, each by one at a time.
    turns: Cache<String, Arc<Mutex<Option<Rendered>>>>,
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
            turns: Cache::new(TURNS),
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
                _ if page.is_trouble() => None,
                None => Some(0),
                Some(token) => (pages.pieces)(token).await.ok(),
            };
            page.response(pieces, &asked.headers)
        }
        (Found::Answer(response), None) => response,
        // Nobody's page says that the cart is empty.
        (Found::Answer(_), Some(_)) | (Found::Nothing, _) => {
            next.run(Request::from_parts(asked, Body::empty())).await
        }
    }
}

/// What there is for an address.
enum Found {
    Page(Arc<Page>),
    /// Something else, as it was made for nobody: a refusal, or a page that is still on its way.
    Answer(Response),
    Nothing,
}

/// What came of a rendering, for those who waited for it.
enum Rendered {
    Page(Arc<Page>),
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
        let arrived = Instant::now();
        if let Some(page) = self.get(&address) {
            return Found::Page(page);
        }
        if address.starts_with("/p/") {
            return match token {
                None => Found::Answer(self.stream(address, asked, next).await),
                Some(_) => Found::Nothing,
            };
        }
        let turn = self.turns.get_with(address.clone(), Arc::default);
        let mut rendered = turn.lock().await;
        match &*rendered {
            // It is as new as one that would be begun now.
            Some(Rendered::Page(page)) if page.begun >= arrived || page.made_of == (self.now)() => {
                return Found::Page(page.clone());
            }
            Some(Rendered::Nothing) => return Found::Nothing,
            Some(Rendered::Page(_)) | None => {}
        }
        if let Some(page) = self.get(&address) {
            return Found::Page(page);
        }
        let (now, begun) = ((self.now)(), Instant::now());
        let (head, body) = for_nobody(asked, next).await.into_parts();
        let Ok(body) = to_bytes(body, usize::MAX).await else {
            return Found::Nothing;
        };
        let found = match Page::of((now, begun), &head, &body) {
            Some(page) => {
                let page = Arc::new(page);
                self.keep(address.clone(), &page);
                *rendered = Some(Rendered::Page(page.clone()));
                Found::Page(page)
            }
            None => {
                *rendered = Some(Rendered::Nothing);
                Found::Answer(Response::from_parts(head, Body::from(body)))
            }
        };
        // Whoever comes later begins anew.
        self.turns.invalidate(&address);
        found
    }

    /// A page as it comes; it is kept once it has come to its end.
    async fn stream(&self, address: String, asked: &request::Parts, next: &Next) -> Response {
        let (now, begun) = ((self.now)(), Instant::now());
        let (head, body) = for_nobody(asked, next).await.into_parts();
        let (pages, of) = (self.clone(), head.clone());
        let body = pass_on(body, move |body| {
            if let Some(page) = Page::of((now, begun), &of, &body) {
                pages.keep(address, &Arc::new(page));
            }
        });
        Response::from_parts(head, body)
    }

    /// A page that is there and still true.
    fn get(&self, address: &str) -> Option<Arc<Page>> {
        let page = self.kept.get(address)?;
        (page.made_of == (self.now)() && page.begun.elapsed() < KEPT).then_some(page)
    }

    fn keep(&self, address: String, page: &Arc<Page>) {
        if !page.is_trouble() && page.length() <= LONGEST && page.begun.elapsed() < KEPT {
            self.kept.insert(address, page.clone());
        }
    }
}

/// A page as somebody gets it of whom nothing is known.
async fn for_nobody(asked: &request::Parts, next: &Next) -> Response {
    let mut nobody = asked.clone();
    nobody.headers.remove(header::COOKIE);
    let nobody = Request::from_parts(nobody, Body::empty());
    next.clone().run(nobody).await
}

/// The address of a page that is the same for all.
fn address(request: &Request) -> Option<String> {
    let path = request.uri().path();
    let is_shared = ["/", "/categories", "/search"].contains(&path)
        || path.starts_with("/c/")
        || path.starts_with("/p/");
    let is_read =
        request.method() == Method::GET && !request.headers().contains_key(header::AUTHORIZATION);
    let address = request.uri().path_and_query()?.as_str();
    (is_shared && is_read && address.len() <= LONGEST_ADDRESS).then(|| address.to_owned())
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

#[cfg(test)]
mod tests;
