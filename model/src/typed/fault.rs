//! What can be wrong with a text.

use std::fmt;

/// Why a text is not taken. Displayed as a sentence for whoever typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFault {
    /// A control character, which neither paper nor screen can show.
    Unprintable,
    /// Invisible marks that show the text in another order than it is written in.
    Direction,
    /// More characters than the field takes.
    TooLong { most: usize },
    /// A telephone number with something in it that no telephone number has.
    NoPhoneNumber,
}

impl fmt::Display for TextFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unprintable => {
                out.write_str("This contains a character that cannot be printed; type it again.")
            }
            Self::Direction => out.write_str(
                "This contains an invisible mark that turns the direction of the text, so it would \
                 be read differently from what is written; type it again.",
            ),
            Self::TooLong { most } => write!(out, "This is too long: {most} characters at most."),
            Self::NoPhoneNumber => out.write_str(
                "Use digits, spaces and + - ( ) . / only, with an extension as “ext 12”, or leave it \
                 empty.",
            ),
        }
    }
}
