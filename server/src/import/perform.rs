//! An import from its first look at the file to its last row, wherever the command came from.

use clap::ValueEnum;
use entmine::pictures::Pictures;
use entmine::{BadRows, EntMine, ImportError, ImportReport, OnDuplicate, ProductFile, ReadOptions};
use serde::{Deserialize, Serialize};

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
    },
    /// Only looked at.
    DryRun,
    /// Rows are wrong, so nothing was imported.
    Refused { problems: u64 },
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
    let options = ReadOptions {
        currency: request.currency.clone(),
        on_duplicate: match request.on_duplicate {
            Duplicates::Error => OnDuplicate::Error,
            Duplicates::First => OnDuplicate::First,
            Duplicates::Rename => OnDuplicate::Rename,
        },
    };
    // Reading a large file takes a while, which others must not wait for.
    let read = tokio::task::spawn_blocking(move || ProductFile::read(&bytes, &options));
    let mut file = read.await.map_err(|error| error.to_string())?;
    let plan = entmine.plan_import(&file).await;
    let plan = plan.map_err(|error| error.to_string())?;
    for line in summary(&file, &plan, request.pictures) {
        step(Step::Say(line));
    }
    if !plan.problems.is_empty() && !request.skip_bad_rows {
        return Ok(Ended::Refused {
            problems: plan.problems.count() as u64,
        });
    }
    if request.dry_run {
        return Ok(Ended::DryRun);
    }
    file = with_pictures(file, pictures, request.pictures, step).await;
    let of = file.len() as u64;
    let bad_rows = match request.skip_bad_rows {
        true => BadRows::Skip,
        false => BadRows::Refuse,
    };
    let mut progress = |done| step(Step::Products { done, of });
    let report = entmine.import_by("entmine", &file, bad_rows, &mut progress);
    match report.await {
        Ok(report) => Ok(Ended::Imported {
            refused: (!report.problems.is_empty())
                .then(|| file.refused_rows(&report.problems))
                .map(|rows| String::from_utf8_lossy(&rows).into_owned()),
            report: report_line(&report),
        }),
        // Somebody changed products since the look.
        Err(ImportError::Refused(problems)) => Ok(Ended::Refused {
            problems: problems.count() as u64,
        }),
        Err(ImportError::Storage(error)) => Err(error.to_string()),
    }
}

async fn with_pictures(
    file: ProductFile,
    pictures: &Pictures,
    wished: LinkedPictures,
    step: &mut (dyn FnMut(Step) + Send),
) -> ProductFile {
    let linked: Vec<String> = file
        .linked_pictures()
        .iter()
        .map(|&a| a.to_owned())
        .collect();
    match wished {
        _ if linked.is_empty() => file,
        LinkedPictures::Link => file,
        LinkedPictures::Skip => file.without_linked_pictures(),
        LinkedPictures::Copy => {
            let of = linked.len() as u64;
            let addresses: Vec<&str> = linked.iter().map(String::as_str).collect();
            let mut progress = |done: usize| {
                let done = done as u64;
                step(Step::Pictures { done, of });
            };
            let copies = pictures.copy_all(&addresses, &mut progress).await;
            for (address, error) in copies
                .iter()
                .filter_map(|(a, c)| Some((a, c.as_ref().err()?)))
            {
                step(Step::Say(format!("picture {address} {error}")));
            }
            file.with_copies(&copies)
        }
    }
}

/// What a file would do, in lines for people.
pub fn summary(file: &ProductFile, plan: &ImportReport, pictures: LinkedPictures) -> Vec<String> {
    let mut lines = plan.notes.clone();
    for row in plan.left_alone.iter().take(entmine::MOST_SHOWN) {
        lines.push(format!("left alone: {row}"));
    }
    more(&mut lines, plan.left_alone.len());
    for problem in plan.problems.shown() {
        lines.push(problem.to_string());
    }
    more(&mut lines, plan.problems.count());
    let linked = file.linked_pictures().len();
    if linked > 0 {
        let what = match pictures {
            LinkedPictures::Copy => "are copied",
            LinkedPictures::Link => "stay on their servers",
            LinkedPictures::Skip => "are left out",
        };
        lines.push(format!("{linked} pictures on other servers {what}."));
    }
    lines.push(format!(
        "The file: {} new, {} changed, {} as they are, {} left alone, {} problems.",
        plan.new,
        plan.changed,
        plan.unchanged,
        plan.left_alone.len(),
        plan.problems.count()
    ));
    lines
}

fn more(lines: &mut Vec<String>, count: usize) {
    if count > entmine::MOST_SHOWN {
        lines.push(format!("and {} more", count - entmine::MOST_SHOWN));
    }
}

/// What an import did, in one line.
pub fn report_line(report: &ImportReport) -> String {
    let mut line = format!(
        "{} new products, {} changed, {} as they were",
        report.new, report.changed, report.unchanged
    );
    if !report.left_alone.is_empty() {
        line += &format!(", {} left alone", report.left_alone.len());
    }
    line
}
