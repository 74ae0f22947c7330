//! The pages, one a file.

mod cart;
mod categories;
mod category;
mod checkout;
mod home;
mod not_found;
mod ordering;
mod orders;
mod product;
mod receipt;
mod refused;
mod search;

pub use cart::CartPage;
pub use categories::CategoriesPage;
pub use category::CategoryPage;
pub use checkout::CheckoutPage;
pub use home::HomePage;
pub use not_found::NotFoundPage;
pub use ordering::OrderingPage;
pub use orders::OrdersPage;
pub use product::ProductPage;
pub use receipt::ReceiptPage;
pub use search::SearchPage;
