//! Everything that can be planted.

use super::books::Flaw;
use super::link::Slip;
use super::world::Setting;
use crate::planted::Bug;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// In the store's code.
    Code(Bug),
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
        Self::Setting(Setting::LeaseTooShort),
        Self::Setting(Setting::LeaseForEver),
        Self::Setting(Setting::GivesUp),
        Self::Setting(Setting::StartFreesAll),
        Self::Code(Bug::CartBeforeKey),
        Self::Code(Bug::MarkAfterSend),
        Self::Code(Bug::NewKeyOnRetry),
        Self::Code(Bug::BytesNotFrozen),
        Self::Code(Bug::NotAskedFirst),
        Self::Code(Bug::AbsentIsRejected),
        Self::Code(Bug::EchoNotChecked),
        Self::Code(Bug::TimeoutIsNotApplied),
        Self::Code(Bug::UnfencedNegative),
        Self::Code(Bug::ExpiryLeavesNoDoubt),
        Self::Code(Bug::ExpiredVoidIsDone),
        Self::Code(Bug::CancelledInDoubt),
        Self::Code(Bug::CancelForgotten),
        Self::Code(Bug::PatienceForgotten),
        Self::Code(Bug::PauseIgnored),
        Self::Code(Bug::LostStaysLost),
        Self::Code(Bug::UnclearIsNotPlaced),
        Self::Code(Bug::UnclearIsSafe),
        Self::Code(Bug::OtherReceipt),
        Self::Code(Bug::CartStaysOpen),
        Self::Code(Bug::LinesNotGivenBack),
        Self::Code(Bug::SlowIsNotPlaced),
        Self::Code(Bug::DoubtIsSafe),
    ];

    pub fn name(self) -> String {
        let name = match self {
            Self::Code(bug) => format!("{bug:?}"),
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
