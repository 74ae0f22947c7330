//! Quotation marks that a table cannot have: one that is never closed swallows all that follows it.

/// A place from which the fields of a record cannot be told apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// In bytes from the beginning of the text.
    pub at: u64,
    pub reason: &'static str,
}

const OPEN: &str = "a quotation mark is opened here or before and never closed";
const ALONE: &str = "a quotation mark stands alone in a cell that begins with one; where a cell is in \
                     quotation marks, those in it are doubled";

enum Place {
    /// A field begins.
    Begin,
    /// In a field without quotation marks around it: one in it means itself, such as in `5" pipe`.
    Plain,
    Quoted {
        since: usize,
    },
    /// After a quotation mark in a quoted field: its end, or the first of two.
    AfterQuote {
        since: usize,
    },
    /// Nothing but space may stand between the end of a quoted field and what separates it.
    AfterField,
}

/// Every such place of a text whose fields are separated by `delimiter`.
pub(super) fn broken(text: &str, delimiter: u8) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut place = Place::Begin;
    for (at, byte) in text.bytes().enumerate() {
        let ends = byte == delimiter || byte == b'\n' || byte == b'\r';
        let is_space = byte == b' ' || byte == b'\t';
        place = match place {
            Place::Begin if byte == b'"' => Place::Quoted { since: at },
            Place::Begin | Place::Plain | Place::AfterField | Place::AfterQuote { .. } if ends => {
                Place::Begin
            }
            Place::Begin | Place::Plain => Place::Plain,
            Place::Quoted { since } if byte == b'"' => Place::AfterQuote { since },
            Place::Quoted { since } => Place::Quoted { since },
            Place::AfterQuote { since } if byte == b'"' => Place::Quoted { since },
            Place::AfterQuote { .. } | Place::AfterField if is_space => Place::AfterField,
            Place::AfterQuote { .. } | Place::AfterField => {
                broken.push(Broken {
                    at: at as u64,
                    reason: ALONE,
                });
                Place::Plain
            }
        };
    }
    if let Place::Quoted { since } = place {
        broken.push(Broken {
            at: since as u64,
            reason: OPEN,
        });
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_are_right_are_left_alone() {
        for text in [
            "a,\"b, c\",d\n",
            "\"a \"\"b\"\" c\"\r\n\"\"",
            "5\" pipe,it's 6\" long\n",
            "\"a\" ,\"b\nc\"",
            "",
        ] {
            assert_eq!(broken(text, b','), [], "{text:?}");
        }
        assert_eq!(broken("\"a\";b", b';'), []);
    }

    #[test]
    fn marks_that_swallow_rows_are_found_where_they_are() {
        let found = |text: &str| {
            let found = broken(text, b',').into_iter();
            found.map(|one| (one.at, one.reason)).collect::<Vec<_>>()
        };
        assert_eq!(found("a,\"b\nc,d\n"), [(2, OPEN)]);
        assert_eq!(found("a,\"b\nc,\"d\"\n"), [(8, ALONE)]);
        assert_eq!(found("\"a\" b,c"), [(4, ALONE)]);
    }
}
