//! Page titles.

/// A page's own part of its title. Leptos writes titles as they are, so the only character that could
/// end the title element is replaced by its look-alike. (An ampersand can only make another character
/// of the title.)
pub fn page_title(page: &str) -> String {
    page.replace('<', "‹")
}

/// The whole title: the page, then the shop's name.
pub fn whole_title(page: &str, shop: &str) -> String {
    let shop = page_title(shop);
    match page.is_empty() || page == shop {
        true => shop,
        false => format!("{page} · {shop}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_be_left() {
        for (page, shop) in [
            ("</title><script>alert(1)</script>", "Shop"),
            ("Cart", "</title><script>alert(1)</script>"),
        ] {
            let title = whole_title(&page_title(page), shop);
            assert!(!title.contains('<'), "{title}");
        }
    }

    #[test]
    fn a_title_names_the_page_and_then_the_shop() {
        assert_eq!(whole_title("Cart", "Tea & Co"), "Cart · Tea & Co");
        assert_eq!(whole_title("", "Tea & Co"), "Tea & Co");
        assert_eq!(whole_title("Tea", "Tea"), "Tea");
    }
}
