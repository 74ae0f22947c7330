//! The stores, and how far each has followed the catalogue.

use super::frame::{Desk, page};
use super::parts::table;
use super::words::{encoded, time};
use entmine::News;
use entmine::delivery::StoreRecord;
use leptos::prelude::*;

/// Every store that the catalogue is sent to.
pub fn stores_page(desk: &Desk, stores: &[StoreRecord], news: News) -> String {
    let rows: Vec<_> = stores
        .iter()
        .map(|store| row(store, news, desk.manages()))
        .collect();
    let list = if rows.is_empty() {
        view! {
            <p class="empty">
                "The catalogue is sent to no store. A store that runs elsewhere is named with "
                <code>"wizastore entmine --store-url NAME=http://…"</code> "."
            </p>
        }
        .into_any()
    } else {
        let head = vec![
            "Store",
            "Catalogue",
            "Last contact (UTC)",
            "Compared (UTC)",
            "Trouble",
        ];
        table("Stores", head, rows)
    };
    let content = view! {
        <p class="hint">
            "EntMine's catalogue is at change " {news.seq} ", its stock at movement " {news.stock}
            ". Each store is told of every change, and every 20 seconds that there is none; what gets "
            "lost on the way, it fetches by itself."
        </p>
        {list}
    };
    page(desk, "/entmine/stores", "Stores", content)
}

fn row(store: &StoreRecord, news: News, manages: bool) -> AnyView {
    let behind = match store.behind(news) {
        0 => "up to date".to_owned(),
        1 => "1 change behind".to_owned(),
        many => format!("{many} changes behind"),
    };
    let heard = match store.heard_at_ms {
        Some(ms) => time(ms),
        None => "never".into_any(),
    };
    let compared = match (store.matches, store.matched_at_ms) {
        (Some(true), Some(ms)) => view! { "the same, " {time(ms)} }.into_any(),
        (Some(false), Some(ms)) => {
            view! { <strong>"differed"</strong> ", " {time(ms)} ", repairs itself" }.into_any()
        }
        (_, _) => "not yet".into_any(),
    };
    let trouble = match (store.is_sent_to, store.failure.clone()) {
        (false, _) => Some(format!(
            "Nothing is sent to it. If it is gone: wizastore entmine store forget {}",
            store.name
        )),
        (true, why) => why.map(|why| match store.failures {
            0 | 1 => why,
            many => format!("{why} ({many} times in a row)"),
        }),
    };
    let name = encoded(&store.name);
    let asks = (manages && store.is_sent_to).then(|| {
        view! {
            <div class="in-row">
                <form method="post" action=format!("/entmine/stores/{name}/compare")>
                    <button type="submit">"Compare now"</button>
                </form>
                <form method="post" action=format!("/entmine/stores/{name}/repair")>
                    <button type="submit">"Repair"</button>
                </form>
            </div>
        }
    });
    view! {
        <tr>
            <th scope="row">
                {store.name.clone()} <br /> <small>{store.address.clone()}</small>
                {asks}
            </th>
            <td>{behind} <br /> <small>"change " {store.applied} ", movement " {store.stock_applied}</small></td>
            <td>{heard}</td>
            <td>{compared}</td>
            <td class="words">{trouble}</td>
        </tr>
    }
    .into_any()
}
