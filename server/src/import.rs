//! `wizastore import`: a merchant's product file into EntMine, directly or through the server that
//! runs on the same database.

use crate::cli::{FirstProducts, ImportOptions};
use crate::control::{Asked, ask_import};
use entmine::{EntMine, ProductFile, RowError};
use std::error::Error;
use std::io::Write;
use std::path::Path;

/// Reads the file, checks all of it, then imports it.
///
/// # Errors
/// One sentence for the person who gave the command.
pub async fn run(options: ImportOptions) -> Result<(), Box<dyn Error>> {
    let path = &options.file;
    let bytes = std::fs::read(path)
        .map_err(|error| format!("cannot read '{}': {error}", path.display()))?;
    let file = match ProductFile::parse(&bytes, &options.currency) {
        Ok(file) => file,
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{error}"));
            return Err(refusal(&errors, &path.display().to_string()).into());
        }
    };
    let total = file.len();
    let socket = options.place.entmine_socket();
    let asked = ask_import(&socket, &bytes, |done| show(done, total)).await;
    let report = match asked {
        // A running server does the work: it owns the database, and its shop shows the products.
        Asked::Answered(report) => report?,
        Asked::NoServer => {
            let url = options.place.entmine_url();
            let entmine = EntMine::open(&url, entmine::Options::default()).await?;
            let report = entmine.import(&file, &mut |done| show(done, total)).await?;
            entmine.close().await;
            report_line(&report)
        }
    };
    eprintln!();
    println!("{report}");
    Ok(())
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
        .map_err(|errors| refusal(&errors, "the seed catalogue"))?;
    let report = entmine.import(&file, &mut |_| {}).await?;
    tracing::info!("the demo shop: {}", report_line(&report));
    Ok(())
}

pub fn report_line(report: &entmine::ImportReport) -> String {
    format!(
        "{} new products, {} changed, {} as they were",
        report.new, report.changed, report.unchanged
    )
}

fn refusal(errors: &[RowError], what: &str) -> String {
    let count = errors.len();
    format!("nothing of {what} was imported, because of the {count} problem(s) above")
}

fn show(done: u64, total: usize) {
    eprint!("\r{done} of {total} products");
    let _ = std::io::stderr().flush();
}
