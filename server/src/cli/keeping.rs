//! How long is kept what nobody needs for ever.

use clap::Args;
use std::time::Duration;
use wizastore::Knobs;

const DAY_S: u64 = 24 * 3600;

/// What the store removes by itself; orders stay.
#[derive(Clone, Copy, Debug, Args)]
pub struct KeepOptions {
    /// Days for which a cart is kept that nobody comes back to, with what was typed at its checkout
    #[arg(
        long,
        env = "WIZASTORE_KEEP_CARTS",
        value_name = "DAYS",
        default_value_t = days(Knobs::default().cart_idle),
        value_parser = clap::value_parser!(u64).range(1..=36_500)
    )]
    pub keep_carts: u64,
    /// Days for which a browser that does not come back would still show its customer's orders
    ///
    /// The orders themselves stay, and their addresses open them; a session with an open order stays too. The cookie
    /// lasts as long, or as a cart is kept.
    #[arg(
        long,
        env = "WIZASTORE_KEEP_SESSIONS",
        value_name = "DAYS",
        default_value_t = days(Knobs::default().session_kept),
        value_parser = clap::value_parser!(u64).range(1..=36_500)
    )]
    pub keep_sessions: u64,
    /// Days for which the attempts of an order that has ended are kept, and the e-mails about it; the order stays
    ///
    /// After them also name and address go of a rejected or cancelled order, which EntMine never had.
    #[arg(
        long,
        env = "WIZASTORE_KEEP_HISTORY",
        value_name = "DAYS",
        default_value_t = days(Knobs::default().history_kept),
        value_parser = clap::value_parser!(u64).range(1..=36_500)
    )]
    pub keep_history: u64,
}

impl KeepOptions {
    /// What the store is opened with.
    pub fn knobs(self) -> Knobs {
        Knobs {
            cart_idle: of_days(self.keep_carts),
            session_kept: of_days(self.keep_sessions),
            history_kept: of_days(self.keep_history),
            ..Knobs::default()
        }
    }
}

/// What EntMine removes by itself.
#[derive(Clone, Copy, Debug, Args)]
pub struct KeepChangesOption {
    /// Days for which EntMine keeps entries of its list of changed products that later entries replace
    ///
    /// Stores that follow lose nothing by it; products, prices, their history and the audit stay.
    #[arg(
        long,
        env = "ENTMINE_KEEP_CHANGES",
        value_name = "DAYS",
        default_value_t = days(entmine::Options::default().changes_kept),
        value_parser = clap::value_parser!(u64).range(1..=36_500)
    )]
    pub keep_changes: u64,
}

impl KeepChangesOption {
    /// What EntMine is opened with.
    pub fn changes_kept(self) -> Duration {
        of_days(self.keep_changes)
    }
}

fn days(time: Duration) -> u64 {
    time.as_secs() / DAY_S
}

fn of_days(days: u64) -> Duration {
    Duration::from_secs(days * DAY_S)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use crate::cli::ServeOptions;
    use clap::Parser;
    use std::time::Duration;

    #[test]
    fn each_limit_is_said_in_days_and_none_is_nothing() {
        let given = [
            "serve",
            "--keep-carts",
            "1",
            "--keep-sessions",
            "2",
            "--keep-history",
            "3",
            "--keep-changes",
            "4",
        ];
        let options = ServeOptions::try_parse_from(given).unwrap();
        let knobs = options.keep.knobs();
        let kept = [
            knobs.cart_idle,
            knobs.session_kept,
            knobs.history_kept,
            options.keep_changes.changes_kept(),
        ];
        let days = |days: u64| Duration::from_secs(days * 24 * 3600);
        assert_eq!(kept, [1, 2, 3, 4].map(days));
        assert!(ServeOptions::try_parse_from(["serve", "--keep-carts", "0"]).is_err());
    }
}
