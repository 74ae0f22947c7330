//! Product files: import and export.

use super::Office;
use super::desk::Manager;
use super::failure::Failure;
use axum::extract::{Multipart, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{Desk, import_page};
use entmine::{BadRows, ImportError, ProductFile, RowError, export as csv};

/// The form.
pub(super) async fn form(Manager(desk): Manager) -> Html<String> {
    Html(import_page(&desk, &[], None))
}

/// Imports the file, all of it or nothing.
pub(super) async fn import(
    Manager(desk): Manager,
    State(office): State<Office>,
    mut form: Multipart,
) -> Result<Response, Failure> {
    let bytes = match file(&mut form).await {
        Ok(Some(bytes)) if !bytes.is_empty() => bytes,
        Ok(_) => return Ok(refused(&desk, &[], Some("Please choose a file."))),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let problem = "The file is larger than 32 MiB; use wizastore import on the machine.";
            return Ok(refused(&desk, &[], Some(problem)));
        }
        Err(_) => return Err(Failure::BadForm),
    };
    // Reading a large file takes a while, which others must not wait for.
    let read = tokio::task::spawn_blocking(move || ProductFile::parse(&bytes, "GBP"));
    let file = match read.await.map_err(|_| Failure::BadForm)? {
        Ok(file) => file,
        Err(errors) => return Ok(refused(&desk, &errors, None)),
    };
    let actor = desk.session.actor();
    let imported = office
        .entmine
        .import_by(&actor, &file, BadRows::Refuse, &mut |_| {});
    let report = match imported.await {
        Ok(report) => report,
        Err(ImportError::Refused(problems)) => return Ok(refused(&desk, &problems.shown(), None)),
        Err(ImportError::Storage(error)) => return Err(error.into()),
    };
    let to = format!(
        "/entmine/products?done=imported&new={}&changed={}&same={}",
        report.new, report.changed, report.unchanged
    );
    Ok(Redirect::to(&to).into_response())
}

async fn file(
    form: &mut Multipart,
) -> Result<Option<Vec<u8>>, axum::extract::multipart::MultipartError> {
    while let Some(field) = form.next_field().await? {
        if field.name() == Some("file") {
            return Ok(Some(field.bytes().await?.to_vec()));
        }
    }
    Ok(None)
}

fn refused(desk: &Desk, errors: &[RowError], problem: Option<&str>) -> Response {
    let page = import_page(desk, errors, problem);
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}

/// Every product as a file that [`import`] reads.
pub(super) async fn export(_: Manager, State(office): State<Office>) -> Result<Response, Failure> {
    let products = office.entmine.all_products().await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"products.csv\"",
        ),
    ];
    Ok((headers, csv(&products)).into_response())
}
