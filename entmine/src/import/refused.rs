//! The rows of a file that were not imported, as a file of their own: to be corrected and imported.

use super::ProductFile;
use super::column::Column;
use super::problem::Problems;
use std::collections::HashMap;

/// What a row takes from the first one of its handle where it says nothing itself.
const INHERITED: [Column; 7] = [
    Column::Title,
    Column::Body,
    Column::Type,
    Column::Category,
    Column::Published,
    Column::Image,
    Column::Status,
];

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
        let mut first = HashMap::new();
        for row in &self.table.rows {
            let handle = row.get(columns, Column::Handle);
            let first = *first.entry(handle).or_insert(row);
            let Some(reason) = reasons.get(&row.line) else {
                continue;
            };
            let mut fields: Vec<&str> = row.record.iter().take(columns.names.len()).collect();
            for place in INHERITED
                .into_iter()
                .filter_map(|column| columns.place(column))
            {
                if let (Some(field), Some(inherited)) =
                    (fields.get_mut(place), first.record.get(place))
                    && field.trim().is_empty()
                    && !handle.is_empty()
                {
                    *field = inherited;
                }
            }
            let _ = writer.write_record(fields.into_iter().chain([reason.as_str()]));
        }
        writer.into_inner().unwrap_or_default()
    }
}
