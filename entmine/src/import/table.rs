//! The file as a table: its header, and its rows with the lines on which they start.

use super::cell::as_written;
use super::column::{self, Column};
use super::problem::Problems;
use super::quotes;
use csv::{ByteRecord, Position, ReaderBuilder, StringRecord};

/// So many unread columns are named: a merchant finds a misspelt one among them.
const MOST_UNREAD: usize = 12;

/// The header of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub names: Vec<String>,
    /// Where each of `Column::ALL` is.
    places: [Option<usize>; Column::ALL.len()],
    /// Where there is a column of stock for each location, as in Shopify's older files.
    pub locations: Vec<usize>,
}

impl Columns {
    /// Whether the file has a column.
    pub fn has(&self, column: Column) -> bool {
        self.places[column as usize].is_some()
    }

    /// What the file itself calls a column, for what is said about it.
    pub fn called(&self, column: Column) -> &str {
        let place = self.places[column as usize];
        place.map_or(column.name(), |place| &self.names[place])
    }

    /// Where a column is.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }

    /// Names that nobody who wrote them meant for another program.
    fn unread(&self) -> impl Iterator<Item = &str> {
        let names = self.names.iter().enumerate();
        let names = names.filter(|(place, name)| {
            !self.places.contains(&Some(*place))
                && !self.locations.contains(place)
                && !column::is_of_others(name)
        });
        names.map(|(_, name)| name.as_str()).take(MOST_UNREAD)
    }

    /// Shopify's separate file of stock, which has a row for each location and no prices.
    pub fn is_inventory(&self) -> bool {
        let stock = [Column::Available, Column::OnHand, Column::Counted];
        let has_stock =
            !self.locations.is_empty() || stock.into_iter().any(|column| self.has(column));
        has_stock && !self.has(Column::Price)
    }
}

/// One record of the file.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub line: u64,
    pub record: StringRecord,
    /// It does not fit the header, and is only kept to be shown.
    pub is_broken: bool,
}

impl Row {
    /// A field without the space around it; empty where the column is missing.
    pub fn get(&self, columns: &Columns, column: Column) -> &str {
        let field = columns.places[column as usize].and_then(|place| self.record.get(place));
        as_written(field.unwrap_or("").trim()).trim()
    }

    /// The fields of the locations that keep the product, with the places of their columns.
    pub fn stock_by_location<'r>(
        &'r self,
        columns: &'r Columns,
    ) -> impl Iterator<Item = (usize, &'r str)> {
        let field = |place: &usize| Some((*place, self.record.get(*place)?.trim()));
        let fields = columns.locations.iter().filter_map(field);
        fields.filter(|(_, field)| !is_not_stocked(field))
    }
}

/// Shopify's word for a location that does not keep a product, or nothing.
pub(super) fn is_not_stocked(field: &str) -> bool {
    field.is_empty() || field.eq_ignore_ascii_case("not stocked")
}

/// A file's header and rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub columns: Columns,
    pub rows: Vec<Row>,
    /// `;` or a tab, where it is not a comma.
    pub delimiter: u8,
}

impl Table {
    /// What a merchant should know about the table as a whole.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let unread: Vec<&str> = self.columns.unread().collect();
        if !unread.is_empty() {
            notes.push(format!("Columns that are not read: {}.", unread.join(", ")));
        }
        if self.rows.is_empty() && !self.columns.names.is_empty() {
            notes.push("The file has a header and no rows.".to_owned());
        }
        notes
    }
}

/// Reads a file. What cannot be read as a table becomes a problem.
pub(super) fn read(text: &str, problems: &mut Problems) -> Table {
    let (text, delimiter) = delimiter(text);
    // The line that only names the delimiter was cut off, not what ends it: lines are still counted.
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut lines = Lines::of(text.as_bytes());
    let quotes = quotes::broken(text, delimiter);
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
        let span = start.byte()..reader.position().byte();
        let quote = quotes.iter().find(|quote| span.contains(&quote.at));
        let Some(Columns { names, .. }) = &columns else {
            columns = Some(header(line, &fields, problems));
            if let Some(quote) = quote {
                problems.add_of_file(line, "", quote.reason);
            }
            continue;
        };
        let mut extra = fields.iter().skip(names.len());
        let is_broken = if let Some(quote) = quote {
            problems.add(line, "", quote.reason);
            true
        } else if extra.any(|field| !field.trim().is_empty()) {
            let (has, wants) = (fields.len(), names.len());
            let many = if wants == 1 { "" } else { "s" };
            let reason = format!("has {has} fields where the header has {wants} column{many}");
            problems.add(line, "", reason);
            true
        } else {
            // Fewer fields are empty ones: spreadsheets leave out those at the end.
            false
        };
        rows.push(Row {
            line,
            record: fields,
            is_broken,
        });
    }
    if columns.is_none() {
        problems.add_of_file(1, "", "the file is empty");
    }
    Table {
        columns: columns.unwrap_or_default(),
        rows,
        delimiter,
    }
}

/// The text of the table and what stands between its fields: what a first line `sep=;` says, as Excel
/// writes it, else whatever makes most of the header's names known ones.
fn delimiter(text: &str) -> (&str, u8) {
    let mut lines = text.split(['\r', '\n']);
    let head = lines.find(|line| !line.trim().is_empty()).unwrap_or("");
    let named = head.trim().trim_matches('"');
    if let Some(("sep=", sign)) = named.split_at_checked(4).map(|(word, sign)| {
        let is_word = word.eq_ignore_ascii_case("sep=");
        (if is_word { "sep=" } else { "" }, sign)
    }) && let sign @ (b"," | b";" | b"\t") = sign.trim_matches(' ').as_bytes()
    {
        let rest = text.find(head).map_or(0, |start| start + head.len());
        return (&text[rest..], sign[0]);
    }
    let known = |delimiter: char| {
        let names = head.split(delimiter).map(|name| name.trim_matches('"'));
        names.filter(|name| Column::of(name).is_some()).count()
    };
    let best = [('\t', b'\t'), (';', b';'), (',', b',')];
    let (_, byte) = best
        .into_iter()
        .max_by_key(|(sign, _)| known(*sign))
        .unwrap_or((',', b','));
    (text, byte)
}

fn header(line: u64, record: &StringRecord, problems: &mut Problems) -> Columns {
    let names: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
    let mut columns = Columns {
        names,
        ..Columns::default()
    };
    let mut ranks = [usize::MAX; Column::ALL.len()];
    let is = |word: &str| {
        columns
            .names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(word))
    };
    // WooCommerce's word for how a product is sold, not for what it is.
    let is_woo = is("Regular price");
    for (place, name) in columns.names.iter().enumerate() {
        let Some((column, rank)) = Column::ranked(name) else {
            continue;
        };
        if is_woo && column == Column::Type {
            continue;
        }
        let before = &mut ranks[column as usize];
        if rank == *before {
            problems.add_of_file(line, name, "this column is there twice");
        } else if rank < *before {
            *before = rank;
            columns.places[column as usize] = Some(place);
        }
    }
    columns.locations = locations(&columns.names);
    let mut missing = |column: Column, what: &str| {
        problems.add_of_file(line, column.name(), format!("this column is missing{what}"));
    };
    if !columns.has(Column::Handle) && !columns.has(Column::Sku) {
        missing(
            Column::Handle,
            ", and so is Variant SKU: nothing says which product a row is about",
        );
    }
    columns
}

/// Columns that are named after a location each: `Inventory Available: Paris` in a file of products, and
/// in an older inventory file all that follow `COO`, the country of origin.
fn locations(names: &[String]) -> Vec<usize> {
    let is = |name: &String, word: &str| name.eq_ignore_ascii_case(word);
    let has = |word: &str| names.iter().any(|name| is(name, word));
    let is_older_file = has("hs code") && !has("location") && !has("variant price");
    let origin = names.iter().position(|name| is(name, "coo"));
    let first = origin
        .filter(|_| is_older_file)
        .map_or(names.len(), |coo| coo + 1);
    let named = |(place, name): (usize, &String)| {
        let of_location = name.to_lowercase().starts_with("inventory available:");
        let after_origin = place >= first && !name.is_empty() && Column::of(name).is_none();
        (of_location || after_origin).then_some(place)
    };
    names.iter().enumerate().filter_map(named).collect()
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
