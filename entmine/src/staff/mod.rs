//! The people who work with EntMine: their accounts, roles and sessions.

mod account;
mod device;
mod password;
mod seen;
mod session;
mod standing;

pub use account::{StaffMember, StaffRefused};
pub use device::DEVICE_MS;
pub(crate) use seen::Seen;
pub use session::{SESSION_IDLE_MS, SESSION_MS, Session, SignIn};
pub use standing::StaffChange;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Orders and stock.
    Clerk,
    /// Everything: also products, prices, the audit, and customers' data.
    Manager,
}

impl Role {
    /// The word in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Manager => "manager",
        }
    }

    /// The role of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Clerk, Self::Manager]
            .into_iter()
            .find(|role| role.as_str() == word)
    }

    /// Whether somebody of this role may do what `needed` may do.
    pub fn may(self, needed: Self) -> bool {
        self >= needed
    }
}
