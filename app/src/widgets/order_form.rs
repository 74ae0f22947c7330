//! The form that places an order.

use crate::widgets::{CountryField, Field};
use crate::{
    browser::{draft, effect::effect, form::take_over_order},
    state::submission::Submission,
};
use leptos::{ev::SubmitEvent, html, prelude::*};
use model::{Cart, OrderField, OrderForm as Form, Reason};

/// The form's id, for buttons that stand elsewhere and send it.
pub const ORDER_FORM: &str = "order-form";

/// The form of a cart. The hidden fields follow the cart; what was typed stays.
#[component]
pub fn OrderForm(
    /// What was typed before.
    form: Form,
    /// The chosen country's addresses need no postcode.
    postcode_optional: bool,
    #[prop(into)] cart: Signal<Cart>,
    reasons: Signal<Vec<Reason>>,
    /// An order is under way: nothing can be sent.
    #[prop(into)]
    busy: Signal<bool>,
    submit: Callback<Submission>,
) -> impl IntoView {
    let place = move |event: SubmitEvent| {
        if let Some(submission) = take_over_order(&event) {
            submit.run(submission);
        }
    };
    let node = NodeRef::<html::Form>::new();
    let served = !form.line1.is_empty();
    effect(move || {
        if let Some(form) = node.get() {
            draft::restore(&form, served);
        }
    });
    let keep = move |_| {
        if let Some(form) = node.get_untracked() {
            draft::keep(&form);
        }
    };
    let of_cart = move |part: fn(&Cart) -> String| move || cart.with(part);
    view! {
        <form
            id=ORDER_FORM
            class="order-form"
            method="post"
            action="/api/orders/submit"
            node_ref=node
            on:submit=place
            on:input=keep
        >
            <input type="hidden" name="order_key" value=of_cart(|cart| cart.order_key.clone()) />
            <input type="hidden" name="receipt" value=of_cart(|cart| cart.receipt.clone()) />
            <input
                type="hidden"
                name="cart_revision"
                value=of_cart(|cart| cart.revision.to_string())
            />
            <input
                type="hidden"
                name="shown_total_minor"
                value=of_cart(|cart| cart.total_minor.to_string())
            />
            <OrderFields form postcode_optional reasons />
            <p class="terms">
                "You pay by invoice, which comes with the goods. Delivery is free. Prices include \
                 tax."
            </p>
            <button class="button button-main button-wide" disabled=move || busy.get()>
                "Place order"
            </button>
        </form>
    }
    .into_any()
}

/// Who gets the goods and where.
#[component]
pub fn OrderFields(
    /// What was typed before.
    form: Form,
    /// The chosen country's addresses need no postcode.
    postcode_optional: bool,
    reasons: Signal<Vec<Reason>>,
) -> impl IntoView {
    view! {
        <fieldset>
            <legend>"You"</legend>
            <Field field=OrderField::Name value=form.name reasons autocomplete="name" />
            <Field field=OrderField::Email value=form.email reasons autocomplete="email" />
            <Field
                field=OrderField::Phone
                kind="tel"
                value=form.phone
                reasons
                autocomplete="tel"
                optional=true
            />
        </fieldset>
        <fieldset>
            <legend>"Where the goods go"</legend>
            <Field
                field=OrderField::Line1
                value=form.line1
                reasons
                autocomplete="address-line1"
            />
            <Field
                field=OrderField::Line2
                value=form.line2
                reasons
                autocomplete="address-line2"
                optional=true
            />
            <div class="field-pair">
                <Field
                    field=OrderField::City
                    value=form.city
                    reasons
                    autocomplete="address-level2"
                />
                <Field
                    field=OrderField::Postcode
                    value=form.postcode
                    reasons
                    autocomplete="postal-code"
                    optional=postcode_optional
                    required=false
                />
            </div>
            <Field
                field=OrderField::Region
                value=form.region
                reasons
                autocomplete="address-level1"
                optional=true
            />
            <CountryField value=form.country reasons />
            <Field
                field=OrderField::Note
                value=form.note
                reasons
                autocomplete="off"
                optional=true
            />
        </fieldset>
    }
    .into_any()
}
