//! Everything that can be planted.

use super::books::Flaw;
use super::careless::Slip;
use super::planted::Bug;
use super::told::Lie;
use super::world::Setting;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// In the rows of the store's database.
    Rows(Bug),
    /// In what customers are told.
    Told(Lie),
    /// In what talks to EntMine.
    Link(Slip),
    /// In EntMine.
    Books(Flaw),
    /// In how the store is set.
    Setting(Setting),
}

impl Wrong {
    pub const ALL: &[Self] = &[
        Self::Books(Flaw::KeyNotUnique),
        Self::Books(Flaw::NoTombstone),
        Self::Link(Slip::ErrorIsNotApplied),
        Self::Link(Slip::ErrorIsRejected),
        Self::Link(Slip::CutIsNotApplied),
        Self::Link(Slip::VoidIgnored),
        Self::Link(Slip::TimeoutIsNotApplied),
        Self::Link(Slip::NewKeyOnRetry),
        Self::Link(Slip::BytesNotFrozen),
        Self::Link(Slip::NotAskedFirst),
        Self::Link(Slip::AbsentIsRejected),
        Self::Link(Slip::EchoNotChecked),
        Self::Setting(Setting::LeaseTooShort),
        Self::Setting(Setting::LeaseForEver),
        Self::Setting(Setting::GivesUp),
        Self::Setting(Setting::StartFreesAll),
        Self::Rows(Bug::MarkAfterSend),
        Self::Rows(Bug::UnfencedNegative),
        Self::Rows(Bug::ExpiryLeavesNoDoubt),
        Self::Rows(Bug::ExpiredVoidIsDone),
        Self::Rows(Bug::CancelledInDoubt),
        Self::Rows(Bug::CancelForgotten),
        Self::Rows(Bug::PatienceForgotten),
        Self::Rows(Bug::PauseForgotten),
        Self::Rows(Bug::LostStaysLost),
        Self::Rows(Bug::OtherReceipt),
        Self::Rows(Bug::CartStaysOpen),
        Self::Rows(Bug::LinesNotGivenBack),
        Self::Told(Lie::KnownIsUnknown),
        Self::Told(Lie::UnclearIsNotPlaced),
        Self::Told(Lie::UnclearIsSafe),
        Self::Told(Lie::SlowIsNotPlaced),
        Self::Told(Lie::DoubtIsSafe),
    ];

    /// The invariants that it breaks by itself. Others may break after them, and prove nothing.
    pub fn breaks(self) -> &'static [&'static str] {
        match self {
            Self::Books(Flaw::KeyNotUnique) => &["twice", "untruth"],
            Self::Books(Flaw::NoTombstone) => &["untruth"],
            Self::Link(Slip::NewKeyOnRetry) => &["unknown", "twice"],
            Self::Link(Slip::BytesNotFrozen) => &["bytes"],
            Self::Link(Slip::NotAskedFirst) => &["asked-first"],
            Self::Link(_) => &["untruth"],
            Self::Setting(Setting::LeaseTooShort | Setting::StartFreesAll) => &["overlap"],
            Self::Setting(Setting::LeaseForEver | Setting::GivesUp) => &["stuck"],
            Self::Rows(Bug::MarkAfterSend) => &["overlap", "asked-first"],
            Self::Rows(Bug::UnfencedNegative) => &["fence"],
            Self::Rows(Bug::CancelForgotten) => &["cancel"],
            Self::Rows(Bug::PatienceForgotten) => &["patience"],
            Self::Rows(Bug::PauseForgotten) => &["paused"],
            Self::Rows(Bug::LostStaysLost) => &["lost"],
            Self::Rows(Bug::OtherReceipt) => &["lost", "untruth"],
            Self::Rows(Bug::CartStaysOpen | Bug::LinesNotGivenBack) => &["cart"],
            Self::Rows(
                Bug::ExpiryLeavesNoDoubt | Bug::ExpiredVoidIsDone | Bug::CancelledInDoubt,
            ) => &["untruth"],
            Self::Told(Lie::UnclearIsSafe) => &["lost"],
            Self::Told(Lie::KnownIsUnknown) => &["lost", "untruth"],
            Self::Told(Lie::UnclearIsNotPlaced | Lie::SlowIsNotPlaced) => &["twice", "untruth"],
            Self::Told(Lie::DoubtIsSafe) => &["untruth"],
        }
    }

    pub fn name(self) -> String {
        let name = match self {
            Self::Rows(bug) => format!("{bug:?}"),
            Self::Told(lie) => format!("{lie:?}"),
            Self::Link(slip) => format!("{slip:?}"),
            Self::Books(flaw) => format!("{flaw:?}"),
            Self::Setting(setting) => format!("{setting:?}"),
        };
        // CamelCase, as people read it.
        let mut words = String::new();
        for c in name.chars() {
            if c.is_ascii_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.push(c.to_ascii_lowercase());
        }
        words
    }
}
