//! `wizastore import`: a merchant's product file into EntMine, directly or through the server that
//! runs on the same database.

use crate::cli::{FirstProducts, ImportOptions};
use crate::control::{Missing, Reached, Unreached, ask_import, reach};
use crate::end::End;
use crate::import::{Ended, Step, look_alone, perform, report_line};
use crate::output;
use entmine::pictures::{Pictures, is_public};
use entmine::{EntMine, ProductFile};
use std::error::Error;
use std::path::Path;

/// Says what importing the file would do, and does it unless a row is wrong.
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn run(options: ImportOptions) -> Result<End, Box<dyn Error>> {
    let path = &options.file;
    let bytes = std::fs::read(path)
        .map_err(|error| format!("cannot read '{}': {error}", path.display()))?;
    let request = options.request();
    let place = &options.place.place;
    // Whoever only wants to know makes nothing.
    let missing = Missing::create(options.place.create && !options.dry_run);
    if options.skip_bad_rows && !options.dry_run {
        room_for_refused(path, &options.refused_rows())?;
    }
    let reached = match reach(&place.entmine_database(), missing).await {
        Err(Unreached::Nothing { .. }) if options.dry_run => {
            output::note("There is no EntMine yet: the file is looked at by itself.");
            return end(&options, look_alone(&bytes, &request, &mut show));
        }
        reached => reached?,
    };
    let ended = match reached {
        // A running server does the work: it owns the database, and its shop shows the products.
        Reached::Running(socket) => ask_import(&socket, &bytes, &request, &mut show).await?,
        Reached::Alone(url) => {
            let entmine = EntMine::open(&url, entmine::Options::default()).await?;
            let pictures = Pictures::new(&place.data.join("pictures"), is_public);
            let ended = perform(&entmine, &pictures, bytes, &request, &mut show).await;
            entmine.close().await;
            ended?
        }
    };
    end(&options, ended)
}

/// Looks whether the rows that are left out can be written, before anything is imported.
fn room_for_refused(file: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let same = |path: &Path| std::fs::canonicalize(path).ok();
    if same(to).is_some_and(|to| Some(to) == same(file)) {
        let to = to.display();
        return Err(
            format!("'{to}' is the product file itself; name another one with --refused").into(),
        );
    }
    let is_there = to.exists();
    let opened = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(to);
    opened
        .map_err(|error| format!("cannot write '{}': {error}; nothing was done", to.display()))?;
    if !is_there {
        let _ = std::fs::remove_file(to);
    }
    Ok(())
}

fn end(options: &ImportOptions, ended: Ended) -> Result<End, Box<dyn Error>> {
    let path = options.file.display();
    match ended {
        Ended::DryRun => {
            output::line("Nothing was written: this was a dry run.")?;
            Ok(End::Well)
        }
        Ended::Imported {
            report,
            refused,
            missing_pictures,
            not_shown,
        } => {
            output::line(report)?;
            let all = refused.is_none() && missing_pictures == 0 && not_shown.is_none();
            if let Some(rows) = refused {
                let to = options.refused_rows();
                std::fs::write(&to, rows).map_err(|error| {
                    let to = to.display();
                    format!("imported, but the rows that were left out cannot be written to '{to}': {error}")
                })?;
                output::line(format!(
                    "The rows that were left out are in {}, with the reasons in the last column.",
                    to.display()
                ))?;
            }
            if let Some(why) = not_shown {
                output::note(format!(
                    "wizastore: imported, but not in the shop yet: {why}"
                ));
            }
            Ok(if all { End::Well } else { End::Attention })
        }
        // A look at the file was all that was asked.
        Ended::Refused { problems, .. } if options.dry_run => {
            let there_are = match problems {
                1 => "there is 1 problem".to_owned(),
                many => format!("there are {many} problems"),
            };
            output::line(format!(
                "Nothing was written: this was a dry run, and {there_are}."
            ))?;
            Ok(End::Attention)
        }
        Ended::Refused {
            problems,
            nothing_can,
        } => {
            let why = match problems {
                1 => "the problem above".to_owned(),
                many => format!("the {many} problems above"),
            };
            let way = match nothing_can {
                true => "",
                false => "; --skip-bad-rows imports the rest",
            };
            Err(format!("nothing of {path} was imported, because of {why}{way}").into())
        }
    }
}

/// What a start does about an EntMine that has no products: with `--demo` it gets the demo shop's,
/// which are built into the binary; otherwise the log says how a merchant's own are imported.
///
/// # Errors
/// One sentence for the person who starts the program.
pub async fn first_products(
    entmine: &EntMine,
    first: &FirstProducts,
    data: &Path,
) -> Result<(), Box<dyn Error>> {
    if !entmine.is_empty().await? {
        return Ok(());
    }
    if !first.demo {
        let data = data.display();
        tracing::info!(
            "EntMine has no products yet: wizastore import FILE.csv --data {data} brings them in"
        );
        return Ok(());
    }
    let file = ProductFile::parse(entmine::SEED, "GBP")
        .map_err(|errors| format!("the demo's products: {} problems", errors.len()))?;
    let report = entmine.import(&file, &mut |_| {}).await?;
    tracing::info!("the demo shop: {}", report_line(&report));
    Ok(())
}

/// Shows a step: lines to keep and, on a terminal, counts that overwrite each other.
fn show(step: Step) {
    match step {
        Step::Say(line) => output::note(line),
        Step::Products { done, of } => count("products", done, of),
        Step::Pictures { done, of } => count("pictures", done, of),
    }
}

fn count(what: &str, done: u64, of: u64) {
    // In a file or a pipe each would stand beside the last.
    if !output::is_read_as_it_comes() {
        return;
    }
    let end = if done == of { "\n" } else { "" };
    output::prompt(format!("\r{done} of {of} {what}{end}"));
}
