//! What searching lists have in common: the folded form of what is searched (`search_text` in the
//! tables), words as patterns, and pages with totals.
//!
//! Folding is done here and never in SQL: `LOWER` knows other letters on each engine.

use model::fold;
use std::collections::BTreeSet;

/// What a product is found by.
pub(crate) fn product_text(name: &str, sku: &str, category: &str) -> String {
    fold(&format!("{name} {sku} {category}"))
}

/// What an order's customer is found by.
pub(crate) fn person_text(name: &str, email: &str, postcode: &str) -> String {
    // Postcodes are typed with and without their space.
    let close: String = postcode.split_whitespace().collect();
    fold(&format!("{name} {email} {postcode} {close}"))
}

/// What an entry of the audit is found by.
pub(crate) fn audit_text(event: &str, subject: &str, detail: &str) -> String {
    fold(&format!("{event} {subject} {detail}"))
}

/// An e-mail address by which one person's orders are found: large and small letters are alike,
/// nothing else is.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Words that are looked for; more narrow nothing any more.
pub(crate) const WORDS: usize = 6;

/// The patterns for the first words of a text, for [`has_words`]; a missing one fits everything.
pub(crate) fn patterns(text: &str) -> [String; WORDS] {
    let mut words = text.split_whitespace().map(without_signs);
    [(); WORDS].map(|()| pattern(words.next().unwrap_or_default()))
}

/// A word without the signs that people put around one; a word of signs stays: `10%` is looked for too.
fn without_signs(word: &str) -> &str {
    let signs = |c: char| "\"'“”„‚‘’«»‹›()[]{}.,;:!?".contains(c);
    match word.trim_matches(signs) {
        "" => word,
        bare => bare,
    }
}

/// Characters of a word that are looked at; longer words are alike from there on. Whoever changes it writes the
/// words of all orders anew: those of erased customers are found by it.
const WORD: usize = 48;
/// Words that are kept of one text.
const MOST_WORDS: usize = 100;

/// The words by which a folded text is found from their beginnings: what stands between spaces, and each part
/// of it from a letter or digit behind a sign on, so that `fenwick@exa` finds `ada.fenwick@example.org`. Scripts
/// that write no spaces are found from each letter on.
pub(crate) fn words(folded: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for word in folded.split_whitespace() {
        let mut before = None;
        for (at, c) in word.char_indices() {
            let begins = !before.is_some_and(char::is_alphanumeric) || is_of_no_spaces(c);
            if c.is_alphanumeric() && begins && words.len() < MOST_WORDS {
                words.insert(word[at..].chars().take(WORD).collect());
            }
            before = Some(c);
        }
        words.extend(ends_of_postcode(word));
    }
    words
}

/// What people write behind a space in a postcode: `1aa` of `sa311aa`, `0b1` of `k1a0b1`, `ab` of `1234ab`.
fn ends_of_postcode(word: &str) -> impl Iterator<Item = String> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let is_mixed = word.bytes().any(is_digit) && !word.bytes().all(is_digit);
    let may_be =
        (5..=7).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let lengths = if may_be && is_mixed { 2..4 } else { 0..0 };
    lengths.map(|length| word[word.len() - length..].to_owned())
}

/// Letters of Thai, Lao, Khmer, and of Chinese, Japanese and Korean.
fn is_of_no_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{20000}'..='\u{3ffff}')
}

/// More than all words by which a text was ever found, for taking them away: from every letter on.
pub(crate) fn every_word(folded: &str) -> BTreeSet<String> {
    let from_each = |word: &str| -> Vec<String> {
        let from = |(at, _)| word[at..].chars().take(WORD).collect();
        word.char_indices().map(from).collect()
    };
    folded.split_whitespace().flat_map(from_each).collect()
}

/// The beginnings of words that are looked for, each once; none where the text has no letter and no digit.
pub(crate) fn beginnings(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let begin = |word: &str| {
        let word = without_signs(word).trim_start_matches(|c: char| !c.is_alphanumeric());
        word.chars().take(WORD).collect()
    };
    let words = folded.split_whitespace().map(begin);
    words
        .filter(|word: &String| !word.is_empty())
        .take(WORDS)
        .collect()
}

/// Behind everything that begins so, byte by byte.
pub(crate) fn behind(beginning: &str) -> String {
    format!("{beginning}{}", char::MAX)
}

/// The condition that a row's `search_text` has all the words whose patterns are bound from the
/// parameter `first` on.
pub(crate) fn has_words(first: usize) -> String {
    let one = |n| format!("search_text LIKE ${n} ESCAPE '!'");
    let all: Vec<String> = (first..first + WORDS).map(one).collect();
    all.join(" AND ")
}

/// The pattern of `LIKE … ESCAPE '!'` for one text anywhere, folded.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold(text).chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    if pattern.len() > 1 {
        pattern.push('%');
    }
    pattern
}

/// Rows of a list that only grows are counted so far; nobody waits for more.
pub const MOST_COUNTED: i64 = 1_000;

/// Where in a list a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// From 1.
    pub page: i64,
    /// At least 1, also of an empty list.
    pub pages: i64,
    /// Rows of all pages.
    pub total: i64,
    size: i64,
}

impl Paging {
    /// The page that is wanted, or the nearest that there is.
    pub(crate) fn of(wanted: i64, size: i64, total: i64) -> Self {
        let pages = (total + size - 1).div_euclid(size).max(1);
        Self {
            page: wanted.clamp(1, pages),
            pages,
            total,
            size,
        }
    }

    pub(crate) fn offset(self) -> i64 {
        (self.page - 1) * self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_patterns_is_searched_as_it_is() {
        assert_eq!(patterns("Oak 10%")[..3], ["%oak%", "%10!%%", "%"]);
        assert_eq!(pattern("a_b!"), "%a!_b!!%");
        assert_eq!(pattern("Émile\\"), "%emile\\%");
        // Not everything, and nothing that PostgreSQL refuses.
        assert_eq!(pattern("\0"), "%\u{fffd}%");
    }

    #[test]
    fn a_text_is_found_from_the_beginning_of_each_of_its_words() {
        let found = |text: &str| words(&fold(text)).into_iter().collect::<Vec<_>>();
        assert_eq!(
            found("Ada O'Hara, ada.f@example.org"),
            [
                "ada",
                "ada.f@example.org",
                "example.org",
                "f@example.org",
                "hara,",
                "o'hara,",
                "org"
            ]
        );
        assert_eq!(
            found("(山田太郎) -- 10%"),
            ["10%", "太郎)", "山田太郎)", "田太郎)", "郎)"]
        );
        assert_eq!(found("sa311aa"), ["1aa", "aa", "sa311aa"]);
        assert_eq!(found("k1a0b1 123456"), ["0b1", "123456", "b1", "k1a0b1"]);
        let taken_away = every_word(&fold("Ada O'Hara, sa311aa"));
        assert!(words(&fold("Ada O'Hara, sa311aa")).is_subset(&taken_away));
        let many: String = (100..600).map(|n| format!("{n}-")).collect();
        assert_eq!(
            (found(&many).len(), found(&many)[0].len()),
            (MOST_WORDS, WORD)
        );
        let looked_for = |text: &str| beginnings(text).into_iter().collect::<Vec<_>>();
        assert_eq!(looked_for("\"Fen\"  @Exa fen % ,"), ["exa", "fen"]);
        assert_eq!(looked_for("%_!"), [""; 0]);
        let behind = behind("fen");
        assert!(behind.as_str() > "fenzz" && behind.as_str() > "fen" && behind.as_str() < "feo");
    }

    #[test]
    fn there_is_always_a_page() {
        let page = |wanted, total| Paging::of(wanted, 50, total);
        assert_eq!((page(1, 0).page, page(1, 0).pages), (1, 1));
        assert_eq!((page(9, 51).page, page(9, 51).pages), (2, 2));
        assert_eq!(page(-3, 500).page, 1);
        assert_eq!(page(2, 51).offset(), 50);
    }
}
