//! Ids of elements on a page.

/// An id for the element of a product. Article numbers may hold spaces and anything else that can
/// be printed; an id may not hold spaces, and links and lists of ids break at other characters.
pub fn element_id(what: &str, sku: &str) -> String {
    let mut id = format!("{what}-");
    for byte in sku.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            id.push(char::from(byte));
        } else {
            id.push_str(&format!("_{byte:02x}"));
        }
    }
    id
}

#[cfg(test)]
mod tests {
    use super::element_id;

    #[test]
    fn every_article_number_gives_an_id_of_its_own() {
        assert_eq!(
            element_id("quantity", "WAND-OAK-11"),
            "quantity-WAND-OAK-11"
        );
        let skus = [
            "a b",
            "a_b",
            "a_20b",
            "Ä-1",
            "#XYZ",
            "Shoes - DZR - 41",
            "A&B",
            "(12)",
        ];
        let ids: std::collections::HashSet<_> =
            skus.iter().map(|sku| element_id("quantity", sku)).collect();
        assert_eq!(ids.len(), skus.len());
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(ids.iter().all(|id| id.chars().all(plain)));
    }
}
