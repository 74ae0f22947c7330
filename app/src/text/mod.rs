//! What customers read, where it depends on what happened: plain functions with tests.

pub mod cart_news;
pub mod lost_words;
pub mod outcome_words;
pub mod product_count;
pub mod reasons;
pub mod reference;
pub mod refusal;
pub mod stock_words;
pub mod title;
