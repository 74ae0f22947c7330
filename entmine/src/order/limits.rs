//! Limits of what is confirmed without a person.

use model::{OrderRequest, format_minor};

/// Beyond any of these an order is accepted on hold, without a reservation: anybody may order without
/// an account, and one mistyped or malicious order must not take all the stock. What is at a limit
/// is not beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderLimits {
    /// Products of one order.
    pub lines: i64,
    /// Pieces of all lines together.
    pub pieces: i64,
    /// The total in minor units, whatever the currency.
    pub value_minor: i64,
}

impl Default for OrderLimits {
    /// More than a household buys, and no more than a small merchant would want to lose sight of.
    fn default() -> Self {
        Self {
            lines: 100,
            pieces: 1_000,
            value_minor: 1_000_000,
        }
    }
}

impl OrderLimits {
    /// What of an order is beyond a limit, in words for staff; nothing where it is within all.
    pub(super) fn exceeded(&self, order: &OrderRequest) -> Vec<String> {
        let lines = i64::try_from(order.lines.len()).unwrap_or(i64::MAX);
        // At most 200 lines of 999 pieces each: no overflow.
        let pieces: i64 = order.lines.iter().map(|line| line.quantity).sum();
        let mut exceeded = Vec::new();
        if lines > self.lines {
            exceeded.push(format!("{lines} lines, the limit is {}", self.lines));
        }
        if pieces > self.pieces {
            exceeded.push(format!("{pieces} pieces, the limit is {}", self.pieces));
        }
        if order.total_minor > self.value_minor {
            let money = |minor| format_minor(minor, &order.currency);
            exceeded.push(format!(
                "{}, the limit is {}",
                money(order.total_minor),
                money(self.value_minor)
            ));
        }
        exceeded
    }
}
