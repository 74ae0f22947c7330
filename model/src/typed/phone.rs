//! Telephone numbers.

use super::TextFault;
use super::character::{
    ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER, hyphen, is_blank, is_invisible, narrow,
};

/// What introduces an extension, the longest first.
const EXTENSIONS: [&str; 6] = ["extension", "extn", "ext.", "ext", "x", "#"];

/// A telephone number as people read it, free of what programs paste around it. Empty where there was
/// nothing to see.
///
/// # Errors
/// [`TextFault::NoPhoneNumber`] where other letters or signs are in it, [`TextFault::Direction`] for
/// the mark that shows digits backwards, [`TextFault::Unprintable`].
pub fn phone(text: &str) -> Result<String, TextFault> {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match narrow(c) {
            '\u{202E}' => return Err(TextFault::Direction),
            blank if is_blank(blank) => clean.push(' '),
            control if control.is_control() => return Err(TextFault::Unprintable),
            ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER => {}
            unseen if is_invisible(unseen) => {}
            other => clean.push(digit(hyphen(other))),
        }
    }
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let number = without_label(&clean);
    if number.is_empty() || is_number(without_extension(number)) {
        Ok(number.to_owned())
    } else {
        Err(TextFault::NoPhoneNumber)
    }
}

/// The number without the `tel:` of a link or the `Tel.` of a letterhead before it.
fn without_label(text: &str) -> &str {
    let Some((label, number)) = text.split_at_checked(3) else {
        return text;
    };
    match label.eq_ignore_ascii_case("tel") && number.starts_with([':', '.', ' ']) {
        true => number.trim_start_matches([':', '.', ' ']),
        false => text,
    }
}

/// Arabic, Persian and Indian digits are digits.
fn digit(c: char) -> char {
    let value = match c {
        '\u{660}'..='\u{669}' => c as u32 - 0x660,
        '\u{6F0}'..='\u{6F9}' => c as u32 - 0x6F0,
        '\u{966}'..='\u{96F}' => c as u32 - 0x966,
        _other => return c,
    };
    char::from_digit(value, 10).unwrap_or(c)
}

/// The number without an extension at its end, which may stand in brackets.
fn without_extension(number: &str) -> &str {
    let open = number.strip_suffix(')').unwrap_or(number);
    let before = open.trim_end_matches(|c: char| c.is_ascii_digit());
    if before.len() == open.len() {
        return number;
    }
    let before = before.trim_end_matches([' ', ':', '=']);
    for word in EXTENSIONS {
        let Some(at) = before.len().checked_sub(word.len()) else {
            continue;
        };
        if before
            .get(at..)
            .is_some_and(|end| end.eq_ignore_ascii_case(word))
        {
            return before[..at].trim_end_matches([' ', ',', ';']);
        }
    }
    number
}

fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || " +-()./".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_paste_them_are_cleaned() {
        for (pasted, clean) in [
            ("\u{202A}+44 20 7946 0958\u{202C}", "+44 20 7946 0958"),
            ("\u{202D}+44 20 7946 0958\u{202C}", "+44 20 7946 0958"),
            ("+44 20 7946 0958\u{202C}", "+44 20 7946 0958"),
            ("+44\u{A0}20\u{2011}7946\u{2013}0958", "+44 20-7946-0958"),
            ("＋８１ ３－１２３４", "+81 3-1234"),
            ("٠٢٠ ٧٩٤٦", "020 7946"),
            ("(020) 7946/0958", "(020) 7946/0958"),
            ("tel:+442079460958", "+442079460958"),
            ("TEL:+44 20 7946", "+44 20 7946"),
            ("Tel. 020 7946 0958", "020 7946 0958"),
            ("Tel.: 020 7946", "020 7946"),
            ("020 7946 0958 (ext 12)", "020 7946 0958 (ext 12)"),
            ("(020) 7946 (0958)", "(020) 7946 (0958)"),
            ("020 7946 0958 ext 12", "020 7946 0958 ext 12"),
            ("020 7946 0958 Ext. 12", "020 7946 0958 Ext. 12"),
            (
                "020 7946 0958, extension: 12",
                "020 7946 0958, extension: 12",
            ),
            ("+442079460958;ext=12", "+442079460958;ext=12"),
            ("020 7946 0958 x12", "020 7946 0958 x12"),
            ("020 7946 0958#12", "020 7946 0958#12"),
            ("\u{200B}\t", ""),
            ("", ""),
        ] {
            assert_eq!(phone(pasted).as_deref(), Ok(clean), "{pasted:?}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for bad in [
            "by owl",
            "telephone",
            "tel 020 (by owl 12)",
            "ext 12",
            "x",
            "#12",
            "020 x 7946 x 12",
            "020 7946 ext",
            "+ -",
            "020\u{1F4DE}",
            "ada@example.org",
            "020;7946",
        ] {
            assert_eq!(phone(bad), Err(TextFault::NoPhoneNumber), "{bad}");
        }
        assert_eq!(phone("\u{202E}8590 6497"), Err(TextFault::Direction));
        assert_eq!(phone("020\u{0}7946"), Err(TextFault::Unprintable));
    }

    proptest::proptest! {
        #[test]
        fn a_clean_number_stays_as_it_is(text in "[0-9０-９ +()./xX#\u{202A}\u{202C}\u{A0}\u{2011}]{0,20}( ext ?[0-9]{0,4})?") {
            if let Ok(clean) = phone(&text) {
                proptest::prop_assert_eq!(phone(&clean), Ok(clean.clone()));
            }
        }
    }
}
