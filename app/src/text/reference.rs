//! What a customer reads out to the shop.

/// Characters of a reference: one in four thousand million, and short enough for the telephone.
const LENGTH: usize = 8;

/// The reference of an order: the beginning of its receipt, and no more, because the whole receipt
/// opens the order's page.
pub fn reference(receipt: &str) -> String {
    receipt
        .chars()
        .take(LENGTH)
        .collect::<String>()
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn a_reference_opens_nothing() {
        assert_eq!(reference("9f86d081884c7d659a2feaa0c55ad015"), "9F86D081");
        assert_eq!(reference("ab"), "AB");
    }
}
