//! What another system sent, read as if it had been typed here.

use super::{OrderField, TextFault, text};

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

/// There is nothing in it that anybody could see.
pub fn is_unseen(text: &str) -> bool {
    text::line(text).is_ok_and(|text| text.is_empty())
}
