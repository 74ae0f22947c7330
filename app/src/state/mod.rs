//! What the pages decide, without a page: plain values and functions, tested without a browser.

pub mod cart_changes;
pub mod cart_view;
pub mod countdown;
pub mod element_id;
pub mod moment;
pub mod offer;
pub mod order_again;
pub mod order_facts;
pub mod pace;
pub mod paging;
pub mod placing;
pub mod post_error;
pub mod query;
pub mod refused;
pub mod standing;
pub mod submission;
pub mod wish;

#[cfg(test)]
mod words_agree;
