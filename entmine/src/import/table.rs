//! The file as a table: its header, and its rows with the lines on which they start.

use super::column::Column;
use super::problem::Problems;
use csv::{ByteRecord, Position, ReaderBuilder, StringRecord};

/// The header of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub names: Vec<String>,
    /// Where each of `Column::ALL` is.
    places: [Option<usize>; Column::ALL.len()],
}

impl Columns {
    /// Whether the file has a column.
    pub fn has(&self, column: Column) -> bool {
        self.places[column as usize].is_some()
    }

    /// Shopify's separate file of stock, which has a row for each location and no prices.
    pub fn is_inventory(&self) -> bool {
        self.has(Column::Available) && !self.has(Column::Price)
    }

    /// An export of EntMine's own, in which cells that a spreadsheet would run have a sign before them.
    pub fn is_ours(&self) -> bool {
        self.has(Column::Revision)
    }
}

/// One record of the file.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub line: u64,
    pub record: StringRecord,
}

impl Row {
    /// A field without the space around it; empty where the column is missing.
    pub fn get(&self, columns: &Columns, column: Column) -> &str {
        let field = columns.places[column as usize].and_then(|place| self.record.get(place));
        let field = field.unwrap_or("").trim();
        if columns.is_ours() {
            field.strip_prefix('\'').unwrap_or(field)
        } else {
            field
        }
    }
}

/// A file's header and rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub columns: Columns,
    pub rows: Vec<Row>,
    /// `;` or a tab, where it is not a comma.
    pub delimiter: u8,
}

/// Reads a file. What cannot be read as a table becomes a problem.
pub(super) fn read(text: &str, problems: &mut Problems) -> Table {
    let delimiter = delimiter(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut lines = Lines::of(text.as_bytes());
    let mut record = ByteRecord::new();
    let mut columns = None;
    let mut rows = Vec::new();
    loop {
        let start = reader.position().clone();
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let reason = format!("cannot be read: {error}");
                problems.add(lines.of_record(&start), "", reason);
                break;
            }
        }
        let line = lines.of_record(&start);
        let fields = record.iter().map(String::from_utf8_lossy);
        let fields: StringRecord = fields.collect::<Vec<_>>().into();
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let Some(Columns { names, .. }) = &columns else {
            columns = Some(header(line, &fields, problems));
            continue;
        };
        let extra = fields.iter().skip(names.len());
        if fields.len() < names.len() || extra.into_iter().any(|field| !field.trim().is_empty()) {
            let (has, wants) = (fields.len(), names.len());
            problems.add(
                line,
                "",
                format!("has {has} fields where the header has {wants}"),
            );
            continue;
        }
        rows.push(Row {
            line,
            record: fields,
        });
    }
    if columns.is_none() {
        problems.add(1, "", "the file is empty");
    }
    Table {
        columns: columns.unwrap_or_default(),
        rows,
        delimiter,
    }
}

/// What stands between the fields: whatever makes most of the first line's names known ones.
fn delimiter(text: &str) -> u8 {
    let head = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("");
    let known = |delimiter: char| {
        let names = head.split(delimiter).map(|name| name.trim_matches('"'));
        names.filter(|name| Column::of(name).is_some()).count()
    };
    let best = [(',', b','), (';', b';'), ('\t', b'\t')];
    let (_, byte) = best
        .into_iter()
        .rev()
        .max_by_key(|(sign, _)| known(*sign))
        .unwrap_or_default();
    byte
}

fn header(line: u64, record: &StringRecord, problems: &mut Problems) -> Columns {
    let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
    let mut columns = Columns {
        names,
        ..Columns::default()
    };
    for (place, name) in columns.names.iter().enumerate() {
        let Some(column) = Column::of(name) else {
            continue;
        };
        if columns.places[column as usize].is_some() {
            problems.add(line, name, "this column is there twice");
        } else {
            columns.places[column as usize] = Some(place);
        }
    }
    let mut missing = |column: Column, what: &str| {
        problems.add(line, column.name(), format!("this column is missing{what}"));
    };
    if !columns.has(Column::Handle) && !columns.has(Column::Sku) {
        missing(
            Column::Handle,
            ", and so is Variant SKU: nothing says which product a row is about",
        );
    }
    columns
}

/// Counts lines as an editor does: a line ends with CR, LF or both. The reader's own count is the line
/// on which the record before ended.
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
        for place in self.counted..begin {
            let ends = match self.bytes[place] {
                b'\n' => true,
                b'\r' => self.bytes.get(place + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends);
        }
        self.counted = begin;
        self.line
    }
}
