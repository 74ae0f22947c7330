//! What a new EntMine begins with.

use clap::Args;
use clap::builder::FalseyValueParser;

/// The products of an EntMine that has none yet.
#[derive(Clone, Debug, Args)]
pub struct FirstProducts {
    /// Fill an EntMine that has no products with those of the demo shop. Not for a real shop
    #[arg(long, env = "WIZASTORE_DEMO", value_parser = FalseyValueParser::new())]
    pub demo: bool,
    /// Does nothing: EntMine begins empty anyway. Kept for scripts from before --demo
    #[arg(long, env = "WIZASTORE_EMPTY", hide = true, value_parser = FalseyValueParser::new())]
    pub empty: bool,
}
