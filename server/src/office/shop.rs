//! The shop's words, contact, logo and colour.

use super::Office;
use super::desk::Manager;
use super::failure::Failure;
use crate::shop::{BadSetting, Logo, NotSaved, Settings, ShopFile, ShopNow};
use axum::extract::{Form, Multipart, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backoffice::office::{Desk, Face, ShopForm, ShopView, shop_elsewhere_page, shop_page};
use entmine::FieldError;
use model::ShopInfo;
use serde::Deserialize;

/// What the audit calls it.
const SUBJECT: &str = "shop";

/// The form.
pub(super) async fn form(Manager(desk): Manager, State(office): State<Office>) -> Html<String> {
    Html(match &office.shop {
        Some(shop) => shop_page(&desk, &view(shop, &shop.now())),
        None => shop_elsewhere_page(&desk),
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    revision: String,
    r#do: String,
    name: String,
    tagline: String,
    hero_title: String,
    hero_text: String,
    search_hint: String,
    about: String,
    email: String,
    phone: String,
    address: String,
    accent: String,
    time_zone: String,
}

/// Saves what was typed, or shows how it would look.
pub(super) async fn save(
    Manager(desk): Manager,
    State(office): State<Office>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let shop = office.shop.clone().ok_or(Failure::Missing)?;
    let now = shop.now();
    let settings = settings(&typed, &shop.without());
    let mut shown = ShopView {
        form: typed_form(&typed),
        revision: typed.revision.clone(),
        ..view(&shop, &now)
    };
    if typed.r#do == "preview" {
        shown.face = Face::Preview;
        shown.errors = errors(settings.faults());
        return Ok(page(&desk, &shown, StatusCode::OK));
    }
    shown.face = Face::Refused;
    let changed = changed(&now.settings, &settings);
    let done = blocking(move || shop.save(settings, &typed.revision)).await?;
    match done {
        Ok(()) => {
            record(&office, &desk, "shop.changed", &changed).await?;
            Ok(Redirect::to("/entmine/shop?done=saved").into_response())
        }
        Err(NotSaved::Bad(faults)) => {
            shown.errors = errors(faults);
            shown.problem = Some("Nothing was saved.".to_owned());
            Ok(page(&desk, &shown, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(NotSaved::Changed) => Ok(overtaken(&office, &desk, shown)),
        Err(NotSaved::Failed(why)) => Ok(failed(&desk, shown, why)),
    }
}

/// Takes another logo.
pub(super) async fn save_logo(
    Manager(desk): Manager,
    State(office): State<Office>,
    mut form: Multipart,
) -> Result<Response, Failure> {
    let shop = office.shop.clone().ok_or(Failure::Missing)?;
    let (mut revision, mut bytes) = (String::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(|_| Failure::BadForm)? {
        let name = part.name().unwrap_or_default().to_owned();
        match (name.as_str(), part.bytes().await) {
            ("revision", Ok(text)) => revision = String::from_utf8_lossy(&text).into_owned(),
            ("logo", Ok(file)) => bytes = file.to_vec(),
            ("logo", Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                bytes = vec![0; crate::shop::MAX_LOGO + 1];
            }
            (_, Ok(_)) => {}
            (_, Err(_)) => return Err(Failure::BadForm),
        }
    }
    let mut shown = view(&shop, &shop.now());
    match Logo::read(bytes) {
        Ok(logo) => logo_saved(&office, &desk, Some(logo), revision).await,
        Err(why) => {
            shown.problem = Some(why);
            Ok(page(&desk, &shown, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    revision: String,
}

/// Goes back to the sign that every shop has.
pub(super) async fn remove_logo(
    Manager(desk): Manager,
    State(office): State<Office>,
    Form(seen): Form<Seen>,
) -> Result<Response, Failure> {
    logo_saved(&office, &desk, None, seen.revision).await
}

async fn logo_saved(
    office: &Office,
    desk: &Desk,
    logo: Option<Logo>,
    revision: String,
) -> Result<Response, Failure> {
    let shop = office.shop.clone().ok_or(Failure::Missing)?;
    let shown = view(&shop, &shop.now());
    match blocking(move || shop.save_logo(logo.as_ref(), &revision)).await? {
        Ok(()) => {
            record(office, desk, "shop.logo", "logo").await?;
            Ok(Redirect::to("/entmine/shop?done=saved").into_response())
        }
        Err(NotSaved::Changed) => Ok(overtaken(office, desk, shown)),
        Err(NotSaved::Bad(faults)) => {
            let why = faults.into_iter().map(|fault| fault.reason).collect();
            Ok(failed(desk, shown, why))
        }
        Err(NotSaved::Failed(why)) => Ok(failed(desk, shown, why)),
    }
}

/// Files are written and synced, for which others must not wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Failure::BadForm)
}

async fn record(
    office: &Office,
    desk: &Desk,
    event: &'static str,
    detail: &str,
) -> Result<(), Failure> {
    let actor = desk.session.actor();
    office
        .entmine
        .record_step(&actor, event, SUBJECT, detail)
        .await?;
    Ok(())
}

/// Somebody else saved meanwhile: what was typed stays, over what is there now.
fn overtaken(office: &Office, desk: &Desk, mut shown: ShopView) -> Response {
    if let Some(shop) = &office.shop {
        shown.revision.clone_from(&shop.now().revision);
    }
    shown.problem = Some(
        "Somebody else has changed this meanwhile, so nothing was saved. What you typed is below; \
         save again to put it over theirs."
            .to_owned(),
    );
    page(desk, &shown, StatusCode::CONFLICT)
}

fn failed(desk: &Desk, mut shown: ShopView, why: String) -> Response {
    tracing::error!(why, "the shop's settings could not be saved");
    shown.problem = Some(format!("Nothing was saved: {why}."));
    page(desk, &shown, StatusCode::SERVICE_UNAVAILABLE)
}

fn page(desk: &Desk, view: &ShopView, status: StatusCode) -> Response {
    (status, Html(shop_page(desk, view))).into_response()
}

fn view(shop: &ShopFile, now: &ShopNow) -> ShopView {
    let info = now.info.clone();
    ShopView {
        form: ShopForm {
            accent: now.settings.accent.clone().unwrap_or_default(),
            name: info.name,
            tagline: info.tagline,
            hero_title: info.hero_title,
            hero_text: info.hero_text,
            search_hint: info.search_hint,
            about: info.about,
            email: info.email,
            phone: info.phone,
            address: info.address,
            time_zone: info.time_zone,
        },
        revision: now.revision.clone(),
        logo: info.logo,
        has_logo: now.logo.is_some(),
        file: shop.path().display().to_string(),
        ..ShopView::default()
    }
}

fn typed_form(typed: &Typed) -> ShopForm {
    ShopForm {
        name: typed.name.clone(),
        tagline: typed.tagline.clone(),
        hero_title: typed.hero_title.clone(),
        hero_text: typed.hero_text.clone(),
        search_hint: typed.search_hint.clone(),
        about: typed.about.clone(),
        email: typed.email.clone(),
        phone: typed.phone.clone(),
        address: typed.address.clone(),
        accent: typed.accent.clone(),
        time_zone: typed.time_zone.clone(),
    }
}

/// What was typed as settings; what is as without any is not written down.
fn settings(typed: &Typed, without: &ShopInfo) -> Settings {
    let set = |text: &str, without: &str| {
        let text = text.replace("\r\n", "\n").trim().to_owned();
        (text != without).then_some(text)
    };
    Settings {
        name: set(&typed.name, &without.name),
        tagline: set(&typed.tagline, &without.tagline),
        hero_title: set(&typed.hero_title, &without.hero_title),
        hero_text: set(&typed.hero_text, &without.hero_text),
        hero_pictures: None,
        search_hint: set(&typed.search_hint, &without.search_hint),
        about: set(&typed.about, &without.about),
        email: set(&typed.email, &without.email),
        phone: set(&typed.phone, &without.phone),
        address: set(&typed.address, &without.address),
        logo: None,
        accent: set(&typed.accent, ""),
        time_zone: set(&typed.time_zone, &without.time_zone),
    }
}

fn errors(faults: Vec<BadSetting>) -> Vec<FieldError> {
    faults
        .into_iter()
        .map(|BadSetting { field, reason }| FieldError { field, reason })
        .collect()
}

/// The names of the settings that differ, for the audit.
fn changed(before: &Settings, after: &Settings) -> String {
    let pairs = [
        ("name", &before.name, &after.name),
        ("tagline", &before.tagline, &after.tagline),
        ("hero_title", &before.hero_title, &after.hero_title),
        ("hero_text", &before.hero_text, &after.hero_text),
        ("search_hint", &before.search_hint, &after.search_hint),
        ("about", &before.about, &after.about),
        ("email", &before.email, &after.email),
        ("phone", &before.phone, &after.phone),
        ("address", &before.address, &after.address),
        ("accent", &before.accent, &after.accent),
        ("time_zone", &before.time_zone, &after.time_zone),
    ];
    let changed = pairs
        .into_iter()
        .filter(|(_, before, after)| before != after);
    changed
        .map(|(name, ..)| name)
        .collect::<Vec<_>>()
        .join(", ")
}
