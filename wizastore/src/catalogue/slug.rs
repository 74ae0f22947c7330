//! Addresses of categories.

/// `Candles & Light` → `candles-light`.
pub(super) fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() {
        "other".to_owned()
    } else {
        out.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_becomes_an_address() {
        assert_eq!(super::slug("Candles & Light"), "candles-light");
        assert_eq!(super::slug("  Élixirs! "), "élixirs");
        assert_eq!(super::slug("—"), "other");
    }
}
