//! What stands below every page.

use leptos::prelude::*;

/// The terms in three sentences, and the way to more.
#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="wrap footer-grid">
                <section aria-labelledby="footer-terms">
                    <h2 id="footer-terms">"Plain terms"</h2>
                    <p>
                        "Prices include tax. Delivery is free. You pay by invoice, which comes \
                         with the goods; we never ask for a card."
                    </p>
                </section>
                <nav aria-labelledby="footer-help">
                    <h2 id="footer-help">"Help"</h2>
                    <ul>
                        <li>
                            <a href="/how-ordering-works">"How ordering works"</a>
                        </li>
                        <li>
                            <a href="/orders">"My orders"</a>
                        </li>
                        <li>
                            <a href="/cart">"Cart"</a>
                        </li>
                    </ul>
                </nav>
                <section aria-labelledby="footer-about">
                    <h2 id="footer-about">"About"</h2>
                    <p>
                        "WizAStore is the shop, EntMine keeps its stock and its order book. \
                         Pictures: Fluent Emoji, © Microsoft, MIT licence."
                    </p>
                </section>
            </div>
        </footer>
    }
    .into_any()
}
