//! How much of an order EntMine confirms without a person.

use clap::Args;
use entmine::OrderLimits;

/// Beyond any of these an order is accepted on hold, without a reservation, and the back office says
/// why.
#[derive(Clone, Copy, Debug, Args)]
pub struct OrderLimitOptions {
    /// The most products of one order that EntMine confirms by itself
    #[arg(
        long,
        env = "ENTMINE_ORDER_MAX_LINES",
        value_name = "LINES",
        default_value_t = OrderLimits::default().lines,
        value_parser = clap::value_parser!(i64).range(0..)
    )]
    pub order_max_lines: i64,
    /// The most pieces of one order that EntMine confirms by itself
    #[arg(
        long,
        env = "ENTMINE_ORDER_MAX_PIECES",
        value_name = "PIECES",
        default_value_t = OrderLimits::default().pieces,
        value_parser = clap::value_parser!(i64).range(0..)
    )]
    pub order_max_pieces: i64,
    /// The highest total of one order that EntMine confirms by itself, in minor units: pence
    #[arg(
        long,
        env = "ENTMINE_ORDER_MAX_TOTAL_MINOR",
        value_name = "MINOR",
        default_value_t = OrderLimits::default().value_minor,
        value_parser = clap::value_parser!(i64).range(0..)
    )]
    pub order_max_total_minor: i64,
}

impl OrderLimitOptions {
    /// What EntMine is opened with.
    pub fn limits(self) -> OrderLimits {
        OrderLimits {
            lines: self.order_max_lines,
            pieces: self.order_max_pieces,
            value_minor: self.order_max_total_minor,
        }
    }
}
