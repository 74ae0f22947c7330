//! How many products a list has.

/// "1 product", "3 products".
pub fn product_count(count: i64) -> String {
    match count {
        1 => "1 product".to_owned(),
        many => format!("{many} products"),
    }
}

#[cfg(test)]
mod tests {
    use super::product_count;

    #[test]
    fn one_is_not_many() {
        assert_eq!(
            [0, 1, 2].map(product_count),
            ["0 products", "1 product", "2 products"]
        );
    }
}
