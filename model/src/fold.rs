//! Text as it is searched: one form for what people type and for what they look for, so that
//! `emile`, `ÉMILE` and `Émile` written with a separate accent are the same word.

use unicode_normalization::UnicodeNormalization;

/// The folded form of a text. Both what is searched and what is searched for are folded, and then
/// compared as they are:
///
/// - full-width letters, ligatures and superscripts are their plain letters (NFKD),
/// - accents and other diacritical marks are gone, also the strokes of `ł`, `ø` and `đ`,
/// - letters are small ones; `ß` is `ss`, `æ` is `ae`,
/// - hyphens, dashes and apostrophes of any kind are `-` and `'`,
/// - what is invisible is gone, and a run of white space is one space.
///
/// Controls, with NUL among them, become U+FFFD: PostgreSQL takes no NUL, and a search for one finds
/// nothing.
#[must_use]
pub fn fold(text: &str) -> String {
    let letters = text
        .nfkd()
        .filter(|c| !is_diacritic(*c) && !is_invisible(*c))
        .flat_map(char::to_lowercase)
        // The small letter of `İ` brings its dot along.
        .filter(|c| !is_diacritic(*c));
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    for c in letters {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if space && !folded.is_empty() {
            folded.push(' ');
        }
        space = false;
        match plain(c) {
            Some(letters) => folded.push_str(letters),
            None if c.is_control() => folded.push('\u{fffd}'),
            None => folded.push(c),
        }
    }
    // Scripts whose signs stayed (Korean, Japanese, Indic ones) are put together again.
    folded.nfc().collect()
}

/// Marks that are written above, below or through a letter and that people leave out when they
/// type: Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowels. The signs of other scripts
/// (a Devanagari vowel, a Thai tone, the dots of a Japanese `が`) make another letter and stay.
fn is_diacritic(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{5bf}'
        | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Format characters and variation selectors: nobody sees them, and pasting brings them along.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Letters that Unicode does not take apart, and punctuation that comes in many shapes.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' | 'ɖ' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'ŋ' => "n",
        'ƶ' => "z",
        'ƀ' => "b",
        'ɨ' => "i",
        'ə' | 'ǝ' => "e",
        'ς' => "σ",
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' => "-",
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{2bb}' | '\u{2bc}' | '`' => "'",
        '\u{201c}'..='\u{201f}' | '\u{2033}' => "\"",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn the_same_word_has_one_form_however_it_is_written() {
        for (written, folded) in [
            ("Émile Zola", "emile zola"),
            ("E\u{301}mile  Zola", "emile zola"),
            ("\u{a0}EMILE\tZOLA\n", "emile zola"),
            ("ＥＭＩＬＥ　ＺＯＬＡ", "emile zola"),
            ("Żubr", "zubr"),
            ("Z\u{307}UBR", "zubr"),
            ("ÖL", "ol"),
            ("Łódź", "lodz"),
            ("Đorđe Ørsted", "dorde orsted"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("İstanbul IŞIK ışık", "istanbul isik isik"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ"),
            ("Ёлка", "елка"),
            ("ﬁnish № ㎏ x²", "finish no kg x2"),
            ("O’Brien O`Brien Oʼbrien", "o'brien o'brien o'brien"),
            ("AB\u{2011}12 AB–12 AB\u{ad}12", "ab-12 ab-12 ab12"),
            ("Zo\u{200b}la\u{202e}\u{feff}", "zola"),
            ("مُحَمَّد", "محمد"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
            assert_eq!(fold(folded), folded, "folded twice");
        }
    }

    #[test]
    fn other_scripts_keep_their_signs() {
        assert_eq!(fold("한국어"), "한국어");
        assert_eq!(fold("が"), "が");
        assert_ne!(fold("が"), fold("か"));
        assert_eq!(fold("हिन्दी"), "हिन्दी");
        assert_eq!(fold("น้ำ"), fold("น้ำ"));
    }

    #[test]
    fn signs_stay_as_they_are_and_no_nul_is_left() {
        assert_eq!(fold("60% a_b \\ ! #12/B"), "60% a_b \\ ! #12/b");
        assert_eq!(fold("a\0b"), "a\u{fffd}b");
        assert_eq!(fold("\u{200b}\u{301}"), "");
        assert_eq!(fold("🧙\u{200d}♂\u{fe0f}"), "🧙♂");
    }
}
