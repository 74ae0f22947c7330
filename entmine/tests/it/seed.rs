//! The seed catalogue.

use super::ENGINE;
use crate::shop::Shop;
use entmine::{ProductFile, SEED};
use std::collections::{HashMap, HashSet};

#[tokio::test]
async fn a_newcomer_finds_at_least_72_products_in_at_least_6_categories() {
    let file = ProductFile::parse(SEED, "GBP").unwrap();
    assert!(file.len() >= 72, "{}", file.len());
    let shop = Shop::empty(ENGINE).await;
    let report = shop.entmine.import(&file, &mut |_| {}).await.unwrap();
    let new = u64::try_from(file.len()).unwrap();
    assert_eq!((report.new, report.problems.count()), (new, 0));
    assert!(!shop.entmine.is_empty().await.unwrap());

    let products = shop.entmine.snapshot().await.unwrap().products;
    let mut categories: HashMap<&str, usize> = HashMap::new();
    let mut slugs = HashSet::new();
    for product in &products {
        *categories.entry(&product.category).or_default() += 1;
        assert!(slugs.insert(&product.slug), "{}", product.slug);
        assert!(product.published, "{}", product.sku);
        assert!(product.price_minor > 0, "{}", product.sku);
        assert!((0..=200).contains(&product.available), "{}", product.sku);
        assert!(product.description.len() > 40, "{}", product.sku);
        assert!(
            !product.description.contains(['<', '*']),
            "{}",
            product.description
        );
        assert!(product.image.starts_with("/products/"), "{}", product.image);
    }
    assert!(categories.len() >= 6, "{categories:?}");
    for scarce in [0, 1] {
        assert!(products.iter().any(|product| product.available == scarce));
    }
}
