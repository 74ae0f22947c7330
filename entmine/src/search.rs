//! What searching lists have in common: words as patterns, and pages with totals.

/// The patterns of `LIKE … ESCAPE '!'` for the first three words of a text, in small letters; a
/// missing one fits everything.
pub(crate) fn patterns(text: &str) -> [String; 3] {
    let mut words = text.split_whitespace();
    [(); 3].map(|()| pattern(words.next().unwrap_or_default()))
}

/// The pattern of one text anywhere, in small letters.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.trim().to_lowercase().chars() {
        match c {
            '%' | '_' | '!' => pattern.extend(['!', c]),
            // PostgreSQL takes no NUL, and nothing that is searched has one.
            '\0' => pattern.push('?'),
            c => pattern.push(c),
        }
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
        assert_eq!(patterns("Oak 10%"), ["%oak%", "%10!%%", "%"]);
        assert_eq!(pattern("a_b!"), "%a!_b!!%");
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
