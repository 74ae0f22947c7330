//! `wizastore serve`.

use super::{Apart, FirstProducts, KeepChangesOption, KeepOptions, OrderLimitOptions, StorePlace};
use crate::net::Network;
use clap::Parser;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Clone, Debug, Parser)]
pub struct ServeOptions {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "WIZASTORE_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    #[command(flatten)]
    pub place: StorePlace,
    #[command(flatten)]
    pub apart: Apart,
    /// Address by which staff reach a back office that has an --office-addr, such as
    /// https://office.example; with https its session cookie is sent over TLS only
    #[arg(long, env = "ENTMINE_PUBLIC_URL", value_name = "URL")]
    pub office_url: Option<String>,
    /// Folder of the browser's files: pkg/, pictures, stylesheet
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site: PathBuf,
    /// Address by which customers reach the shop, such as https://shop.example
    ///
    /// Scheme and host (and port, where it is not the usual one), nothing else. Forms that come
    /// from pages of this address are taken even where a proxy changed the Host header; with https
    /// the session cookie is sent over TLS only.
    #[arg(long, env = "WIZASTORE_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The shop's name, words, contact, logo, colour and time zone, as TOML [default: <data>/shop.toml]
    ///
    /// Customers read them on every page and in e-mails. Without the file the shop is just a "Shop".
    /// The back office's page "Shop" writes it; an edit by hand shows within seconds.
    #[arg(long, env = "WIZASTORE_SHOP_FILE", value_name = "FILE")]
    pub shop_file: Option<PathBuf>,
    /// Sender of the e-mails to customers; an address alone gets the shop's name
    ///
    /// They go through the mail server at WIZASTORE_SMTP_URL (smtps://user:password@host, or
    /// smtp://… with ?tls=required); without one they are written to the folder mail/ in --data.
    #[arg(
        long,
        env = "WIZASTORE_MAIL_FROM",
        value_name = "ADDRESS",
        default_value = "orders@localhost"
    )]
    pub mail_from: String,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks such as 10.0.0.0/8
    ///
    /// May be given several times or separated by commas. From any other sender the header is
    /// ignored, because a customer could write anything into it. It decides whom the limits on
    /// orders per address count.
    #[arg(
        long,
        env = "WIZASTORE_TRUSTED_PROXIES",
        value_name = "ADDR|CIDR",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<Network>,
    /// Add /rehearsal, where EntMine can be made to fail on purpose. Not for a real shop
    #[arg(long, env = "WIZASTORE_REHEARSAL")]
    pub rehearsal: bool,
    #[command(flatten)]
    pub first: FirstProducts,
    #[command(flatten)]
    pub order_limits: OrderLimitOptions,
    #[command(flatten)]
    pub keep: KeepOptions,
    #[command(flatten)]
    pub keep_changes: KeepChangesOption,
}

impl ServeOptions {
    /// The file of the shop's settings.
    pub fn shop_file(&self) -> PathBuf {
        let default = || self.place.entmine.data.join("shop.toml");
        self.shop_file.clone().unwrap_or_else(default)
    }
}
