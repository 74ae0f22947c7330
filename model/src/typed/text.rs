//! Cleaning what was pasted: what nobody can see goes, what looks like a blank is one.

use super::TextFault;
use super::character::{
    POP_EMBEDDING, POP_ISOLATE, ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER, hyphen, is_blank,
    is_direction_override, is_emoji, is_invisible, is_line_end, is_of_joining_script, is_tag,
    is_variation_selector, is_virama, narrow, opens_embedding, opens_isolate,
};

/// A text of one line: a name, a line of an address. Tabs, line ends and blanks of every kind become
/// one space, invisible characters go where they join nothing, non-breaking hyphens are hyphens and
/// full-width digits are digits. Empty where there was nothing to see.
///
/// # Errors
/// A control character, or marks that turn the direction of the text and are not the harmless pairs
/// that programs put around what they copy.
pub fn line(text: &str) -> Result<String, TextFault> {
    let clean = clean(text)?;
    Ok(clean.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A postcode: a line whose letters and hyphens are the narrow ones.
///
/// # Errors
/// As [`line`].
pub fn postcode(text: &str) -> Result<String, TextFault> {
    Ok(line(text)?.chars().map(narrow).map(hyphen).collect())
}

/// A text of several lines, which stay lines; empty ones at its beginning and end go.
///
/// # Errors
/// As [`line`].
pub fn note(text: &str) -> Result<String, TextFault> {
    let clean = clean(text)?;
    let lines: Vec<_> = clean.split('\n').map(str::trim_end).collect();
    Ok(lines.join("\n").trim_matches(['\n', ' ']).to_owned())
}

/// The text without what is invisible: line ends as `\n`, other blanks as spaces.
fn clean(text: &str) -> Result<String, TextFault> {
    if !direction_is_plain(text) {
        return Err(TextFault::Direction);
    }
    let mut out = String::with_capacity(text.len());
    let mut last = None;
    let text = text.replace("\r\n", "\n");
    for (at, c) in text.char_indices() {
        let kept = match c {
            end if is_line_end(end) => '\n',
            blank if is_blank(blank) => ' ',
            control if control.is_control() => return Err(TextFault::Unprintable),
            ZERO_WIDTH_JOINER | ZERO_WIDTH_NON_JOINER => {
                if !joins(c, last, text[at..].chars()) {
                    continue;
                }
                c
            }
            form if is_variation_selector(form) => {
                if !last.is_some_and(takes_a_form) {
                    continue;
                }
                form
            }
            tag if is_tag(tag) => {
                if !last.is_some_and(|last| last == '\u{1F3F4}' || is_tag(last)) {
                    continue;
                }
                tag
            }
            unseen if is_invisible(unseen) => continue,
            '\u{2011}' => '-',
            '\u{FF10}'..='\u{FF19}' => narrow(c),
            other => other,
        };
        out.push(kept);
        last = Some(kept);
    }
    Ok(out)
}

/// Something to see stands before a variation selector.
fn takes_a_form(c: char) -> bool {
    !is_blank(c)
        && !is_variation_selector(c)
        && c != ZERO_WIDTH_JOINER
        && c != ZERO_WIDTH_NON_JOINER
}

/// A joiner is written for something: between two emoji, in a word of a script whose letters join,
/// or after a virama.
pub(super) fn joins(joiner: char, before: Option<char>, rest: impl Iterator<Item = char>) -> bool {
    let Some(before) = before else {
        return false;
    };
    if is_virama(before) {
        return true;
    }
    let after = rest
        .skip(1)
        .find(|c| !is_invisible(*c) && *c != ZERO_WIDTH_JOINER && *c != ZERO_WIDTH_NON_JOINER);
    let Some(after) = after else {
        return false;
    };
    let emoji = (is_emoji(before) || is_variation_selector(before)) && is_emoji(after);
    (emoji && joiner == ZERO_WIDTH_JOINER)
        || (is_of_joining_script(before) && is_of_joining_script(after))
}

/// No overrides, and every embedding and isolate is closed again by its own mark.
fn direction_is_plain(text: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        if is_direction_override(c) {
            return false;
        }
        if opens_embedding(c) {
            open.push(POP_EMBEDDING);
        } else if opens_isolate(c) {
            open.push(POP_ISOLATE);
        } else if (c == POP_EMBEDDING || c == POP_ISOLATE) && open.pop() != Some(c) {
            return false;
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_into_a_name_is_cleaned() {
        for (pasted, clean) in [
            ("  Ada\u{A0}Fenwick ", "Ada Fenwick"),
            ("Ada\tFenwick\r\n", "Ada Fenwick"),
            ("Ada \u{3000}\u{2003} Fenwick", "Ada Fenwick"),
            ("1\u{2028}Owl\u{B}Lane", "1 Owl Lane"),
            ("Ada\u{200B}\u{FEFF}\u{AD}\u{2060} Fenwick", "Ada Fenwick"),
            ("\u{202A}Ada\u{202C} \u{2067}Fen\u{2069}wick", "Ada Fenwick"),
            ("\u{200E}Ada\u{200F}", "Ada"),
            ("Anne\u{2011}Marie", "Anne-Marie"),
            ("１２３ Owl Lane", "123 Owl Lane"),
            ("A\u{200D}d\u{200C}a", "Ada"),
            ("\u{FE0F}Ada\u{E0041}", "Ada"),
        ] {
            assert_eq!(line(pasted).as_deref(), Ok(clean), "{pasted:?}");
        }
    }

    #[test]
    fn what_nobody_can_see_is_nothing() {
        for unseen in [
            "",
            " ",
            "\u{200B}",
            "\u{A0}\u{2800}",
            "\u{3164}",
            "\u{115F}\u{1160}",
            "\u{200D}\u{200D}",
            "\u{FE0F}",
            "\u{E0001}\u{E0041}\u{E007F}",
            "\u{202A}\u{202C}",
            "\u{FEFF}\t\n",
            "\u{34F}\u{180E}",
        ] {
            assert_eq!(line(unseen).as_deref(), Ok(""), "{unseen:?}");
            assert_eq!(note(unseen).as_deref(), Ok(""), "{unseen:?}");
        }
    }

    #[test]
    fn joiners_stay_where_they_join() {
        for joined in [
            "👩\u{200D}🚀 Ada",
            "👩🏽\u{200D}❤\u{FE0F}\u{200D}👨",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "☂\u{FE0F}",
            "क\u{94D}\u{200D}ष",
            "ශ\u{DCA}\u{200D}රී",
            "അവന\u{D4D}\u{200D}",
            "می\u{200C}خواهم",
            "র\u{200D}\u{9CD}য",
            "葛\u{E0100}城",
        ] {
            assert_eq!(line(joined).as_deref(), Ok(joined), "{joined:?}");
        }
    }

    #[test]
    fn text_that_turns_its_direction_is_refused() {
        for turned in [
            "Ada \u{202E}gnik",
            "\u{202D}Ada\u{202C}",
            "\u{202B}Ada",
            "Ada\u{202C}",
            "\u{2067}Ada",
            "Ada\u{2069}",
            "\u{202A}Ada\u{2069}",
        ] {
            assert_eq!(line(turned), Err(TextFault::Direction), "{turned:?}");
            assert_eq!(note(turned), Err(TextFault::Direction), "{turned:?}");
        }
    }

    #[test]
    fn controls_are_refused() {
        for control in [
            "Ada\u{0}",
            "A\u{7}da",
            "\u{1B}[1mAda",
            "Ada\u{9F}",
            "\u{7F}",
        ] {
            assert_eq!(line(control), Err(TextFault::Unprintable), "{control:?}");
            assert_eq!(note(control), Err(TextFault::Unprintable), "{control:?}");
        }
    }

    #[test]
    fn a_postcode_is_narrow() {
        for (typed, clean) in [
            ("ＹＯ１　７ＨＨ", "YO1 7HH"),
            ("１００－０００１", "100-0001"),
            ("100\u{2010}0001", "100-0001"),
            ("\u{200B}", ""),
        ] {
            assert_eq!(postcode(typed).as_deref(), Ok(clean), "{typed}");
        }
    }

    #[test]
    fn a_note_keeps_its_lines() {
        assert_eq!(
            note("\n Leave it\tby\r\nthe \u{A0} door.\u{2029}\rThank you \n\n").as_deref(),
            Ok("Leave it by\nthe   door.\n\nThank you")
        );
    }

    /// Letters beside everything that is treated in some way of its own.
    const MIXED: &str = "[a٠ब\u{94D}م👩🏽❤\u{1F3F4}１\u{2011}\u{AD}\u{200B}-\u{200F}\u{202A}-\u{202C}\u{2060}-\u{2069}\u{FE0E}\u{FE0F}\u{E0061}\u{E007F} \u{A0}\t\n\r\u{2028}\u{3164}]{0,24}";

    proptest::proptest! {
        #[test]
        fn a_clean_text_stays_as_it_is(text in MIXED) {
            if let Ok(clean) = line(&text) {
                proptest::prop_assert_eq!(line(&clean), Ok(clean.clone()));
                proptest::prop_assert!(!clean.chars().any(|c| c.is_control() || is_invisible(c)));
            }
            if let Ok(clean) = note(&text) {
                proptest::prop_assert_eq!(note(&clean), Ok(clean.clone()));
            }
        }

        #[test]
        fn nothing_that_can_be_seen_is_lost(text in "[a-z０-９áßख你👍-]{0,20}") {
            let seen: String = text.chars().map(narrow).collect();
            proptest::prop_assert_eq!(line(&text), Ok(seen));
        }
    }
}
