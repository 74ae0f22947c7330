//! What another system sent, read as if it had been typed here.

use super::{OrderField, TextFault, text};
use unicode_normalization::char::is_combining_mark;

/// A field as it is written down: the same clean-up as of what customers type here, for what another store
/// sends. A tab or the end of a line is a space, and what nobody sees goes.
///
/// # Errors
/// [`TextFault`]: too long, a control character, or marks that turn the direction of the text.
pub fn sent(field: OrderField, text: &str) -> Result<String, TextFault> {
    let clean = match field {
        OrderField::Note => text::note(text)?,
        _ => text::line(text)?,
    };
    let most = field.max_chars();
    match clean.chars().count() > most {
        true => Err(TextFault::TooLong { most }),
        false => Ok(clean),
    }
}

/// There is nothing in it that anybody could read: an accent without its letter is no name.
pub fn is_unseen(text: &str) -> bool {
    let unseen = |c: char| c == ' ' || is_combining_mark(c);
    text::line(text).is_ok_and(|text| text.chars().all(unseen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_without_a_letter_are_nothing() {
        for nothing in ["", "\u{200B}", "\u{301}", "\u{301} \u{94D}"] {
            assert!(is_unseen(nothing), "{nothing:?}");
        }
        for seen in ["é", "e\u{301}", "हि", "-"] {
            assert!(!is_unseen(seen), "{seen:?}");
        }
    }
}
