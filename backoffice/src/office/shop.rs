//! The shop as customers see it: its words, its contact, its logo and its colour.

use super::frame::{Desk, page};
use super::parts::{alarm, field, text_area};
use entmine::FieldError;
use leptos::prelude::*;

/// What stands in the form.
#[derive(Clone, Debug, Default)]
pub struct ShopForm {
    pub name: String,
    pub tagline: String,
    pub hero_title: String,
    pub hero_text: String,
    pub search_hint: String,
    pub about: String,
    pub email: String,
    pub phone: String,
    pub address: String,
    pub accent: String,
    pub time_zone: String,
}

/// What the drawing of the shop shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// The shop as it is.
    #[default]
    Now,
    /// What was typed, before it is saved.
    Preview,
    /// What was typed, which was not saved.
    Refused,
}

impl Face {
    fn words(self) -> &'static str {
        match self {
            Self::Now => "As it is.",
            Self::Preview => "As it would be. Nothing is saved yet.",
            Self::Refused => "What you typed. Nothing of it was saved.",
        }
    }
}

/// The page's state.
#[derive(Clone, Debug, Default)]
pub struct ShopView {
    pub form: ShopForm,
    /// The settings that the form was made from.
    pub revision: String,
    /// The logo's address.
    pub logo: String,
    /// The merchant has one of their own.
    pub has_logo: bool,
    /// Where the settings are kept.
    pub file: String,
    pub face: Face,
    pub errors: Vec<FieldError>,
    pub problem: Option<String>,
}

/// The form, with the shop's face as it is, or as it would be.
pub fn shop_page(desk: &Desk, view: &ShopView) -> String {
    let ShopView { form, errors, .. } = view;
    let revision = view.revision.clone();
    let one = |name, label, value: &str, hint| field(name, label, value, hint, errors);
    let remove = view.has_logo.then(|| {
        view! {
            <form method="post" action="/entmine/shop/logo/remove">
                <input type="hidden" name="revision" value=revision.clone() />
                <button type="submit" class="quiet">"Remove the logo"</button>
            </form>
        }
    });
    let content = view! {
        {alarm(view.problem.as_deref())}
        <h2>"How customers see it"</h2>
        <p class="hint">{view.face.words()}</p>
        {face(form, &view.logo)}
        <form class="stack" method="post" action="/entmine/shop">
            <input type="hidden" name="revision" value=view.revision.clone() />
            <h2>"Words"</h2>
            {one("name", "Name", &form.name, "On every page, in titles and e-mails")}
            {one("tagline", "Tagline", &form.tagline, "What you sell, in a few words")}
            {one("hero_title", "Headline", &form.hero_title, "Large, on the home page")}
            {text_area("hero_text", "Text below the headline", &form.hero_text, errors)}
            {one("search_hint", "Search hint", &form.search_hint, "Such as: Mugs, tea, honey…")}
            <h2>"Contact"</h2>
            {one("email", "E-mail", &form.email, "At the foot of every page and in e-mails")}
            {one("phone", "Telephone", &form.phone, "")}
            {text_area("address", "Address", &form.address, errors)}
            {text_area("about", "About the shop", &form.about, errors)}
            <h2>"Looks and place"</h2>
            {one("accent", "Colour", &form.accent, "Such as #7a3b69; dark enough for white words. Empty: teal")}
            {one("time_zone", "Time zone", &form.time_zone, "Such as Europe/London")}
            <p class="actions">
                <button type="submit" name="do" value="save">"Save"</button>
                <button type="submit" name="do" value="preview" class="quiet">"Preview"</button>
            </p>
        </form>
        <h2>"Logo"</h2>
        <form class="stack narrow" method="post" action="/entmine/shop/logo"
            enctype="multipart/form-data">
            <input type="hidden" name="revision" value=view.revision.clone() />
            <div class="field">
                <label for="field-logo">"Picture"</label>
                <small>"PNG, JPEG or WebP, at most 512 KiB, square; it is saved at once"</small>
                <input id="field-logo" name="logo" type="file"
                    accept="image/png,image/jpeg,image/webp" required />
            </div>
            <button type="submit">"Use this logo"</button>
        </form>
        {remove}
        <p class="hint">
            "All of this is kept in " <code>{view.file.clone()}</code>
            ", which can be edited by hand too."
        </p>
    };
    page(desk, "/entmine/shop", "Shop", content)
}

/// What is said where the store is another process.
pub fn shop_elsewhere_page(desk: &Desk) -> String {
    let content = view! {
        <p>
            "The stores run elsewhere. Each has its name, words, contact, logo and colour in a file on \
             its own machine: " <code>"shop.toml"</code> " in its data folder, or where "
            <code>"--shop-file"</code> " says. An edit shows within seconds."
        </p>
    };
    page(desk, "/entmine/shop", "Shop", content)
}

/// The widest line of the headline in the picture, in characters.
const LINE: usize = 34;

/// The top of the home page as a drawing: its colours are attributes, which the policy of these pages
/// allows, and no style.
fn face(form: &ShopForm, logo: &str) -> AnyView {
    let accent = match is_colour(&form.accent) {
        true => form.accent.clone(),
        false => model::DEFAULT_COLOUR.to_owned(),
    };
    let lines = wrapped(&form.hero_title, LINE)
        .into_iter()
        .take(3)
        .enumerate()
        .map(|(n, line)| {
            let y = (128 + n * 34).to_string();
            view! { <text x="24" y=y font-size="27" font-weight="600" fill="#fbf5e6">{line}</text> }
        })
        .collect_view();
    let label = format!("{}. {}", form.name, form.hero_title);
    view! {
        <svg class="shop-face" viewBox="0 0 640 290" role="img" aria-label=label
            font-family="Georgia, serif">
            <rect width="640" height="290" fill="#f6f0e3" />
            <rect width="640" height="230" fill=accent.clone() />
            <image href=logo.to_owned() x="24" y="14" width="36" height="36" />
            <text x="70" y="40" font-size="22" font-weight="600" fill="#fbf5e6">
                {form.name.clone()}
            </text>
            <rect x="0" y="63" width="640" height="1" fill="#fbf5e6" opacity="0.25" />
            <text x="24" y="92" font-size="13" fill="#e2bd6b">{form.tagline.to_uppercase()}</text>
            {lines}
            <rect x="24" y="244" width="130" height="34" rx="7" fill=accent />
            <text x="89" y="266" font-size="15" fill="#ffffff" text-anchor="middle">
                "Add to cart"
            </text>
        </svg>
    }
    .into_any()
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Words in lines of so many characters at most; a longer word has a line of its own.
fn wrapped(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_is_wrapped_between_words() {
        assert_eq!(
            wrapped("tea and honey for all", 9),
            ["tea and", "honey for", "all"]
        );
        assert_eq!(wrapped("", 9), Vec::<String>::new());
    }

    #[test]
    fn only_a_colour_is_drawn() {
        assert!(is_colour("#0f4c4c"));
        for bad in ["", "red", "#12", "#0f4c4c\" onload=\"x"] {
            assert!(!is_colour(bad), "{bad}");
        }
    }
}
