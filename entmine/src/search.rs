//! What searching lists have in common: the folded form of what is searched (`search_text` in the
//! tables), words as patterns, and pages with totals.
//!
//! Folding is done here and never in SQL: `LOWER` knows other letters on each engine.

use model::fold;

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
    fn there_is_always_a_page() {
        let page = |wanted, total| Paging::of(wanted, 50, total);
        assert_eq!((page(1, 0).page, page(1, 0).pages), (1, 1));
        assert_eq!((page(9, 51).page, page(9, 51).pages), (2, 2));
        assert_eq!(page(-3, 500).page, 1);
        assert_eq!(page(2, 51).offset(), 50);
    }
}
