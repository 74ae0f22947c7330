//! A page that was begun is rendered to its end, whether its visitor waits for it or not.
//!
//! Leptos renders parts of a page in tasks of their own, which read what belongs to the page. Where that
//! is dropped under them, because the connection is gone, they panic. What it costs to go on is bounded:
//! no page waits longer than the store does for EntMine.

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::{Stream, StreamExt};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// Renders pages in a task that outlives their connection. The tasks are `under_way` until they end: they read
/// the databases.
pub async fn layer(State(under_way): State<TaskTracker>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let rest = under_way.clone();
    let rendering = under_way.spawn(async move {
        let response = next.run(request).await;
        match is_page(response.headers()) {
            true => response.map(|body| {
                let page = Some(body.into_data_stream());
                Body::from_stream(ToTheEnd { page, rest })
            }),
            false => response,
        }
    });
    match rendering.await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            // As if it had been rendered here.
            Ok(panic) => std::panic::resume_unwind(panic),
            // The process ends; nobody is told any more.
            Err(_) => std::future::pending().await,
        },
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    let of = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.as_bytes());
    of.is_some_and(|of| of.starts_with(b"text/html"))
}

/// A page on its way.
struct ToTheEnd {
    /// None once it is there.
    page: Option<BodyDataStream>,
    /// Where its rest is rendered, when nobody waits for it any more.
    rest: TaskTracker,
}

impl Stream for ToTheEnd {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(page) = &mut self.page else {
            return Poll::Ready(None);
        };
        let chunk = page.poll_next_unpin(cx);
        if matches!(chunk, Poll::Ready(None)) {
            self.page = None;
        }
        chunk
    }
}

impl Drop for ToTheEnd {
    fn drop(&mut self) {
        // Where the runtime ends nothing is rendered any more.
        if let (Some(mut page), Ok(runtime)) = (self.page.take(), Handle::try_current()) {
            let rest = async move { while let Some(Ok(_)) = page.next().await {} };
            self.rest.spawn_on(rest, &runtime);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use axum::response::IntoResponse;
    use axum::{Router, middleware, routing::get};
    use std::sync::{Arc, Mutex};
    use tokio::sync::{mpsc, oneshot};
    use tower::ServiceExt;

    /// A page of one route, which waits for `go` before its head or, with `?body`, after it; and word of when
    /// it was rendered to its end.
    fn page(
        go: oneshot::Receiver<()>,
    ) -> (Router, TaskTracker, mpsc::UnboundedReceiver<&'static str>) {
        let (done, ended) = mpsc::unbounded_channel();
        let go = Arc::new(Mutex::new(Some(go)));
        let render = move |request: Request| {
            let (go, done) = (go.lock().unwrap().take().unwrap(), done.clone());
            async move {
                if request.uri().query() == Some("body") {
                    let chunks = futures::stream::once(async move {
                        go.await.unwrap();
                        done.send("body").unwrap();
                        Ok::<_, std::io::Error>(Bytes::from_static(b"<p>"))
                    });
                    return (
                        [(header::CONTENT_TYPE, "text/html")],
                        Body::from_stream(chunks),
                    )
                        .into_response();
                }
                go.await.unwrap();
                done.send("head").unwrap();
                "plain".into_response()
            }
        };
        let under_way = TaskTracker::new();
        under_way.close();
        let layer = middleware::from_fn_with_state(under_way.clone(), layer);
        let router = Router::new().fallback(get(render)).layer(layer);
        (router, under_way, ended)
    }

    fn request(uri: &str) -> Request {
        Request::builder().uri(uri).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_page_whose_visitor_left_before_its_head_is_rendered_to_its_end() {
        let (go, wait) = oneshot::channel();
        let (router, under_way, mut ended) = page(wait);
        let asked = tokio::spawn(router.oneshot(request("/")));
        tokio::task::yield_now().await;
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert!(
            !under_way.is_empty(),
            "whoever stops the server knows of it"
        );
        go.send(()).unwrap();
        under_way.wait().await;
        assert_eq!(ended.recv().await, Some("head"));
    }

    #[tokio::test]
    async fn a_page_whose_visitor_left_after_its_head_is_rendered_to_its_end() {
        let (go, wait) = oneshot::channel();
        let (router, under_way, mut ended) = page(wait);
        let response = router.oneshot(request("/?body")).await.unwrap();
        drop(response);
        assert!(
            !under_way.is_empty(),
            "whoever stops the server knows of it"
        );
        go.send(()).unwrap();
        under_way.wait().await;
        assert_eq!(ended.recv().await, Some("body"));
    }
}
