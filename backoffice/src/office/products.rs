//! The list of products.

use super::frame::{Desk, page};
use super::parts::{choice, pager, table};
use super::words::{address, code_class, encoded};
use entmine::{ProductQuery, ProductStatus, Products, SHORT_STOCK, Shelf, StockedProduct};
use leptos::prelude::*;
use model::format_minor;

/// A page of products with its filters.
pub fn products_page(
    desk: &Desk,
    query: &ProductQuery,
    found: &Products,
    categories: &[String],
) -> String {
    let manage = desk.manages().then(|| {
        view! {
            <p class="actions">
                <a class="button" href="/entmine/new-product">"New product"</a>
                <a href="/entmine/import">"Import a file"</a>
                <a href="/entmine/export.csv" download="products.csv">"Export all as CSV"</a>
                <a href="/entmine/prices">"Bulk price change"</a>
            </p>
        }
    });
    let list = if found.products.is_empty() {
        let words = match is_for_all(query) {
            true => "No products yet.",
            false => "No products match.",
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        list(&found.products)
    };
    let content = view! {
        {manage}
        {filters(query, categories)}
        {list}
        {pager(found.paging, ("product", "products"), |page| list_address(query, page))}
    };
    page(desk, "/entmine/products", "Products", content)
}

/// Every product that is not archived is meant, which is what the list shows at first.
fn is_for_all(query: &ProductQuery) -> bool {
    let is_at_first = matches!(query.shelf, Shelf::Current);
    is_at_first && query.text.is_empty() && query.category.is_none() && !query.short
}

fn shelf_words(shelf: Shelf) -> &'static str {
    match shelf {
        Shelf::Current => "All but archived",
        Shelf::Published => "Published",
        Shelf::Unlisted => "Unlisted",
        Shelf::Unpublished => "Drafts",
        Shelf::Archived => "Archived",
    }
}

fn status_word(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Active => "Active",
        ProductStatus::Unlisted => "Unlisted",
        ProductStatus::Draft => "Draft",
        ProductStatus::Archived => "Archived",
    }
}

fn list_address(query: &ProductQuery, page: i64) -> String {
    let page = if page == 1 {
        String::new()
    } else {
        page.to_string()
    };
    let fields = [
        ("q", &*query.text),
        ("category", query.category.as_deref().unwrap_or("")),
        ("published", query.shelf.as_str()),
        ("short", if query.short { "yes" } else { "" }),
        ("page", &*page),
    ];
    address("/entmine/products", &fields)
}

fn filters(query: &ProductQuery, categories: &[String]) -> AnyView {
    let mut all = vec![(String::new(), "All".to_owned())];
    all.extend(categories.iter().map(|name| (name.clone(), name.clone())));
    let shelves =
        Shelf::ALL.map(|shelf| (shelf.as_str().to_owned(), shelf_words(shelf).to_owned()));
    view! {
        <form class="filter" method="get" action="/entmine/products">
            <div class="field">
                <label for="field-q">"Name, SKU or category"</label>
                <input id="field-q" name="q" type="search" value=query.text.clone() />
            </div>
            {choice("category", "Category", all, query.category.as_deref().unwrap_or(""), &[])}
            {choice("published", "Status", shelves.to_vec(), query.shelf.as_str(), &[])}
            <label class="check">
                <input type="checkbox" name="short" value="yes" checked=query.short />
                {format!("Short: {SHORT_STOCK} or fewer")}
            </label>
            <button type="submit">"Filter"</button>
        </form>
    }
    .into_any()
}

fn list(products: &[StockedProduct]) -> AnyView {
    let rows = products
        .iter()
        .map(|stocked| {
            let product = &stocked.product;
            let href = format!("/entmine/products/{}", encoded(&product.sku));
            let available = if product.tracked && product.available <= SHORT_STOCK {
                "number short"
            } else {
                "number"
            };
            view! {
                <tr>
                    <th scope="row" class="words"><a href=href>{product.name.clone()}</a></th>
                    <td class=code_class(&product.sku)>{product.sku.clone()}</td>
                    <td class="words">{product.category.clone()}</td>
                    <td class="number">{format_minor(product.price_minor, &product.currency)}</td>
                    <td class="number">{stocked.on_hand}</td>
                    <td class="number">{stocked.reserved}</td>
                    <td class=available>
                        {if product.tracked { product.available.to_string() } else { "always".to_owned() }}
                    </td>
                    <td>{status_word(stocked.status())}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let head = vec![
        "Product",
        "SKU",
        "Category",
        ">Price",
        ">On hand",
        ">Reserved",
        ">Available",
        "Status",
    ];
    table("Products", head, rows)
}
