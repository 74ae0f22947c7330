//! The last part of a product page's address.

/// Letters and digits of a text, lower case, words joined by single hyphens; underscores stay. A
/// Shopify handle comes out as it went in.
pub(crate) fn slugify(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' {
            // The small form of a letter can be a letter and a mark, which is none.
            slug.extend(
                c.to_lowercase()
                    .filter(|c| c.is_alphanumeric() || *c == '_'),
            );
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slugify;

    #[test]
    fn addresses_are_plain_words() {
        for (text, slug) in [
            ("oak-wand-11-inch", "oak-wand-11-inch"),
            ("11 inch / Red!", "11-inch-red"),
            ("  --Ünïcode  Œuvre_1--", "ünïcode-œuvre_1"),
            ("../../etc", "etc"),
            ("☆", ""),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(slugify(text), slug, "{text}");
        }
    }
}
