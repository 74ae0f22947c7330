//! Addresses of categories.

use sha2::{Digest, Sha256};

/// The address of a category without a name, and once of all whose name has no letter.
pub(super) const OTHER: &str = "other";

/// `Candles & Light` → `candles-light`. A name without a letter or digit, such as `✨`, gets an address that is made of
/// its signs, and is the same each time.
pub(super) fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    match (out.trim_end_matches('-'), name.trim()) {
        ("", "") => OTHER.to_owned(),
        ("", signs) => {
            let mark = format!("{:x}", Sha256::digest(signs.as_bytes()));
            format!("category-{}", &mark[..8])
        }
        (words, _) => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_becomes_an_address() {
        assert_eq!(super::slug("Candles & Light"), "candles-light");
        assert_eq!(super::slug("  Élixirs! "), "élixirs");
        assert_eq!(super::slug("  "), "other");
        let signs = ["✨", "🔥", "—", "✨✨"].map(super::slug);
        assert_eq!(signs[0], super::slug(" ✨ "));
        for (place, one) in signs.iter().enumerate() {
            assert!(one.starts_with("category-") && one.len() == 17, "{one}");
            assert!(!signs[..place].contains(one), "{one}");
        }
    }
}
