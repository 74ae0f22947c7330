//! What stands below every page.

use crate::shop::Shop;
use leptos::prelude::*;
use model::ShopInfo;

/// The terms in three sentences, and the way to more.
#[component]
pub fn Footer() -> impl IntoView {
    let shop = Shop::here();
    view! {
        <footer class="site-footer">
            <div class="wrap footer-grid">
                <section aria-labelledby="footer-terms">
                    <h2 id="footer-terms">"Plain terms"</h2>
                    <p>
                        "Prices include tax. Delivery is free. Payment is by invoice with the \
                         goods; we never ask for a card."
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
                <Transition>{move || about(&shop.info())}</Transition>
            </div>
        </footer>
    }
    .into_any()
}

/// Who the merchant is and how to reach them; nothing where they have said nothing.
fn about(shop: &ShopInfo) -> Option<AnyView> {
    if shop.about.is_empty() && !shop.has_contact() {
        return None;
    }
    let about = Some(shop.about.clone()).filter(|about| !about.is_empty());
    let about = about.map(|about| view! { <p>{about}</p> });
    let address = shop
        .address
        .lines()
        .map(|line| view! { <span class="line">{line.to_owned()}</span> })
        .collect_view();
    let email = Some(shop.email.clone()).filter(|email| !email.is_empty());
    let email = email.map(|email| {
        view! {
            <li>
                <a href=format!("mailto:{email}")>{email.clone()}</a>
            </li>
        }
    });
    let phone = Some(shop.phone.clone()).filter(|phone| !phone.is_empty());
    let phone = phone.map(|phone| {
        let digits: String = phone
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect();
        view! {
            <li>
                <a href=format!("tel:{digits}")>{phone}</a>
            </li>
        }
    });
    let view = view! {
        <section aria-labelledby="footer-about">
            <h2 id="footer-about">{shop.name.clone()}</h2>
            {about}
            <address>
                {address}
                <ul>{email} {phone}</ul>
            </address>
        </section>
    };
    Some(view.into_any())
}
