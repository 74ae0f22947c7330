//! Columns that people can read down.

/// A table with a heading; every column is as wide as its widest cell.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
    right: Vec<bool>,
}

impl Table {
    /// Columns by name; those whose name begins with `>` are numbers, set to the right.
    pub fn new<const N: usize>(columns: [&str; N]) -> Self {
        let name = |column: &&str| column.trim_start_matches('>').to_owned();
        Self {
            right: columns.iter().map(|name| name.starts_with('>')).collect(),
            rows: vec![columns.iter().map(name).collect()],
        }
    }

    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.right.len());
        // One line a row, whatever somebody wrote into a note.
        let plain = |cell: String| cell.replace(|c: char| c.is_control(), " ");
        self.rows.push(cells.into_iter().map(plain).collect());
    }

    /// The lines, without blanks at their ends.
    pub fn lines(&self) -> Vec<String> {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.right.len()).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).zip(&self.right);
            let cells = cells.map(|((cell, width), right)| match right {
                true => format!("{cell:>width$}"),
                false => format!("{cell:<width$}"),
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_are_aligned_and_rows_are_lines() {
        let mut table = Table::new(["NAME", ">TOTAL", "NOTE"]);
        table.row(["a".into(), "£1.00".into(), "two\nlines".into()]);
        table.row(["longer".into(), "£10.00".into(), String::new()]);
        assert_eq!(
            table.lines(),
            [
                "NAME     TOTAL  NOTE",
                "a        £1.00  two lines",
                "longer  £10.00",
            ]
        );
    }
}
