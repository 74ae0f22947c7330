//! `/p/{slug}`: a product, with its stock pulled live.

use crate::{
    islands::AddForm,
    parts::{Missing, ProductGrid, StockLine, loaded},
    server_fns::{self, Answer},
    text::{
        stock_words::{is_sold_out, prices_notice},
        title::page_title,
    },
    widgets::Picture,
};
use futures::FutureExt;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{ProductPage as Page, StockWord, format_minor};

const MISSING: &str = "There is no such product";

/// The page of the product that the address names; another product is another page.
#[component]
pub fn ProductPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug").unwrap_or_default()));
    move || view! { <ProductAt slug=slug.get() /> }
}

/// The product comes first and decides the status; the stock is waited for where it stands, and with it
/// whether anything can be added to the cart, so that both are there without JavaScript too. Everything
/// above can be read meanwhile.
#[component]
fn ProductAt(slug: String) -> impl IntoView {
    let product = Resource::new_blocking(move || slug.clone(), server_fns::product);
    let stock = Resource::new(
        || (),
        move |()| async move {
            match product.await? {
                Some(page) => server_fns::stock(page.product.sku).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let page = move || product.get()?.ok()?;
    let asking = || view! { <p class="stock stock-unknown">"Asking for the stock…"</p> };
    view! {
        <Title text=move || title(product.into_future().now_or_never()) />
        <div class="wrap product-page">
            {loaded(product, top)}
            <div class="product-stock">
                <Transition fallback=asking>
                    {move || Some(offered(stock.get()?, page()?))}
                </Transition>
            </div>
        </div>
        <Transition>{move || Some(rest(page()?))}</Transition>
    }
    .into_any()
}

/// The page's title. The head is written once the product is there, and before the body that shows it may
/// be: so the title stands outside of what is streamed.
fn title(answer: Option<Answer<Option<Page>>>) -> String {
    match answer {
        Some(Ok(Some(page))) => page_title(&page.product.name),
        Some(Ok(None)) => MISSING.to_owned(),
        Some(Err(_)) | None => String::new(),
    }
}

/// A store that does not answer knows no more of the stock than an EntMine that does not.
fn offered(answer: Answer<Option<StockWord>>, page: Page) -> AnyView {
    let stock = answer.ok().flatten();
    let stock = stock.unwrap_or(StockWord::Unchecked { age_s: 0 });
    let product = page.product;
    let form = if is_sold_out(&stock) {
        sold_out().into_any()
    } else {
        view! { <AddForm sku=product.sku name=product.name currency=product.currency /> }.into_any()
    };
    view! {
        <StockLine stock />
        {form}
    }
    .into_any()
}

/// In place of the form, so that nobody learns it only after the whole checkout.
fn sold_out() -> impl IntoView {
    view! {
        <p>
            <button class="button button-main" disabled>
                "Sold out"
            </button>
        </p>
        <p class="hint">"It cannot be ordered just now. Please look again later."</p>
    }
    .into_any()
}

fn top(page: Option<Page>) -> AnyView {
    let Some(page) = page else {
        return view! {
            <Missing
                heading=MISSING
                text="We may not sell it any more, or the address is not quite right."
            />
        }
        .into_any();
    };
    let notice =
        prices_notice(page.age_s).map(|words| view! { <p class="notice notice-doubt">{words}</p> });
    let product = page.product;
    // One with nothing but unlisted products has no page.
    let category = match page.category_slug.as_str() {
        "" => view! { <span>{product.category}</span> }.into_any(),
        slug => view! { <a href=format!("/c/{slug}")>{product.category}</a> }.into_any(),
    };
    view! {
        <article class="product">
            <nav class="crumbs" aria-label="Where you are">
                <a href="/">"Home"</a>
                {category}
            </nav>
            <div class="product-picture">
                <Picture src=product.image alt=product.name.clone() at_once=true />
            </div>
            <div class="product-words">
                <h1>{product.name.clone()}</h1>
                <p class="price">
                    <span class="money">{format_minor(product.price_minor, &product.currency)}</span>
                    " " <span class="hint">"incl. tax, delivery free"</span>
                </p>
                {notice}
            </div>
        </article>
    }
    .into_any()
}

fn rest(page: Page) -> impl IntoView {
    let paragraphs = page
        .product
        .description
        .split("\n\n")
        .map(|paragraph| view! { <p>{paragraph.to_owned()}</p> })
        .collect_view();
    let related = (!page.related.is_empty()).then(|| {
        view! {
            <section class="wrap" aria-labelledby="related">
                <h2 id="related">"More from " {page.product.category.clone()}</h2>
                <ProductGrid products=page.related age_s=page.age_s />
            </section>
        }
    });
    view! {
        <section class="wrap product-about" aria-labelledby="about">
            <h2 id="about">"About it"</h2>
            {paragraphs}
            <p class="hint">"Article number " {page.product.sku}</p>
        </section>
        {related}
    }
    .into_any()
}
