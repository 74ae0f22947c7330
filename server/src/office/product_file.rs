//! Product files: import and export.

use super::Office;
use super::desk::Manager;
use super::failure::Failure;
use crate::import::{
    Done, Duplicates, ImportRequest, LinkedPictures, Step, carry_out, facts, look, report_line,
};
use axum::extract::multipart::MultipartError;
use axum::extract::{Form, Multipart, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{Desk, ImportStep, Imported, Look, import_page};
use clap::ValueEnum;
use entmine::{ImportError, MOST_SHOWN, export as csv};
use serde::Deserialize;

/// Changes that are shown one by one; the rest is counted.
const CHANGES_SHOWN: usize = 20;

/// The form.
pub(super) async fn form(Manager(desk): Manager) -> Html<String> {
    let step = ImportStep::Choose { problem: None };
    Html(import_page(&desk, &step))
}

/// Says what the file would do; nothing is written.
pub(super) async fn show(
    Manager(desk): Manager,
    State(office): State<Office>,
    mut form: Multipart,
) -> Result<Response, Failure> {
    let sent = match Sent::read(&mut form).await {
        Ok(sent) => sent,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let problem = "The file is larger than 32 MiB; use wizastore import on the machine.";
            return Ok(refused(&desk, problem));
        }
        Err(_) => return Err(Failure::BadForm),
    };
    if sent.file.is_empty() {
        return Ok(refused(&desk, "Please choose a file."));
    }
    let request = sent.options.request(false);
    let (file, plan) = look(
        &office.entmine,
        &office.pictures,
        sent.file.clone(),
        &request,
    )
    .await?;
    let looked = Look {
        upload: office.uploads.keep(&desk.session.actor(), sent.file),
        on_duplicate: sent.options.on_duplicate,
        pictures: sent.options.pictures,
        lines: facts(&file, &plan, request.pictures),
        changes: plan.changes.iter().take(CHANGES_SHOWN).cloned().collect(),
        left_alone: plan.left_alone.iter().take(MOST_SHOWN).cloned().collect(),
        problems: plan.problems.shown(),
        problem_count: plan.problems.count(),
        writes: match plan.problems.are_of_whole_file() {
            true => 0,
            false => plan.new + plan.changed,
        },
    };
    let status = match plan.problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = import_page(&desk, &ImportStep::Look(looked));
    Ok((status, Html(page)).into_response())
}

/// Imports a file that was looked at.
pub(super) async fn import(
    Manager(desk): Manager,
    State(office): State<Office>,
    Form(confirmed): Form<Confirmed>,
) -> Result<Response, Failure> {
    let actor = desk.session.actor();
    let Some(bytes) = office.uploads.get(&actor, &confirmed.upload) else {
        return Ok(refused(
            &desk,
            "The file is not kept any more. Please choose it again.",
        ));
    };
    let options = Options {
        on_duplicate: confirmed.on_duplicate,
        pictures: confirmed.pictures,
    };
    let request = options.request(confirmed.skip == "yes");
    let (entmine, pictures) = (&office.entmine, &office.pictures);
    let (file, _) = look(entmine, pictures, bytes.to_vec(), &request).await?;
    // Pictures that could not be copied.
    let mut said = Vec::new();
    let mut step = |step: Step| match step {
        Step::Say(line) => said.push(line),
        Step::Products { .. } | Step::Pictures { .. } => {}
    };
    let imported = carry_out(entmine, pictures, &actor, file, &request, &mut step);
    let (report, rows) = match imported.await {
        Ok(Done {
            report, refused, ..
        }) => (report, refused),
        Err(ImportError::Storage(error)) => return Err(error.into()),
        Err(ImportError::Refused(_)) => {
            let problem =
                "A row is wrong by now, so nothing was imported. Please look at the file again.";
            return Ok(refused(&desk, problem));
        }
    };
    if report.left_alone.is_empty() && rows.is_none() && said.is_empty() {
        let to = format!(
            "/entmine/products?done=imported&new={}&changed={}&same={}",
            report.new, report.changed, report.unchanged
        );
        return Ok(Redirect::to(&to).into_response());
    }
    let mut lines = vec![format!("Imported: {}.", report_line(&report))];
    lines.append(&mut said);
    let done = Imported {
        lines,
        left_alone: report.left_alone.iter().take(MOST_SHOWN).cloned().collect(),
        refused: rows.map(|rows| {
            let mark = office.uploads.keep(&actor, rows);
            format!("/entmine/import/refused.csv?file={mark}")
        }),
    };
    Ok(Html(import_page(&desk, &ImportStep::Done(done))).into_response())
}

#[derive(Deserialize)]
pub(super) struct Kept {
    file: String,
}

/// The rows that an import left out.
pub(super) async fn refused_rows(
    Manager(desk): Manager,
    State(office): State<Office>,
    Query(kept): Query<Kept>,
) -> Result<Response, Failure> {
    let rows = office.uploads.get(&desk.session.actor(), &kept.file);
    let rows = rows.ok_or(Failure::Missing)?;
    Ok(download("refused.csv", rows.to_vec()))
}

/// Every product as a file that the import reads.
pub(super) async fn export(_: Manager, State(office): State<Office>) -> Result<Response, Failure> {
    let products = office.entmine.all_products().await?;
    Ok(download("products.csv", csv(&products)))
}

fn download(name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, bytes).into_response()
}

/// What was agreed to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmed {
    upload: String,
    on_duplicate: String,
    pictures: String,
    skip: String,
}

/// What was sent to be looked at.
#[derive(Default)]
struct Sent {
    file: Vec<u8>,
    options: Options,
}

/// What a merchant chose, in the words of the form.
#[derive(Default)]
struct Options {
    on_duplicate: String,
    pictures: String,
}

impl Sent {
    async fn read(form: &mut Multipart) -> Result<Self, MultipartError> {
        let mut sent = Self::default();
        while let Some(field) = form.next_field().await? {
            match field.name() {
                Some("file") => sent.file = field.bytes().await?.to_vec(),
                Some("on_duplicate") => sent.options.on_duplicate = field.text().await?,
                Some("pictures") => sent.options.pictures = field.text().await?,
                Some(_) | None => {}
            }
        }
        Ok(sent)
    }
}

impl Options {
    fn request(&self, skip_bad_rows: bool) -> ImportRequest {
        ImportRequest {
            currency: "GBP".to_owned(),
            on_duplicate: Duplicates::from_str(&self.on_duplicate, true).unwrap_or_default(),
            skip_bad_rows,
            dry_run: false,
            pictures: LinkedPictures::from_str(&self.pictures, true).unwrap_or_default(),
        }
    }
}

fn refused(desk: &Desk, problem: &str) -> Response {
    let problem = Some(problem.to_owned());
    let page = import_page(desk, &ImportStep::Choose { problem });
    (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response()
}
