//! The rows of a file that were not imported, as a file of their own: to be corrected and imported.

use super::ProductFile;
use super::problem::Problems;

impl ProductFile {
    /// The rows that are wrong, in the file's columns, with the reasons in one more: CSV in UTF-8.
    pub fn refused_rows(&self, problems: &Problems) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        let names = self.table.columns.names.iter().map(String::as_str);
        // Writing into memory cannot fail.
        let _ = writer.write_record(names.chain(["Reason"]));
        let reasons = problems.by_line();
        for row in &self.table.rows {
            if let Some(reason) = reasons.get(&row.line) {
                let fields = row.record.iter().take(self.table.columns.names.len());
                let _ = writer.write_record(fields.chain([reason.as_str()]));
            }
        }
        writer.into_inner().unwrap_or_default()
    }
}
