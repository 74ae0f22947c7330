//! The shop: what stands around the pages, and the pages by their addresses.

use crate::{
    islands::UnsentNotice,
    pages::{
        CartPage, CategoriesPage, CategoryPage, CheckoutPage, HomePage, NotFoundPage, OrderingPage,
        OrdersPage, ProductPage, ReceiptPage, SearchPage,
    },
    parts::{Banner, Footer, Header},
    shop::Shop,
    text::title::whole_title,
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};
use model::ShopInfo;
use std::sync::Arc;

/// The whole shop. Pages are rendered completely before they are sent, so that they work without
/// JavaScript; the product page alone streams its stock in, in the order of the page.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let shop = Shop::open();
    let given = use_context::<Arc<ShopInfo>>();
    let formatter = move |page: String| match &given {
        Some(info) => whole_title(&page, &info.name),
        None => whole_title(&page, &shop.info().name),
    };
    view! {
        <Title formatter text="" />
        <Router>
            <Header />
            <Banner />
            <UnsentNotice />
            <main id="main" tabindex="-1">
                <FlatRoutes fallback=NotFoundPage>
                    <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                    <Route path=path!("/categories") view=CategoriesPage ssr=SsrMode::Async />
                    <Route path=path!("/c/:slug") view=CategoryPage ssr=SsrMode::Async />
                    <Route path=path!("/search") view=SearchPage ssr=SsrMode::Async />
                    <Route path=path!("/p/:slug") view=ProductPage ssr=SsrMode::InOrder />
                    <Route path=path!("/cart") view=CartPage ssr=SsrMode::Async />
                    <Route path=path!("/checkout") view=CheckoutPage ssr=SsrMode::Async />
                    <Route path=path!("/orders") view=OrdersPage ssr=SsrMode::Async />
                    <Route path=path!("/orders/:receipt") view=ReceiptPage ssr=SsrMode::Async />
                    <Route
                        path=path!("/how-ordering-works")
                        view=OrderingPage
                        ssr=SsrMode::Async
                    />
                </FlatRoutes>
            </main>
            <Footer />
        </Router>
    }
    .into_any()
}
