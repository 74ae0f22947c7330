//! Many prices at once: the preview, and doing what it showed.

use super::Office;
use super::desk::Manager;
use super::failure::Failure;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{PriceForm, prices_page};
use entmine::{FieldError, PriceRise};
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    category: String,
    percent: Option<String>,
}

/// The form, with the preview once a percentage is given.
pub(super) async fn preview(
    Manager(desk): Manager,
    State(office): State<Office>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let categories = office.entmine.categories().await?;
    let mut form = PriceForm {
        category: wanted.category,
        ..PriceForm::default()
    };
    let Some(percent) = wanted.percent else {
        return Ok(Html(prices_page(&desk, &form, &categories, None)).into_response());
    };
    form.percent = percent;
    match rise(&form) {
        Ok(rise) => {
            let plan = office.entmine.plan_prices(rise).await?;
            let page = prices_page(&desk, &form, &categories, Some(&plan));
            Ok(Html(page).into_response())
        }
        Err(errors) => {
            form.errors = errors;
            let page = prices_page(&desk, &form, &categories, None);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Agreed {
    category: String,
    percent: String,
    mark: String,
}

/// Changes the prices, if they still are what the preview showed.
pub(super) async fn change(
    Manager(desk): Manager,
    State(office): State<Office>,
    Form(agreed): Form<Agreed>,
) -> Result<Response, Failure> {
    let mut form = PriceForm {
        category: agreed.category,
        percent: agreed.percent,
        ..PriceForm::default()
    };
    let rise = rise(&form).map_err(|_| Failure::BadForm)?;
    let actor = desk.session.actor();
    let changed = office
        .entmine
        .change_prices(rise.clone(), &agreed.mark, &actor)
        .await?;
    match changed {
        Ok(count) => {
            let to = format!("/entmine/prices?done=prices&n={count}");
            Ok(Redirect::to(&to).into_response())
        }
        Err(why) => {
            form.problem = Some(format!("Nothing was changed: {why}."));
            let plan = office.entmine.plan_prices(rise).await?;
            let categories = office.entmine.categories().await?;
            let page = prices_page(&desk, &form, &categories, Some(&plan));
            Ok((StatusCode::CONFLICT, Html(page)).into_response())
        }
    }
}

fn rise(form: &PriceForm) -> Result<PriceRise, Vec<FieldError>> {
    let hundredths = PriceRise::percent(&form.percent).map_err(|reason| {
        let field = "percent";
        vec![FieldError { field, reason }]
    })?;
    Ok(PriceRise {
        category: Some(form.category.clone()).filter(|category| !category.is_empty()),
        hundredths,
    })
}
