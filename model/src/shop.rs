//! The shop as its merchant set it up: the words, the looks and the place that pages and e-mails share.

use serde::{Deserialize, Serialize};

/// What customers see of the merchant. Text is plain text; an empty one is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopInfo {
    pub name: String,
    /// What it sells, in a few words: above the headline and in the home page's title.
    pub tagline: String,
    /// The home page's headline.
    pub hero_title: String,
    pub hero_text: String,
    /// Paths of pictures beside the headline. None: those of products.
    pub hero_pictures: Vec<String>,
    /// Stands in the empty search field.
    pub search_hint: String,
    /// At the foot of every page.
    pub about: String,
    pub email: String,
    pub phone: String,
    /// One line of it a line.
    pub address: String,
    /// Path of the logo.
    pub logo: String,
    /// Path of the stylesheet with the merchant's colour; empty: the colours of the main one.
    pub colours: String,
    /// The colour of the browser's own bar on a light page, `#rrggbb`.
    pub bar_colour: String,
    /// By its name in the time zone database.
    pub time_zone: String,
}

/// Where a shop is that says nothing else.
pub const DEFAULT_TIME_ZONE: &str = "Europe/London";
/// The colour of the main stylesheet.
pub const DEFAULT_COLOUR: &str = "#0f4c4c";
/// The sign of a shop without a logo of its own.
pub const DEFAULT_LOGO: &str = "/shop.svg";

impl ShopInfo {
    /// A shop whose merchant has said nothing yet: true of whatever is sold.
    pub fn neutral() -> Self {
        Self {
            name: "Shop".into(),
            tagline: String::new(),
            hero_title: "Welcome".into(),
            hero_text: "Order today and pay by invoice when the goods are in your hands.".into(),
            hero_pictures: Vec::new(),
            search_hint: String::new(),
            about: String::new(),
            email: String::new(),
            phone: String::new(),
            address: String::new(),
            logo: DEFAULT_LOGO.into(),
            colours: String::new(),
            bar_colour: DEFAULT_COLOUR.into(),
            time_zone: DEFAULT_TIME_ZONE.into(),
        }
    }

    /// The shop of the demonstration, to go with its products.
    pub fn demo() -> Self {
        Self {
            name: "WizAStore".into(),
            tagline: "Supplies for working wizards".into(),
            hero_title: "Everything the craft asks for, delivered to the tower door".into(),
            hero_text:
                "Wands that keep their temper, glass that keeps its shape, maps that keep up. \
                        Order today and pay by invoice when the goods are in your hands."
                    .into(),
            hero_pictures: ["1fa84", "1f52e", "1f52d"]
                .map(|name| format!("/products/{name}.webp"))
                .into(),
            search_hint: "Wands, remedies, maps…".into(),
            about:
                "Supplies for working wizards. Pictures: Fluent Emoji, © Microsoft, MIT licence."
                    .into(),
            logo: "/favicon.svg".into(),
            ..Self::neutral()
        }
    }

    /// Whether there is any way to reach the merchant.
    pub fn has_contact(&self) -> bool {
        !(self.email.is_empty() && self.phone.is_empty() && self.address.is_empty())
    }
}

impl Default for ShopInfo {
    fn default() -> Self {
        Self::neutral()
    }
}
