//! Who did what, and who works here.

use super::Office;
use super::desk::Manager;
use super::failure::Failure;
use axum::extract::{Query, State};
use axum::response::Html;
use backoffice::office::{audit_page, staff_page};
use entmine::AuditQuery;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Listed {
    who: String,
    q: String,
    before: String,
}

/// The audit.
pub(super) async fn list(
    Manager(desk): Manager,
    State(office): State<Office>,
    Query(listed): Query<Listed>,
) -> Result<Html<String>, Failure> {
    let query = AuditQuery {
        actor: listed.who,
        text: listed.q,
        before: listed.before.parse().ok(),
    };
    let found = office.entmine.audit(query.clone()).await?;
    Ok(Html(audit_page(&desk, &query, &found)))
}

/// The accounts.
pub(super) async fn staff(
    Manager(desk): Manager,
    State(office): State<Office>,
) -> Result<Html<String>, Failure> {
    let staff = office.entmine.staff().await?;
    Ok(Html(staff_page(&desk, &staff)))
}
