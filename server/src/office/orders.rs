//! Orders: the list, one of them, its steps, the picking list.

use super::Office;
use super::desk::Clerk;
use super::failure::Failure;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{
    AGES, Desk, OrderSearch, Step, order_page, orders_page, picking_page, step_page,
};
use entmine::{OrderDetail, OrderQuery, OrderStep, OrderText, StatusRefused};
use model::OrderStatus;
use serde::Deserialize;

/// The longest reason that is kept, in characters; the form has the same limit.
const MAX_REASON: usize = 500;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Listed {
    status: String,
    age: String,
    store: String,
    q: String,
    before: String,
}

/// The list. Its address holds nothing personal: what is no number or key is not searched here.
pub(super) async fn list(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Query(listed): Query<Listed>,
) -> Result<Html<String>, Failure> {
    let reference = listed.q.trim();
    let is_reference = reference
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let mut search = OrderSearch {
        status: OrderStatus::parse(&listed.status),
        age: listed.age,
        store: listed.store,
        ..OrderSearch::default()
    };
    if is_reference {
        search.reference = reference.to_owned();
    } else {
        let problem = "Numbers and keys have letters, digits and hyphens. To find a person, please \
                       use the other field.";
        search.problem = Some(problem.to_owned());
    }
    let text = match search.reference.as_str() {
        "" => OrderText::Anything,
        reference => OrderText::Reference(reference.to_owned()),
    };
    search.is_further = !listed.before.is_empty();
    let age = AGES.iter().find(|(word, _, _)| *word == search.age);
    let query = OrderQuery {
        status: search.status,
        older_than_ms: age.map_or(0, |(_, _, ms)| *ms),
        store: Some(search.store.clone()).filter(|store| !store.is_empty()),
        text,
        before: listed.before.parse().ok(),
    };
    let found = office.entmine.orders(query).await?;
    Ok(Html(orders_page(&desk, &search, &found)))
}

#[derive(Deserialize)]
pub(super) struct Searched {
    #[serde(default)]
    person: String,
    #[serde(default)]
    before: String,
}

/// The orders of a person, asked for by a form because that is personal.
pub(super) async fn search(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Form(searched): Form<Searched>,
) -> Result<Response, Failure> {
    let person = searched.person.trim();
    if person.is_empty() {
        return Ok(Redirect::to("/entmine/orders").into_response());
    }
    let query = OrderQuery {
        text: OrderText::Person(person.to_owned()),
        before: searched.before.parse().ok(),
        ..OrderQuery::default()
    };
    let found = office.entmine.orders(query).await?;
    let search = OrderSearch {
        person: Some(person.to_owned()),
        is_further: !searched.before.is_empty(),
        ..OrderSearch::default()
    };
    Ok(Html(orders_page(&desk, &search, &found)).into_response())
}

/// One order.
pub(super) async fn show(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Path(number): Path<String>,
) -> Result<Html<String>, Failure> {
    let order = find(&office, &number).await?;
    Ok(Html(order_page(&desk, &order, None)))
}

/// Asks whether a step is meant.
pub(super) async fn ask(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Path((number, step)): Path<(String, String)>,
) -> Result<Html<String>, Failure> {
    let step = Step::parse(&step).ok_or(Failure::Missing)?;
    let order = find(&office, &number).await?;
    if entmine::next_steps(order.status).contains(&step.to()) {
        return Ok(Html(step_page(&desk, &order, step, "", None)));
    }
    let problem = refusal(&StatusRefused::NotAllowed {
        from: order.status,
        to: step.to(),
    });
    Ok(Html(order_page(&desk, &order, Some(&problem))))
}

#[derive(Deserialize)]
pub(super) struct Taken {
    #[serde(default)]
    seen: String,
    #[serde(default)]
    reason: String,
}

/// Takes a step.
pub(super) async fn take(
    Clerk(desk): Clerk,
    State(office): State<Office>,
    Path((number, step)): Path<(String, String)>,
    Form(taken): Form<Taken>,
) -> Result<Response, Failure> {
    let step = Step::parse(&step).ok_or(Failure::Missing)?;
    // Every form says what it was filled in for.
    let seen = OrderStatus::parse(&taken.seen).ok_or(Failure::BadForm)?;
    let wanted = OrderStep {
        to: step.to(),
        seen: Some(seen),
        reason: reason(&taken.reason),
        actor: desk.session.actor(),
    };
    match office.entmine.take_step(&number, wanted).await? {
        Ok(_stepped) => {
            let to = format!("/entmine/orders/{number}?done={}", step.word());
            Ok(Redirect::to(&to).into_response())
        }
        Err(why) => refused(&office, &desk, &number, step, &taken.reason, &why).await,
    }
}

/// The page that the step came from, with why it was not taken and what was typed.
async fn refused(
    office: &Office,
    desk: &Desk,
    number: &str,
    step: Step,
    reason: &str,
    why: &StatusRefused,
) -> Result<Response, Failure> {
    let order = find(office, number).await?;
    let problem = refusal(why);
    let (status, page) = match why {
        StatusRefused::UnknownOrder => return Err(Failure::Missing),
        StatusRefused::NoReason => {
            let page = step_page(desk, &order, step, reason, Some(&problem));
            (StatusCode::UNPROCESSABLE_ENTITY, page)
        }
        StatusRefused::NotAllowed { .. } | StatusRefused::Changed { .. } => (
            StatusCode::CONFLICT,
            order_page(desk, &order, Some(&problem)),
        ),
    };
    Ok((status, Html(page)).into_response())
}

fn refusal(why: &StatusRefused) -> String {
    format!("Nothing was changed: {why}.")
}

/// What waits to be picked, for paper.
pub(super) async fn picking(
    Clerk(desk): Clerk,
    State(office): State<Office>,
) -> Result<Html<String>, Failure> {
    let orders = office.entmine.to_pick().await?;
    Ok(Html(picking_page(&desk, &orders)))
}

async fn find(office: &Office, number: &str) -> Result<OrderDetail, Failure> {
    office.entmine.order(number).await?.ok_or(Failure::Missing)
}

/// A reason as it is kept: one line, no longer than its field.
pub(super) fn reason(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_REASON)
        .collect();
    plain.trim().to_owned()
}
