//! The buttons on an order's page: what each asks of the store, and its words.

/// What a customer wishes for an open order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Do not wait for the next try.
    TryNow,
    /// The same, where nobody knows whether the last try arrived.
    TryAgain,
    /// Give it up.
    Cancel,
}

impl Wish {
    /// The door, for browsers without JavaScript.
    pub fn door(self) -> &'static str {
        match self {
            Self::TryNow | Self::TryAgain => "/api/orders/retry",
            Self::Cancel => "/api/orders/cancel",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::TryNow => "Try now",
            Self::TryAgain => "Try again",
            Self::Cancel => "Yes, cancel this order",
        }
    }

    /// The class of the button.
    pub fn class(self) -> &'static str {
        match self {
            Self::TryNow | Self::TryAgain => "button button-main",
            Self::Cancel => "button button-bad",
        }
    }

    /// From the click to the answer.
    pub fn pending(self) -> &'static str {
        match self {
            Self::TryNow | Self::TryAgain => "Trying…",
            Self::Cancel => "Cancelling…",
        }
    }

    /// Where no answer came.
    pub fn unanswered(self) -> &'static str {
        match self {
            Self::TryNow | Self::TryAgain => "The shop did not answer. Your order is still safe.",
            Self::Cancel => {
                "The shop did not answer: we cannot tell whether it heard you. Asking again is \
                 safe."
            }
        }
    }
}
