//! Copying products' pictures from somebody else's server, which here is one on loopback that
//! misbehaves as a test wants.

use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use entmine::pictures::{MAX_PICTURE, PictureError, PictureKind, Pictures, is_public};
use futures::StreamExt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use tokio::net::TcpListener;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n a picture";

/// Serves pictures, and counts how often it was asked.
struct Host {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Host {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let elsewhere = format!("http://127.0.0.2:{}/a.png", address.port());
        let by_name = format!("http://localhost:{}/a.png", address.port());
        let app = Router::new()
            .route("/a.png", get(|| async { PNG }))
            .route("/copy-of-a", get(|| async { PNG }))
            .route("/moved", get(|| async { Redirect::to("/a.png") }))
            .route("/round", get(|| async { Redirect::to("/round") }))
            .route("/away", get(|| async move { Redirect::to(&elsewhere) }))
            .route("/name", get(|| async move { Redirect::to(&by_name) }))
            .route(
                "/file",
                get(|| async { Redirect::to("file:///etc/passwd") }),
            )
            .route(
                "/page.png",
                get(|| async { ([(header::CONTENT_TYPE, "image/png")], "<!doctype html>") }),
            )
            .route("/svg", get(|| async { "<svg onload=\"alert(1)\"/>" }))
            .route("/large", get(|| async { vec![0xff; MAX_PICTURE + 1] }))
            .route("/endless", get(endless))
            .fallback(|| async { StatusCode::NOT_FOUND })
            .layer(axum::middleware::map_request(
                move |request: axum::extract::Request| {
                    count.fetch_add(1, Ordering::SeqCst);
                    async { request }
                },
            ));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, asked }
    }

    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// More than a picture may have, without saying how much.
async fn endless() -> impl IntoResponse {
    let chunk = Ok::<_, std::io::Error>(vec![0xff_u8; 64 * 1024]);
    let chunks = std::iter::repeat_with(move || chunk.as_ref().map(Clone::clone).unwrap())
        .take(MAX_PICTURE / 1024)
        .map(Ok::<_, std::io::Error>);
    Body::from_stream(futures::stream::iter(chunks).boxed())
}

/// One address of this machine stands for the public internet, all others for private networks.
fn first_loopback(address: IpAddr) -> bool {
    address == IpAddr::V4(Ipv4Addr::LOCALHOST)
}

fn pictures(folder: &TempDir) -> Pictures {
    // Fails where another test did it before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Pictures::new(&folder.path().join("pictures"), first_loopback)
}

#[tokio::test]
async fn a_picture_is_copied_once_and_named_after_its_content() {
    let (host, folder) = (Host::open().await, tempfile::tempdir().unwrap());
    let ours = pictures(&folder);
    let first = ours.copy(&host.at("/a.png")).await.unwrap();
    assert!(first.starts_with("/pictures/") && first.ends_with(".png"));
    // The same content under another address, and through a redirect, is the same copy.
    assert_eq!(ours.copy(&host.at("/copy-of-a")).await.unwrap(), first);
    assert_eq!(ours.copy(&host.at("/moved")).await.unwrap(), first);
    let name = first.strip_prefix("/pictures/").unwrap();
    let picture = ours.open(name).await.unwrap();
    assert_eq!((picture.kind, &*picture.bytes), (PictureKind::Png, PNG));
    // Another import, by another process.
    let asked = host.asked();
    let again = pictures(&folder).copy(&host.at("/a.png")).await.unwrap();
    assert_eq!((again, host.asked()), (first, asked));
}

#[tokio::test]
async fn what_fails_fails_alone_and_says_why() {
    let (host, folder) = (Host::open().await, tempfile::tempdir().unwrap());
    let cases = [
        ("/a.png", None),
        ("/gone", Some(PictureError::Status(404))),
        ("/page.png", Some(PictureError::NotAPicture)),
        ("/svg", Some(PictureError::NotAPicture)),
        ("/large", Some(PictureError::TooLarge)),
        ("/endless", Some(PictureError::TooLarge)),
        ("/round", Some(PictureError::Redirects)),
        ("/away", Some(PictureError::Forbidden)),
        ("/file", Some(PictureError::Status(303))),
    ];
    let addresses: Vec<String> = cases.iter().map(|(path, _)| host.at(path)).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let mut steps = Vec::new();
    let copied = pictures(&folder)
        .copy_all(&addresses, &mut |done| steps.push(done))
        .await;
    assert_eq!(steps, (1..=cases.len()).collect::<Vec<_>>());
    for ((path, error), address) in cases.into_iter().zip(addresses) {
        assert_eq!(copied[address].clone().err(), error, "{path}");
    }
}

#[tokio::test]
async fn nothing_of_a_private_network_is_ever_asked() {
    let (host, folder) = (Host::open().await, tempfile::tempdir().unwrap());
    let port = host.address.port();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ours = Pictures::new(folder.path(), is_public);
    for address in [
        format!("http://127.0.0.1:{port}/a.png"),
        format!("http://localhost:{port}/a.png"),
        format!("http://2130706433:{port}/a.png"),
        format!("http://0x7f.1:{port}/a.png"),
        format!("http://[::1]:{port}/a.png"),
        format!("http://[::ffff:127.0.0.1]:{port}/a.png"),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://10.0.0.1/a.png".to_owned(),
    ] {
        let refused = ours.copy(&address).await;
        assert_eq!(refused, Err(PictureError::Forbidden), "{address}");
    }
    for address in ["ftp://example.org/a.png", "a.png", "file:///etc/passwd", ""] {
        let refused = ours.copy(address).await;
        assert_eq!(refused, Err(PictureError::Address), "{address}");
    }
    assert_eq!(host.asked(), 0);
}

#[tokio::test]
async fn nothing_but_a_copy_is_handed_out() {
    let (host, folder) = (Host::open().await, tempfile::tempdir().unwrap());
    let ours = pictures(&folder);
    ours.copy(&host.at("/a.png")).await.unwrap();
    std::fs::write(folder.path().join("secret.png"), "secret").unwrap();
    for name in ["../secret.png", "sources", "", "a.png", "/etc/passwd"] {
        assert!(ours.open(name).await.is_none(), "{name}");
    }
}
