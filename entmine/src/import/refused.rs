//! The rows of a file that were not imported, as a file of their own: to be corrected and imported.

use super::ProductFile;
use super::cell::as_text;
use super::column::Column;
use super::handle::{INHERITED, saying};
use super::problem::Problems;
use super::table::Row;
use std::collections::HashMap;

impl ProductFile {
    /// The rows that are wrong, in the file's columns, with the reasons in one more: CSV in UTF-8. Each
    /// can be imported without the others.
    pub fn refused_rows(&self, problems: &Problems) -> Vec<u8> {
        let columns = &self.table.columns;
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .from_writer(Vec::new());
        let names = columns.names.iter().map(String::as_str);
        // Writing into memory cannot fail.
        let _ = writer.write_record(names.chain(["Reason"]));
        let reasons = problems.by_line();
        let mut handles: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in self.table.rows.iter().filter(|row| !row.is_broken) {
            let handle = row.get(columns, Column::Handle);
            handles.entry(handle).or_default().push(row);
        }
        for row in &self.table.rows {
            let handle = row.get(columns, Column::Handle);
            let sisters = handles.get(handle).filter(|_| !handle.is_empty());
            let Some(reason) = reasons.get(&row.line) else {
                continue;
            };
            let mut fields: Vec<&str> = row.record.iter().collect();
            if !row.is_broken {
                fields.resize(columns.names.len(), "");
            }
            for column in INHERITED.into_iter().filter(|_| !row.is_broken) {
                if let Some(place) = columns.place(column)
                    && let Some(sisters) = sisters
                    && let Some(field) = fields.get_mut(place)
                    && field.trim().is_empty()
                    && let Some(says) = saying(sisters, columns, column)
                {
                    *field = says.record.get(place).unwrap_or_default();
                }
            }
            let cells = fields.into_iter().map(as_text);
            let _ = writer.write_record(cells.chain([as_text(reason)]));
        }
        writer.into_inner().unwrap_or_default()
    }
}
