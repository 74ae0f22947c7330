//! `wizastore import`: a merchant's product file into EntMine, directly or through the server that
//! runs on the same data.

use crate::cli::ImportOptions;
use crate::control;
use entmine::{EntMine, OpenError, ProductFile, RowError};
use std::error::Error;
use std::io::Write;

/// Reads the file, checks all of it, then imports it.
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
    let report = match EntMine::open(&options.data.entmine_url(), entmine::Options::default()).await
    {
        Ok(entmine) => {
            let report = entmine.import(&file, &mut |done| show(done, total)).await?;
            entmine.close().await;
            report_line(&report)
        }
        // A running server owns the database: it does the work.
        Err(in_use @ OpenError::InUse { .. }) => {
            match control::import(&options.data.control_socket(), &bytes, |done| {
                show(done, total)
            })
            .await
            {
                Ok(report) => report,
                Err(control::ControlError::NoServer) => return Err(in_use.into()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(error) => return Err(error.into()),
    };
    eprintln!();
    println!("{report}");
    Ok(())
}

/// Fills an empty EntMine with the seed catalogue that is built into the binary.
pub async fn seed(entmine: &EntMine) -> Result<(), Box<dyn Error>> {
    let file = ProductFile::parse(entmine::SEED, "GBP")
        .map_err(|errors| refusal(&errors, "the seed catalogue"))?;
    let report = entmine.import(&file, &mut |_| {}).await?;
    tracing::info!("first start: {}", report_line(&report));
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
