//! The code of the pages (stylesheet, script, wasm) at addresses that change with it. So browsers keep it
//! for good, and it is the same on every server behind a balancer, whatever the dates of its files.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

/// The folder of the code in the site's folder, and the beginning of its addresses.
const FOLDER: &str = "pkg";
/// Characters of the name that a folder's content has.
const EDITION: usize = 16;
/// What an address names does not change.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Under which folder pages name the code of a site: `pkg/<hash of its content>`.
///
/// # Errors
/// Where a file cannot be read.
pub fn folder(site: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(site.join(FOLDER))? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(fs::read(file)?));
    }
    let edition = &format!("{:x}", hash.finalize())[..EDITION];
    Ok(format!("{FOLDER}/{edition}"))
}

/// Finds the file behind an address of `folder`. A page of another build gets the file that there is
/// now, without leave to keep it: it says that it is out of date.
pub async fn layer(State(folder): State<Arc<str>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let Some((edition, file)) = parts(path) else {
        return next.run(request).await;
    };
    let is_current = folder.strip_prefix(FOLDER) == Some(&format!("/{edition}"));
    if let Ok(uri) = format!("/{FOLDER}/{file}").parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    let mut response = next.run(request).await;
    if is_current && (response.status().is_success() || response.status().is_redirection()) {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD));
    }
    response
}

/// Edition and file of an address.
fn parts(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix('/')?.strip_prefix(FOLDER)?;
    let (edition, file) = rest.strip_prefix('/')?.split_once('/')?;
    let is_edition =
        edition.len() == EDITION && edition.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_edition.then_some((edition, file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_with_the_content_and_only_with_it() {
        let site = tempfile::tempdir().unwrap();
        let code = site.path().join(FOLDER);
        fs::create_dir(&code).unwrap();
        let write = |name: &str, content: &str| fs::write(code.join(name), content).unwrap();
        write("a.css", "a");
        write("b.js", "b");
        let first = folder(site.path()).unwrap();
        assert!(parts(&format!("/{first}/a.css")).is_some(), "{first}");
        write("a.css", "a");
        assert_eq!(folder(site.path()).unwrap(), first);
        write("a.css", "c");
        assert_ne!(folder(site.path()).unwrap(), first);
        assert!(folder(&site.path().join("none")).is_err());
    }

    #[test]
    fn only_an_edition_is_taken_out_of_an_address() {
        let parted = parts("/pkg/0123456789abcdef/a.js");
        assert_eq!(parted, Some(("0123456789abcdef", "a.js")));
        for path in [
            "/pkg/a.js",
            "/pkg/snippets/a.js",
            "/pkgs/0123456789abcdef/a.js",
            "/",
            "/pkg",
        ] {
            assert_eq!(parts(path), None, "{path}");
        }
    }
}
