//! Cells that a spreadsheet would take for formulas, written so that it takes them for text.

/// The cell as text: one that a spreadsheet would run gets an apostrophe before it.
pub(super) fn as_text(cell: &str) -> String {
    if runs(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// What [`as_text`] was given. Other apostrophes are the merchant's and stay.
pub(super) fn as_written(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(formula) if runs(formula) => formula,
        Some(_) | None => cell,
    }
}

/// Whether a spreadsheet would run the cell, also behind quotes and spaces. An apostrophe before it
/// changes nothing, so that every cell comes back as it was.
fn runs(cell: &str) -> bool {
    let quiet = |c: char| {
        matches!(c, '\'' | '"' | '\u{2018}' | '\u{2019}')
            || (c.is_whitespace() && !"\t\r\n".contains(c))
    };
    let first = cell.trim_start_matches(quiet).chars().next();
    first.is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text_and_other_cells_stay() {
        for cell in [
            "=1", "+1", "-1", "@A1", "\t=1", "\r", " =1", "\"=1", "'=1", "＝1",
        ] {
            assert_eq!(as_text(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["", "a=1", "'000077", "''", "1-2", "\"q\"", "Ä"] {
            assert_eq!(as_text(cell), cell);
            assert_eq!(as_written(cell), cell);
        }
    }

    proptest! {
        #[test]
        fn every_cell_comes_back_as_it_was(
            cell in "[='\"+@ \t\r\n\u{a0}a＝-]{0,6}",
            any in any::<String>(),
        ) {
            for cell in [cell, any] {
                let text = as_text(&cell);
                prop_assert_eq!(as_written(&text), cell.as_str());
                prop_assert!(!text.starts_with(['=', '+', '-', '@', '\t', '\r']));
            }
        }
    }
}
