//! The steps of an order by their names, and the page that asks before one that is final.

use super::frame::{Desk, page};
use super::order::lines_table;
use super::parts::alarm;
use entmine::{OrderDetail, needs_reason, next_steps};
use leptos::prelude::*;
use model::OrderStatus;

/// What staff do with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Hold,
    Release,
    Pick,
    Ship,
    Cancel,
}

impl Step {
    const ALL: [Self; 5] = [
        Self::Hold,
        Self::Release,
        Self::Pick,
        Self::Ship,
        Self::Cancel,
    ];

    /// The word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Pick => "pick",
            Self::Ship => "ship",
            Self::Cancel => "cancel",
        }
    }

    /// The step of a word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }

    /// What the order is afterwards.
    pub fn to(self) -> OrderStatus {
        match self {
            Self::Hold => OrderStatus::OnHold,
            Self::Release => OrderStatus::New,
            Self::Pick => OrderStatus::Picked,
            Self::Ship => OrderStatus::Shipped,
            Self::Cancel => OrderStatus::Cancelled,
        }
    }

    /// Nothing leads back from it.
    pub fn is_final(self) -> bool {
        next_steps(self.to()).is_empty()
    }

    pub(super) fn needs_reason(self) -> bool {
        needs_reason(self.to())
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Hold => "Hold",
            Self::Release => "Release",
            Self::Pick => "Mark as picked",
            Self::Ship => "Ship",
            Self::Cancel => "Cancel order",
        }
    }

    /// What its page tells before it is taken.
    fn consequence(self) -> &'static str {
        match self {
            Self::Ship => {
                "The pieces leave the stock on hand, and the customer is told that the order is on \
                 its way. This cannot be undone."
            }
            Self::Cancel => {
                "The pieces are free for others again, and the customer is told that the order was \
                 cancelled. This cannot be undone."
            }
            Self::Hold | Self::Release | Self::Pick => "",
        }
    }
}

/// The steps that an order of this status can take.
pub(super) fn steps(from: OrderStatus) -> impl Iterator<Item = Step> {
    let next = next_steps(from);
    Step::ALL
        .into_iter()
        .filter(move |step| next.contains(&step.to()))
}

/// Asks whether a step is meant. `reason` is what was typed.
pub fn step_page(
    desk: &Desk,
    order: &OrderDetail,
    step: Step,
    reason: &str,
    problem: Option<&str>,
) -> String {
    let here = format!("/entmine/orders/{}", order.number);
    let action = format!("{here}/{}", step.word());
    let needs = step.needs_reason();
    let label = if needs {
        "Reason"
    } else {
        "Reason (optional), such as the parcel's number"
    };
    let content = view! {
        {alarm(problem)}
        <p>{step.consequence()}</p>
        {lines_table(&order.lines, &order.currency)}
        <form class="stack narrow" method="post" action=action>
            <input type="hidden" name="seen" value=order.status.as_str() />
            <div class="field">
                <label for="field-reason">{label}</label>
                <input id="field-reason" name="reason" type="text" maxlength="500"
                    value=reason.to_owned() required=needs autocomplete="off" />
                <small>"Kept for ever: nothing personal, please."</small>
            </div>
            <p class="actions">
                <button type="submit" class="grave">{step.label()}</button>
                <a href=here>"Back"</a>
            </p>
        </form>
    };
    page(
        desk,
        "/entmine/orders",
        &format!("{} {}?", step.label(), order.number),
        content,
    )
}
