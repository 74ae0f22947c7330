//! Pages of lists, in addresses.

/// The page that an address asks for; anything that is no number from 1 is page 1. (A page beyond
/// the last is the store's to correct.)
pub fn page_number(text: &str) -> i64 {
    let text = text.trim();
    match text.parse() {
        Ok(page) if page >= 1 => page,
        // Further than numbers go.
        Err(_) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => i64::MAX,
        Ok(_) | Err(_) => 1,
    }
}

/// The address of one page of a list. `base` may hold a query already; page 1 has no number.
pub fn page_href(base: &str, page: i64) -> String {
    if page <= 1 {
        return base.to_owned();
    }
    let joint = if base.contains('?') { '&' } else { '?' };
    format!("{base}{joint}page={page}")
}

/// Encodes text for a query: everything but unreserved ASCII (RFC 3986) becomes `%XX`.
pub fn query_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(b"0123456789ABCDEF"[digit as usize] as char);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_page_one() {
        for text in [
            "",
            "0",
            "-3",
            "two",
            "1.5",
            "0x10",
            "٣",
            "-99999999999999999999",
        ] {
            assert_eq!(page_number(text), 1, "{text}");
        }
        assert_eq!(page_number("7"), 7);
        assert_eq!(page_number("99999999999999999999"), i64::MAX);
    }

    #[test]
    fn a_page_is_added_to_what_the_address_asks_for_already() {
        assert_eq!(page_href("/c/wands", 1), "/c/wands");
        assert_eq!(page_href("/c/wands", 2), "/c/wands?page=2");
        assert_eq!(page_href("/search?q=oak", 2), "/search?q=oak&page=2");
    }

    #[test]
    fn words_survive_an_address() {
        assert_eq!(query_value("oak & ash=ä"), "oak%20%26%20ash%3D%C3%A4");
    }
}
