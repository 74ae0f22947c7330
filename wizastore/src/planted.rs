//! Known-wrong variants of the code, which the simulation switches on one at a time to show that it
//! would notice them. The product has no such switch: there the question is answered at compile time.

/// A variant that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bug {
    /// A submission looks for its cart before it looks for its key.
    CartBeforeKey,
    /// An order is marked as being sent only when the attempt has ended.
    MarkAfterSend,
    /// Every further attempt uses a key of its own.
    NewKeyOnRetry,
    /// Every further attempt sends other bytes.
    BytesNotFrozen,
    /// An order that may have been applied is sent again without a question.
    NotAskedFirst,
    /// An order that EntMine does not know yet is taken for a rejected one.
    AbsentIsRejected,
    /// An acceptance counts whatever it speaks of.
    EchoNotChecked,
    /// An attempt that ran out of time is taken for one that did nothing.
    TimeoutIsNotApplied,
    /// A negative end counts although another attempt owns the order.
    UnfencedNegative,
    /// A lease that ran out leaves no doubt behind.
    ExpiryLeavesNoDoubt,
    /// A void whose lease ran out is taken for done.
    ExpiredVoidIsDone,
    /// A cancellation in doubt does not ask EntMine.
    CancelledInDoubt,
    /// A cancellation that was asked for while the order was being sent is forgotten.
    CancelForgotten,
    /// EntMine's `Retry-After` is not kept.
    PatienceForgotten,
    /// Orders are pushed although EntMine has to be reconciled first.
    PauseIgnored,
    /// What a restored EntMine lost is not brought back.
    LostStaysLost,
    /// *Not placed* is told after a commit in doubt, without a look.
    UnclearIsNotPlaced,
    /// *Safe with us* is told after a commit in doubt.
    UnclearIsSafe,
    /// The order gets another receipt than its form had.
    OtherReceipt,
    /// The cart stays open under the order's key.
    CartStaysOpen,
    /// The lines of an order that was not placed do not come back.
    LinesNotGivenBack,
    /// An order still under way when its customer stops waiting is told as not placed.
    SlowIsNotPlaced,
    /// An order in doubt is told as safe.
    DoubtIsSafe,
}

/// Whether this variant is to be run.
#[cfg(not(test))]
pub(crate) const fn is(_: Bug) -> bool {
    false
}

#[cfg(test)]
pub(crate) use switch::{is, set};

#[cfg(test)]
mod switch {
    use super::Bug;
    use std::cell::Cell;

    thread_local! {
        static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    pub(crate) fn is(bug: Bug) -> bool {
        PLANTED.get() == Some(bug)
    }

    /// Plants a bug in what runs on this thread.
    pub(crate) fn set(bug: Option<Bug>) {
        PLANTED.set(bug);
    }
}
