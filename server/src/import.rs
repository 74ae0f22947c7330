//! An import from its first look at the file to its last row, wherever the command came from.

use clap::ValueEnum;
use entmine::pictures::Pictures;
use entmine::{
    BadRows, EntMine, ImportError, ImportReport, OnDuplicate, Problems, ProductFile, ReadOptions,
    StorageError,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What to do where two rows have the same SKU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// Name both and import nothing
    #[default]
    Error,
    /// Take the first, leave the others out
    First,
    /// Give the others SKUs of their own
    Rename,
}

/// What to do with pictures that are on other servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LinkedPictures {
    /// Copy them into <data>/pictures
    #[default]
    Copy,
    /// Leave them where they are; pages then let browsers load pictures from there
    Link,
    /// Leave products without them
    Skip,
}

/// What a merchant asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportRequest {
    pub currency: String,
    pub on_duplicate: Duplicates,
    pub skip_bad_rows: bool,
    pub dry_run: bool,
    pub pictures: LinkedPictures,
}

impl ImportRequest {
    fn reading(&self) -> ReadOptions {
        ReadOptions {
            currency: self.currency.clone(),
            on_duplicate: match self.on_duplicate {
                Duplicates::Error => OnDuplicate::Error,
                Duplicates::First => OnDuplicate::First,
                Duplicates::Rename => OnDuplicate::Rename,
            },
        }
    }
}

/// What is told on the way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A line for people.
    Say(String),
    Products {
        done: u64,
        of: u64,
    },
    Pictures {
        done: u64,
        of: u64,
    },
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Imported {
        report: String,
        /// The rows that were left out, as a file; none where there are none.
        refused: Option<String>,
        /// Pictures on other servers that could not be copied; each was named.
        #[serde(default)]
        missing_pictures: u64,
        /// Why the shop of the running server does not show it yet, where it does not.
        #[serde(default)]
        not_shown: Option<String>,
    },
    /// Only looked at.
    DryRun,
    /// Rows are wrong, so nothing was imported.
    Refused {
        problems: u64,
        /// Not even the other rows could be.
        #[serde(default)]
        nothing_can: bool,
    },
}

/// Reads a file and compares it with the products that there are. Nothing is written.
///
/// # Errors
/// [`StorageError`] where the database does not answer.
pub async fn look(
    entmine: &EntMine,
    pictures: &Pictures,
    bytes: Vec<u8>,
    request: &ImportRequest,
) -> Result<(ProductFile, ImportReport), StorageError> {
    let options = request.reading();
    // Reading a large file takes a while, which others must not wait for.
    let read = tokio::task::spawn_blocking(move || ProductFile::read(&bytes, &options));
    let file = read
        .await
        .map_err(|error| StorageError::Unreadable(error.to_string()))?;
    let file = with_known_pictures(file, pictures, request.pictures).await;
    let plan = entmine.plan_import(&file).await?;
    Ok((file, plan))
}

/// Looks at a file where there is no EntMine yet to compare it with.
pub fn look_alone(bytes: &[u8], request: &ImportRequest, step: &mut dyn FnMut(Step)) -> Ended {
    let file = ProductFile::read(bytes, &request.reading());
    let plan = file.plan_alone();
    for line in summary(&file, &plan, request.pictures) {
        step(Step::Say(line));
    }
    match plan.problems.is_empty() {
        true => Ended::DryRun,
        false => refused(&plan.problems),
    }
}

/// What an import did.
pub struct Done {
    pub report: ImportReport,
    /// The rows that were left out, as a file; none where there are none.
    pub refused: Option<Vec<u8>>,
    /// Pictures on other servers that could not be copied.
    pub missing_pictures: u64,
}

/// Imports a file that was looked at; `actor` is who does it.
///
/// # Errors
/// [`ImportError`].
pub async fn carry_out(
    entmine: &EntMine,
    pictures: &Pictures,
    actor: &str,
    file: ProductFile,
    request: &ImportRequest,
    step: &mut (dyn FnMut(Step) + Send),
) -> Result<Done, ImportError> {
    let (file, missing_pictures) = with_pictures(file, pictures, request.pictures, step).await;
    let of = file.len() as u64;
    let bad_rows = match request.skip_bad_rows {
        true => BadRows::Skip,
        false => BadRows::Refuse,
    };
    let mut progress = |done| step(Step::Products { done, of });
    let report = entmine
        .import_by(actor, &file, bad_rows, &mut progress)
        .await?;
    let refused = (!report.problems.is_empty()).then(|| file.refused_rows(&report.problems));
    Ok(Done {
        report,
        refused,
        missing_pictures,
    })
}

/// Looks at a file, says what importing it would do, and does it where that is wished.
///
/// # Errors
/// A sentence where the database failed.
pub async fn perform(
    entmine: &EntMine,
    pictures: &Pictures,
    bytes: Vec<u8>,
    request: &ImportRequest,
    step: &mut (dyn FnMut(Step) + Send),
) -> Result<Ended, String> {
    let looked = look(entmine, pictures, bytes, request).await;
    let (file, plan) = looked.map_err(|error| error.to_string())?;
    for line in summary(&file, &plan, request.pictures) {
        step(Step::Say(line));
    }
    let problems = &plan.problems;
    let goes_on = request.skip_bad_rows && !request.dry_run && !problems.are_of_whole_file();
    if !problems.is_empty() && !goes_on {
        return Ok(refused(problems));
    }
    if request.dry_run {
        return Ok(Ended::DryRun);
    }
    match carry_out(entmine, pictures, "entmine", file, request, step).await {
        Ok(done) => Ok(Ended::Imported {
            refused: done
                .refused
                .map(|rows| String::from_utf8_lossy(&rows).into_owned()),
            report: report_line(&done.report),
            missing_pictures: done.missing_pictures,
            not_shown: None,
        }),
        // Somebody changed products since the look.
        Err(ImportError::Refused(problems)) => Ok(refused(&problems)),
        Err(ImportError::Storage(error)) => Err(error.to_string()),
    }
}

fn refused(problems: &Problems) -> Ended {
    Ended::Refused {
        problems: problems.count() as u64,
        nothing_can: problems.are_of_whole_file(),
    }
}

/// The file with the copies that were made before, so that a picture that is here already is no change.
async fn with_known_pictures(
    file: ProductFile,
    pictures: &Pictures,
    wished: LinkedPictures,
) -> ProductFile {
    match wished {
        LinkedPictures::Link => file,
        LinkedPictures::Skip => file.without_linked_pictures(),
        LinkedPictures::Copy => {
            let mut copies = BTreeMap::new();
            for address in linked(&file) {
                if let Some(copy) = pictures.known(&address).await {
                    copies.insert(address, Ok(copy));
                }
            }
            file.with_copies(&copies)
        }
    }
}

/// Addresses of pictures on other servers. Owned, because tasks do not like borrowed ones.
fn linked(file: &ProductFile) -> Vec<String> {
    let linked = file.linked_pictures().into_iter();
    linked.map(str::to_owned).collect()
}

async fn with_pictures(
    file: ProductFile,
    pictures: &Pictures,
    wished: LinkedPictures,
    step: &mut (dyn FnMut(Step) + Send),
) -> (ProductFile, u64) {
    let linked = linked(&file);
    match wished {
        _ if linked.is_empty() => (file, 0),
        LinkedPictures::Link => (file, 0),
        LinkedPictures::Skip => (file.without_linked_pictures(), 0),
        LinkedPictures::Copy => {
            let of = linked.len() as u64;
            let addresses: Vec<&str> = linked.iter().map(String::as_str).collect();
            let mut progress = |done: usize| {
                let done = done as u64;
                step(Step::Pictures { done, of });
            };
            let copies = pictures.copy_all(&addresses, &mut progress).await;
            let mut missing = 0;
            for (address, error) in copies
                .iter()
                .filter_map(|(a, c)| Some((a, c.as_ref().err()?)))
            {
                missing += 1;
                step(Step::Say(format!("picture {address} {error}")));
            }
            (file.with_copies(&copies), missing)
        }
    }
}

/// What a file would do, in lines for people, with the rows that are left alone and those that are wrong.
fn summary(file: &ProductFile, plan: &ImportReport, pictures: LinkedPictures) -> Vec<String> {
    let mut lines = Vec::new();
    for row in plan.left_alone.iter().take(entmine::MOST_SHOWN) {
        lines.push(format!("left alone: {row}"));
    }
    more(&mut lines, plan.left_alone.len(), entmine::MOST_SHOWN);
    let problems = plan.problems.shown();
    lines.extend(problems.iter().map(ToString::to_string));
    more(&mut lines, plan.problems.count(), problems.len());
    if plan.problems.have_shared_skus() {
        lines.push(
            "Rows with one SKU: --on-duplicate=first takes the first, rename gives the others SKUs \
             of their own."
                .to_owned(),
        );
    }
    lines.extend(facts(file, plan, pictures));
    lines
}

/// What a merchant should know before a file is imported, and what it would do, in numbers.
pub fn facts(file: &ProductFile, plan: &ImportReport, pictures: LinkedPictures) -> Vec<String> {
    let mut lines = plan.notes.clone();
    let linked = file.linked_pictures().len();
    if linked > 0 {
        let many = if linked == 1 { "" } else { "s" };
        let what = match (pictures, linked) {
            (LinkedPictures::Copy, 1) => "is copied",
            (LinkedPictures::Copy, _) => "are copied",
            (LinkedPictures::Link, 1) => "stays on its server",
            (LinkedPictures::Link, _) => "stay on their servers",
            (LinkedPictures::Skip, 1) => "is left out",
            (LinkedPictures::Skip, _) => "are left out",
        };
        lines.push(format!("{linked} picture{many} on other servers {what}."));
    }
    lines.push(format!(
        "The file: {} new, {} changed, {} unchanged, {} left alone, {} problem{}.",
        plan.new,
        plan.changed,
        plan.unchanged,
        plan.left_alone.len(),
        plan.problems.count(),
        if plan.problems.count() == 1 { "" } else { "s" }
    ));
    lines
}

fn more(lines: &mut Vec<String>, count: usize, shown: usize) {
    if count > shown {
        lines.push(format!("and {} more", count - shown));
    }
}

/// What an import did, in one line.
pub fn report_line(report: &ImportReport) -> String {
    let many = if report.new == 1 { "" } else { "s" };
    let mut line = format!(
        "{} new product{many}, {} changed, {} as they were",
        report.new, report.changed, report.unchanged
    );
    if !report.left_alone.is_empty() {
        line += &format!(", {} left alone", report.left_alone.len());
    }
    line
}
