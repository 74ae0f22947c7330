//! A customer's data: found, handed out, erased. All of it by forms, because it is personal.

use super::Office;
use super::desk::Manager;
use super::failure::Failure;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{CustomerSearch, customers_page};
use entmine::Person;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    number: String,
    email: String,
    sure: String,
}

impl Named {
    fn person(&self) -> Option<Person> {
        match (self.number.trim(), self.email.trim()) {
            ("", "") => None,
            ("", email) => Some(Person::Email(email.to_owned())),
            (number, _) => Some(Person::Order(number.to_owned())),
        }
    }

    fn search(&self) -> CustomerSearch {
        CustomerSearch {
            number: self.number.clone(),
            email: self.email.clone(),
            ..CustomerSearch::default()
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    number: String,
}

/// The form; with a number from an order's page it is filled in.
pub(super) async fn form(
    Manager(desk): Manager,
    State(office): State<Office>,
    Query(wanted): Query<Wanted>,
) -> Result<Html<String>, Failure> {
    let named = Named {
        number: wanted.number,
        ..Named::default()
    };
    let mut search = named.search();
    if let Some(person) = named.person() {
        look(&office, &person, &mut search).await?;
    }
    Ok(Html(customers_page(&desk, &search)))
}

/// The orders that have data of a customer.
pub(super) async fn find(
    Manager(desk): Manager,
    State(office): State<Office>,
    Form(named): Form<Named>,
) -> Result<Response, Failure> {
    let mut search = named.search();
    let Some(person) = named.person() else {
        search.problem = Some("Please give an order number or an e-mail address.".to_owned());
        let page = customers_page(&desk, &search);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
    };
    look(&office, &person, &mut search).await?;
    Ok(Html(customers_page(&desk, &search)).into_response())
}

/// The orders that have data of a person, and which of them are open.
async fn look(
    office: &Office,
    person: &Person,
    search: &mut CustomerSearch,
) -> Result<(), Failure> {
    let found = office.entmine.orders_of(person).await?;
    let open = found.iter().filter(|order| order.is_open());
    search.still_open = open.map(|order| order.number.clone()).collect();
    search.found = Some(found.into_iter().map(|order| order.number).collect());
    Ok(())
}

/// Everything that EntMine holds of a customer, as a file.
pub(super) async fn export(
    Manager(desk): Manager,
    State(office): State<Office>,
    Form(named): Form<Named>,
) -> Result<Response, Failure> {
    let person = named.person().ok_or(Failure::BadForm)?;
    let actor = desk.session.actor();
    let data = office.entmine.export_person(&person, &actor).await?;
    let json = serde_json::to_vec_pretty(&data).map_err(|_| Failure::BadForm)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"customer.json\"",
        ),
    ];
    Ok((headers, json).into_response())
}

/// Erases a customer's data.
pub(super) async fn erase(
    Manager(desk): Manager,
    State(office): State<Office>,
    Form(named): Form<Named>,
) -> Result<Response, Failure> {
    let person = named.person().ok_or(Failure::BadForm)?;
    let mut search = named.search();
    if named.sure == "yes" {
        let actor = desk.session.actor();
        let erasure = office.entmine.erase(&person, &actor).await?;
        if erasure.open.is_empty() {
            let count = erasure.erased.len();
            let to = format!("/entmine/customers?done=erased&n={count}");
            return Ok(Redirect::to(&to).into_response());
        }
        // Exactly these still have data: asking again could fail, although others were erased.
        search.found = Some(erasure.open.clone());
        search.still_open = erasure.open.clone();
        search.open = erasure.open;
        search.erased = erasure.erased.len();
    } else {
        search.problem = Some("Nothing was erased: please say that you are sure.".to_owned());
        look(&office, &person, &mut search).await?;
    }
    let page = customers_page(&desk, &search);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}
