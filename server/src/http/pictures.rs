//! Copies of products' pictures (`entmine::pictures`), as browsers get them.

use crate::catalogue::HttpCatalogue;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use entmine::pictures::{Picture, Pictures, is_public, kind_of_name};
use std::path::Path as FilePath;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A name is the content's hash: under it there will never be anything else.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Pictures that are fetched from an EntMine elsewhere at a time; whoever asks for another one
/// meanwhile gets it a moment later, when the browser asks again.
const FETCHES: usize = 8;

/// The copies of this process, and the EntMine elsewhere that has those that are not here yet.
#[derive(Clone)]
pub struct PictureShelf {
    pictures: Pictures,
    away: Option<Away>,
}

#[derive(Clone)]
struct Away {
    entmine: Arc<HttpCatalogue>,
    fetches: Arc<Semaphore>,
}

impl PictureShelf {
    /// The copies in the folder `pictures` of a data folder. `away`: an EntMine elsewhere.
    pub fn new(data: &FilePath, away: Option<Arc<HttpCatalogue>>) -> Self {
        Self {
            pictures: Pictures::new(&data.join("pictures"), is_public),
            away: away.map(|entmine| Away {
                entmine,
                fetches: Arc::new(Semaphore::new(FETCHES)),
            }),
        }
    }

    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    async fn find(&self, name: &str) -> Option<Picture> {
        if let Some(picture) = self.pictures.open(name).await {
            return Some(picture);
        }
        let away = self.away.as_ref()?;
        kind_of_name(name)?;
        let _turn = away.fetches.try_acquire().ok()?;
        let bytes = match away.entmine.picture(name).await {
            Ok(bytes) => bytes?,
            Err(error) => {
                tracing::info!(%error, "a picture could not be fetched from EntMine");
                return None;
            }
        };
        match self.pictures.keep(name, bytes).await {
            Ok(picture) => Some(picture),
            Err(error) => {
                tracing::warn!(%error, name, "a picture of EntMine's");
                None
            }
        }
    }
}

/// `/pictures/<SHA-256>.<kind>`.
pub fn router(shelf: PictureShelf) -> Router {
    Router::new()
        .route("/pictures/{name}", get(show))
        .with_state(shelf)
}

async fn show(State(shelf): State<PictureShelf>, Path(name): Path<String>) -> Response {
    match shelf.find(&name).await {
        Some(picture) => (
            [
                (header::CONTENT_TYPE, picture.kind.media_type()),
                (header::CACHE_CONTROL, FOR_EVER),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
            ],
            picture.bytes,
        )
            .into_response(),
        // It may be there in a moment.
        None => (
            StatusCode::NOT_FOUND,
            [(header::CACHE_CONTROL, "no-store")],
            "There is no such picture.\n",
        )
            .into_response(),
    }
}
