//! The file as a table: its header, and its rows with the lines on which they start.

use super::problem::Problems;
use csv::{Position, ReaderBuilder, StringRecord};

/// The columns that are read. Others are ignored, and the order is free.
#[derive(Debug)]
pub(super) struct Columns {
    names: Vec<String>,
    /// Where each of `Column::ALL` is.
    places: [Option<usize>; Column::ALL.len()],
}

/// A column of a Shopify product export that means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Handle,
    Title,
    Body,
    Type,
    Published,
    Option1,
    Option2,
    Option3,
    Sku,
    Price,
    Quantity,
    Image,
    Status,
}

impl Column {
    const ALL: [Self; 13] = [
        Self::Handle,
        Self::Title,
        Self::Body,
        Self::Type,
        Self::Published,
        Self::Option1,
        Self::Option2,
        Self::Option3,
        Self::Sku,
        Self::Price,
        Self::Quantity,
        Self::Image,
        Self::Status,
    ];

    /// The name in the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Handle => "Handle",
            Self::Title => "Title",
            Self::Body => "Body (HTML)",
            Self::Type => "Type",
            Self::Published => "Published",
            Self::Option1 => "Option1 Value",
            Self::Option2 => "Option2 Value",
            Self::Option3 => "Option3 Value",
            Self::Sku => "Variant SKU",
            Self::Price => "Variant Price",
            Self::Quantity => "Variant Inventory Qty",
            Self::Image => "Image Src",
            Self::Status => "Status",
        }
    }

    /// Without these a row is no product. The others have the meaning of an empty field where they
    /// are missing, as in Shopify's own import.
    fn is_required(self) -> bool {
        match self {
            Self::Handle | Self::Title | Self::Sku | Self::Price | Self::Quantity => true,
            Self::Body
            | Self::Type
            | Self::Published
            | Self::Option1
            | Self::Option2
            | Self::Option3
            | Self::Image
            | Self::Status => false,
        }
    }
}

/// One record of the file.
pub(super) struct Row<'t> {
    pub line: u64,
    columns: &'t Columns,
    record: &'t StringRecord,
}

impl<'t> Row<'t> {
    /// A field without the space around it; empty where the column is missing.
    pub fn get(&self, column: Column) -> &'t str {
        self.columns.places[column as usize]
            .and_then(|place| self.record.get(place))
            .unwrap_or("")
            .trim()
    }
}

/// Reads the file and gives each row to `take`. What cannot be read as a table becomes a problem.
pub(super) fn read(
    bytes: &[u8],
    problems: &mut Problems,
    mut take: impl FnMut(Row<'_>, &mut Problems),
) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Err(error) = std::str::from_utf8(bytes) {
        let line = 1 + newlines(&bytes[..error.valid_up_to()]);
        problems.add(line, "", "is not UTF-8: save the file as \"CSV UTF-8\"");
        return;
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut lines = Lines::of(bytes);
    let mut record = StringRecord::new();
    let mut columns: Option<Columns> = None;
    loop {
        let start = reader.position().clone();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                problems.add(
                    lines.of_record(&start),
                    "",
                    format!("cannot be read: {error}"),
                );
                return;
            }
        }
        let line = lines.of_record(&start);
        let Some(columns) = &columns else {
            columns = header(line, &record, problems);
            if columns.is_none() {
                return;
            }
            continue;
        };
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if record.len() != columns.names.len() {
            let reason = format!(
                "has {} fields where the header has {}",
                record.len(),
                columns.names.len()
            );
            problems.add(line, "", reason);
            continue;
        }
        let row = Row {
            line,
            columns,
            record: &record,
        };
        take(row, problems);
    }
    if columns.is_none() {
        problems.add(1, "", "the file is empty");
    }
}

fn header(line: u64, record: &StringRecord, problems: &mut Problems) -> Option<Columns> {
    let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
    let mut places = [None; Column::ALL.len()];
    let mut complete = true;
    for column in Column::ALL {
        let mut found = (0..names.len()).filter(|&place| names[place] == column.name());
        places[column as usize] = found.next();
        if found.next().is_some() {
            problems.add(line, column.name(), "this column is there twice");
            complete = false;
        } else if places[column as usize].is_none() && column.is_required() {
            problems.add(line, column.name(), "this column is missing");
            complete = false;
        }
    }
    complete.then_some(Columns { names, places })
}

/// Counts lines as an editor does. The reader's own count is the line on which the record before
/// ended, which is one too low after CRLF and ignores empty lines.
struct Lines<'b> {
    bytes: &'b [u8],
    counted: usize,
    line: u64,
}

impl<'b> Lines<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            counted: 0,
            line: 1,
        }
    }

    /// The line on which the record that was read from `start` begins; `start` never goes back.
    fn of_record(&mut self, start: &Position) -> u64 {
        let mut begin = usize::try_from(start.byte()).unwrap_or(usize::MAX);
        while matches!(self.bytes.get(begin), Some(b'\r' | b'\n')) {
            begin += 1;
        }
        let begin = begin.min(self.bytes.len());
        self.line += newlines(&self.bytes[self.counted..begin]);
        self.counted = begin;
        self.line
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte == b'\n')).sum()
}
