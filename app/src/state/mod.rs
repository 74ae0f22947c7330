//! What the pages decide, without a page: plain values and functions, tested without a browser.

pub mod cart_changes;
pub mod cart_news;
pub mod cart_view;
pub mod countdown;
pub mod element_id;
pub mod lost_words;
pub mod moment;
pub mod offer;
pub mod order_again;
pub mod order_facts;
pub mod outcome_words;
pub mod pace;
pub mod paging;
pub mod placing;
pub mod post_error;
pub mod product_count;
pub mod query;
pub mod reasons;
pub mod reference;
pub mod refusal;
pub mod refused;
pub mod standing;
pub mod stock_words;
pub mod submission;
pub mod title;
pub mod wish;

#[cfg(test)]
mod words_agree;
