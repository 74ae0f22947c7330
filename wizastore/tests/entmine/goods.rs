//! What EntMine sells, and whether an order of it can be accepted. Left out: limits of an order, customers that it
//! refuses, uncounted products, other currencies.

use model::{CLOCK_TOLERANCE_MS, OrderLine, OrderRequest, OrderStatus, Product, Reason};
use std::collections::BTreeMap;

/// Prices that changed are honoured so long.
const HONOURED_MS: i64 = 72 * 3_600_000;
/// An older order waited for EntMine, not for its customer.
const WAITED_MS: i64 = 60_000 + CLOCK_TOLERANCE_MS;
/// No older order is taken.
const OLDEST_MS: i64 = 30 * 24 * 3_600_000;

/// Products by SKU. With none of them nothing is judged: everything is sold, at any price and time, and there is enough.
#[derive(Clone, Default)]
pub struct Goods(BTreeMap<String, Article>);

#[derive(Clone)]
struct Article {
    /// Oldest first: since when, and how much. The version is the place, from 1.
    prices: Vec<(i64, i64)>,
    available: i64,
    sold: bool,
}

impl Article {
    fn current(&self) -> i64 {
        self.prices.last().map_or(0, |(_, price)| *price)
    }

    /// Whether the line's price is the one of now, or was the one of then and is honoured.
    fn sells(&self, line: &OrderLine, placed_ms: i64, now_ms: i64) -> bool {
        let version = usize::try_from(line.price_version).unwrap_or(0);
        let until = self.prices.get(version).map_or(i64::MAX, |next| next.0);
        let then = version.checked_sub(1).and_then(|at| self.prices.get(at));
        let was_price_then = then.is_some_and(|(since, price)| {
            *price == line.unit_price_minor && (*since..until).contains(&placed_ms)
        });
        line.unit_price_minor == self.current()
            || (was_price_then && now_ms - placed_ms <= HONOURED_MS)
    }
}

impl Goods {
    /// So many pieces of each, all at different prices.
    pub fn new(skus: &[&str], available: i64, now_ms: i64) -> Self {
        let articles = skus.iter().zip(0..).map(|(sku, place)| {
            let article = Article {
                prices: vec![(now_ms, 500 + 799 * place)],
                available,
                sold: true,
            };
            ((*sku).to_owned(), article)
        });
        Self(articles.collect())
    }

    /// Whether an order was placed at a time that can be.
    pub fn is_timely(&self, placed_ms: i64, now_ms: i64) -> bool {
        // As EntMine, which compares the seconds that most stores write.
        let ahead_s = placed_ms.div_euclid(1_000) - now_ms.div_euclid(1_000);
        let is_ahead = ahead_s >= CLOCK_TOLERANCE_MS / 1_000;
        self.0.is_empty() || !(is_ahead || now_ms - placed_ms > OLDEST_MS)
    }

    /// Every reason why an order is refused.
    pub fn judge(&self, order: &OrderRequest, placed_ms: i64, now_ms: i64) -> Vec<Reason> {
        let (mut reasons, mut sum) = (Vec::new(), 0);
        if self.0.is_empty() {
            return reasons;
        }
        for line in &order.lines {
            sum += line.quantity * line.unit_price_minor;
            let sku = line.sku.clone();
            let Some(article) = self.0.get(&sku).filter(|article| article.sold) else {
                reasons.push(Reason::Discontinued { sku });
                continue;
            };
            if !article.sells(line, placed_ms, now_ms) {
                reasons.push(Reason::PriceChanged {
                    sku: sku.clone(),
                    shown_minor: line.unit_price_minor,
                    current_minor: article.current(),
                    price_version: article.prices.len() as i64,
                });
            }
            if line.quantity > article.available && now_ms - placed_ms <= WAITED_MS {
                reasons.push(Reason::OutOfStock {
                    sku,
                    requested: line.quantity,
                    available: article.available,
                });
            }
        }
        if sum != order.total_minor {
            reasons.push(Reason::TotalMismatch {
                shown_minor: order.total_minor,
                computed_minor: sum,
            });
        }
        reasons
    }

    /// Promises an order what there is; it is on hold where that is not enough.
    pub fn promise(&mut self, order: &OrderRequest) -> OrderStatus {
        let mut status = OrderStatus::New;
        for line in &order.lines {
            if let Some(article) = self.0.get_mut(&line.sku) {
                if line.quantity > article.available {
                    status = OrderStatus::OnHold;
                }
                article.available -= article.available.clamp(0, line.quantity);
            }
        }
        status
    }

    /// Staff change a price.
    pub fn change_price(&mut self, sku: &str, price_minor: i64, now_ms: i64) {
        self.change(sku, |article| article.prices.push((now_ms, price_minor)));
    }

    pub fn set_stock(&mut self, sku: &str, pieces: i64) {
        self.change(sku, |article| article.available = pieces);
    }

    pub fn discontinue(&mut self, sku: &str) {
        self.change(sku, |article| article.sold = false);
    }

    fn change(&mut self, sku: &str, change: impl FnOnce(&mut Article)) {
        change(self.0.get_mut(sku).expect("it is sold"));
    }

    /// The catalogue as the store would be sent it.
    pub fn catalogue(&self) -> Vec<Product> {
        let article = |(sku, article): (&String, &Article)| Product {
            available: article.available,
            published: article.sold,
            ..product(sku, article.current(), article.prices.len() as i64)
        };
        self.0.iter().map(article).collect()
    }
}

/// A product as the store is sent it, with ten pieces there.
pub fn product(sku: &str, price_minor: i64, version: i64) -> Product {
    Product {
        sku: sku.into(),
        version,
        name: format!("A fine {}", sku.to_lowercase()),
        slug: sku.to_lowercase(),
        category: "Things & Tools".into(),
        description: "Does what it says.".into(),
        currency: "GBP".into(),
        price_minor,
        price_version: version,
        available: 10,
        published: true,
        ..Product::default()
    }
}
