//! The rehearsal: EntMine made to fail on purpose, so that people can see what the shop says.

use serde::{Deserialize, Serialize};

/// How EntMine behaves in a rehearsal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RehearsalMode {
    #[default]
    Normal,
    /// The connection is refused: provably nothing arrives.
    Down,
    /// Every call waits `seconds` before EntMine looks at it.
    Slow,
    /// With `probability` (percent) a call is refused.
    Flaky,
    /// EntMine commits, waits `seconds`, and the reply is lost.
    DropReply,
    /// EntMine has at most `available` pieces of everything.
    OutOfStock,
    /// Prices in EntMine are `percent` higher than the shop knows.
    PriceChanged,
}

impl RehearsalMode {
    /// All modes in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Normal,
        Self::Down,
        Self::Slow,
        Self::Flaky,
        Self::DropReply,
        Self::OutOfStock,
        Self::PriceChanged,
    ];

    /// The word in forms and banners.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Down => "down",
            Self::Slow => "slow",
            Self::Flaky => "flaky",
            Self::DropReply => "drop_reply",
            Self::OutOfStock => "out_of_stock",
            Self::PriceChanged => "price_changed",
        }
    }

    /// The same for customers, who know nothing of EntMine.
    pub fn describe_to_customers(self) -> String {
        self.describe().replace("EntMine", "Our order system")
    }

    /// What EntMine does in this mode, for staff.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Normal => "EntMine answers as it should.",
            Self::Down => "EntMine refuses every connection.",
            Self::Slow => "EntMine waits before it looks at a call.",
            Self::Flaky => "EntMine refuses some of the calls.",
            Self::DropReply => "EntMine stores the order, then its reply is lost.",
            Self::OutOfStock => "EntMine has only a few pieces left of everything.",
            Self::PriceChanged => "EntMine's prices are higher than the ones in the shop.",
        }
    }
}

/// The rehearsal's settings; a mode reads only the number that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rehearsal {
    pub mode: RehearsalMode,
    pub seconds: u32,
    pub probability: u32,
    pub available: i64,
    pub percent: i64,
}

impl Default for Rehearsal {
    fn default() -> Self {
        Self {
            mode: RehearsalMode::Normal,
            seconds: 0,
            probability: 50,
            available: 1,
            percent: 10,
        }
    }
}
