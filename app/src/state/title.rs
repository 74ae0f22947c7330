//! The title of a page.

/// A document title, for example `Oak wand · WizAStore`.
///
/// leptos_meta writes titles into the page as they are, and search words come from anybody, so the
/// one character that could end the title element is replaced by its look-alike. (An ampersand can
/// only make another character of the title.)
pub fn page_title(page: &str) -> String {
    format!("{} · WizAStore", page.replace('<', "‹"))
}

#[cfg(test)]
mod tests {
    use super::page_title;

    #[test]
    fn a_title_cannot_be_left() {
        let title = page_title("</title><script>alert(1)</script>");
        assert!(!title.contains('<'), "{title}");
    }
}
