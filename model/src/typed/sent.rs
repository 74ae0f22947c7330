//! Checking what another system sent, which is kept as it stands.

use super::{OrderField, TextFault, text};

/// Whether a field may be written down as it is. The limits are those of what customers type; what
/// only looks untidy (blanks at the ends, invisible characters) is the sender's.
///
/// # Errors
/// [`TextFault`]: too long, a control character (a note may have lines and tabs), or marks that turn
/// the direction of the text.
pub fn check_sent(field: OrderField, text: &str) -> Result<(), TextFault> {
    let most = field.max_chars();
    if text.chars().count() > most {
        return Err(TextFault::TooLong { most });
    }
    let lines = field == OrderField::Note;
    if text
        .chars()
        .any(|c| c.is_control() && !(lines && "\n\r\t".contains(c)))
    {
        return Err(TextFault::Unprintable);
    }
    text::note(text).map(|_| ())
}

/// There is nothing in it that anybody could see.
pub fn is_unseen(text: &str) -> bool {
    text::line(text).is_ok_and(|text| text.is_empty())
}
