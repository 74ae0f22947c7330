//! Answers about the catalogue, for people.

use super::print::or_dash;
use super::table::Table;
use super::time::span;
use crate::catalogue::{CatalogueReport, Comparison};

pub(super) fn status(report: &CatalogueReport) -> Vec<String> {
    let mut table = Table::new(["CATALOGUE", ">EPOCH", ">SEQ", ">PRODUCTS", "DIGEST"]);
    let sides = [
        ("store", Some(&report.cache)),
        ("EntMine", report.entmine.as_ref()),
    ];
    for (name, side) in sides {
        if let Some(side) = side {
            table.row([
                name.to_owned(),
                side.epoch.to_string(),
                side.seq.to_string(),
                side.products.to_string(),
                side.digest.clone(),
            ]);
        }
    }
    let mut lines = table.lines();
    let heard = report.age_s.map(|age_s| format!("{} ago", span(age_s)));
    lines.push(format!("EntMine was last heard of: {}", or_dash(&heard)));
    if let Some(why) = &report.not_following {
        lines.push(format!("the store does not follow EntMine: {why}"));
    }
    if let Some(why) = &report.entmine_error {
        lines.push(format!("EntMine could not be asked: {why}"));
    }
    lines.push(match (report.matches, report.lag) {
        (Some(true), _) => match report.stock_lag {
            None | Some(0) => "the two are the same".to_owned(),
            Some(lag) => {
                format!("the catalogues are the same; the store is {lag} movements of stock behind")
            }
        },
        (Some(false), Some(_)) => {
            "THEY DIFFER: wizastore catalog compare names the products".to_owned()
        }
        (Some(false), None) => "THEY DIFFER: EntMine's is of another epoch".to_owned(),
        (None, Some(lag)) => format!("the store is {lag} changes behind"),
        (None, None) => "nothing to compare with".to_owned(),
    });
    if let Some(products) = report.held_products {
        lines.push(format!(
            "HELD: EntMine's catalogue has {products} products where the store has {}; if that is \
             meant: wizastore catalog repair --take-smaller",
            report.cache.products
        ));
    }
    lines
}

pub(super) fn differences(comparison: &Comparison) -> Vec<String> {
    if comparison.differing == 0 {
        return vec!["every product is the same".to_owned()];
    }
    let mut table = Table::new(["SKU", "STORE AND ENTMINE"]);
    for difference in &comparison.differences {
        table.row([difference.sku.clone(), difference.what.clone()]);
    }
    let mut lines = table.lines();
    lines.push(format!("{} products differ", comparison.differing));
    if comparison.cache_seq != comparison.entmine_seq {
        lines.push(format!(
            "the store is at seq {} and EntMine at {}: some of it may be on its way",
            comparison.cache_seq, comparison.entmine_seq
        ));
    }
    if comparison.cache_stock_seq != comparison.entmine_stock_seq {
        lines.push(format!(
            "the store's stock is at movement {} and EntMine's at {}: some of it may be on its way",
            comparison.cache_stock_seq, comparison.entmine_stock_seq
        ));
    }
    lines
}

pub(super) fn repaired(held: bool) -> &'static str {
    match held {
        false => "the store has EntMine's whole catalogue",
        true => {
            "HELD: EntMine's catalogue is empty or more than a fifth smaller than the store's; if \
             that is meant, give --take-smaller"
        }
    }
}
