//! The document around the shop, rendered on the server only.

use crate::{App, browser::page_notice::BUILD};
use leptos::{
    hydration::{AutoReload, HydrationScripts},
    nonce::use_nonce,
    prelude::*,
};
use leptos_meta::MetaTags;
use model::ShopInfo;
use std::sync::Arc;

/// Shows times by the visitor's own clock. At the end of the page, so before anything is painted.
const LOCAL_TIMES: &str = include_str!("local_times.js");

/// Leptos' script for whole pages has such a limit, the one for islands has not (leptos 0.8.23, `island_script.js`).
const NEVER_IDLE: &str = include_str!("never_idle.js");

/// The whole document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let shop = use_context::<Arc<ShopInfo>>().unwrap_or_default();
    let stylesheet = format!("/{}/wizastore.css", options.site_pkg_dir);
    let colours = Some(shop.colours.clone()).filter(|path| !path.is_empty());
    view! {
        <!DOCTYPE html>
        <html lang="en-GB" data-build=BUILD>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                // The first that fits counts.
                <meta name="theme-color" content="#0b2a2b" media="(prefers-color-scheme: dark)" />
                <meta name="theme-color" content=shop.bar_colour.clone() />
                <link rel="icon" href=shop.logo.clone() />
                <link rel="stylesheet" href=stylesheet />
                {colours.map(|path| view! { <link rel="stylesheet" href=path /> })}
                <AutoReload options=options.clone() />
                <script nonce=use_nonce()>{NEVER_IDLE}</script>
                <HydrationScripts options islands=true />
                <MetaTags />
            </head>
            <body>
                <App />
                <script nonce=use_nonce()>{LOCAL_TIMES}</script>
            </body>
        </html>
    }
}
