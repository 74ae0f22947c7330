//! What a merchant can set, as it stands in the file.

use super::colours::Colour;
use model::ShopInfo;
use model::typed;
use serde::{Deserialize, Serialize};

/// The settings. What is not set is as it is without a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tagline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hero_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hero_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hero_pictures: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The name of a picture beside the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
    /// `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// What is wrong with one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSetting {
    pub field: &'static str,
    /// Goes on after the field's name.
    pub reason: String,
}

/// The most pictures beside the headline.
const MAX_PICTURES: usize = 3;

impl Settings {
    /// Everything that is wrong with them, field by field.
    pub fn faults(&self) -> Vec<BadSetting> {
        let mut faults = Vec::new();
        let mut fault = |field, reason: Option<String>| {
            faults.extend(reason.map(|reason| BadSetting { field, reason }));
        };
        fault("name", self.name.as_deref().and_then(name));
        for (field, value, most) in [
            ("tagline", &self.tagline, 120),
            ("hero_title", &self.hero_title, 120),
            ("search_hint", &self.search_hint, 60),
            ("phone", &self.phone, 40),
        ] {
            fault(field, value.as_deref().and_then(|text| line(text, most)));
        }
        for (field, value, most) in [
            ("hero_text", &self.hero_text, 600),
            ("about", &self.about, 600),
            ("address", &self.address, 300),
        ] {
            fault(field, value.as_deref().and_then(|text| long(text, most)));
        }
        fault("email", self.email.as_deref().and_then(email));
        fault("accent", self.accent.as_deref().and_then(accent));
        fault("time_zone", self.time_zone.as_deref().and_then(zone));
        fault(
            "hero_pictures",
            self.hero_pictures.as_deref().and_then(pictures),
        );
        faults
    }

    /// The shop with these settings, over what it is without any. Logo and colours have addresses of
    /// their own, which the caller knows.
    pub fn over(&self, without: ShopInfo) -> ShopInfo {
        let or = |set: &Option<String>, without: String| set.clone().unwrap_or(without);
        ShopInfo {
            name: or(&self.name, without.name),
            tagline: or(&self.tagline, without.tagline),
            hero_title: or(&self.hero_title, without.hero_title),
            hero_text: or(&self.hero_text, without.hero_text),
            hero_pictures: self.hero_pictures.clone().unwrap_or(without.hero_pictures),
            search_hint: or(&self.search_hint, without.search_hint),
            about: or(&self.about, without.about),
            email: or(&self.email, without.email),
            phone: or(&self.phone, without.phone),
            address: or(&self.address, without.address),
            time_zone: or(&self.time_zone, without.time_zone),
            bar_colour: or(&self.accent, without.bar_colour),
            ..without
        }
    }
}

fn name(text: &str) -> Option<String> {
    let empty = text.trim().is_empty() || typed::is_unseen(text);
    match empty {
        true => Some("is empty; customers need to know whose shop it is".to_owned()),
        false => line(text, 60),
    }
}

/// Text of one line.
fn line(text: &str, most: usize) -> Option<String> {
    match text.chars().any(char::is_control) {
        true => Some("holds a line end or another character that cannot be printed".to_owned()),
        false => turned(text).or_else(|| too_long(text, most)),
    }
}

/// Text of several lines.
fn long(text: &str, most: usize) -> Option<String> {
    match text.chars().any(|c| c.is_control() && c != '\n') {
        true => Some("holds a character that cannot be printed".to_owned()),
        false => turned(text).or_else(|| too_long(text, most)),
    }
}

/// Marks that turn the direction of the text would also turn what a page has after it.
fn turned(text: &str) -> Option<String> {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .any(turns)
        .then(|| "holds an invisible mark that turns the direction of the text".to_owned())
}

fn too_long(text: &str, most: usize) -> Option<String> {
    let long = text.chars().count();
    (long > most).then(|| format!("is {long} characters long, and {most} are the most"))
}

fn email(text: &str) -> Option<String> {
    let bad = !text.is_empty() && typed::email(text).as_deref() != Ok(text);
    bad.then(|| format!("'{text}' is no e-mail address"))
}

fn accent(text: &str) -> Option<String> {
    match text.is_empty() {
        true => None,
        false => Colour::accent(text).err(),
    }
}

fn zone(text: &str) -> Option<String> {
    (!wizastore::is_time_zone(text))
        .then(|| format!("'{text}' is no time zone such as Europe/London or America/New_York"))
}

fn pictures(paths: &[String]) -> Option<String> {
    if paths.len() > MAX_PICTURES {
        return Some(format!(
            "has {} pictures, and {MAX_PICTURES} are the most",
            paths.len()
        ));
    }
    paths
        .iter()
        .find(|path| !path.starts_with('/') || path.starts_with("//"))
        .map(|path| format!("'{path}' is no path of this shop such as /products/mug.webp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fields with a fault.
    fn faulty(settings: &Settings) -> Vec<&'static str> {
        let faults = settings.faults();
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn a_shop_has_a_name_that_can_be_seen() {
        for unseen in ["", "  ", "\u{200B}", "\u{2800}\u{2060}", "\u{3164}"] {
            let name = Some(unseen.to_owned());
            let settings = Settings {
                name,
                ..Settings::default()
            };
            assert_eq!(faulty(&settings), ["name"], "{unseen:?}");
        }
    }

    #[test]
    fn no_word_of_the_shop_turns_the_text_around_it() {
        for mark in ["\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}"] {
            let text = || Some(format!("Tea{mark} and honey"));
            let settings = Settings {
                name: text(),
                tagline: text(),
                about: text(),
                ..Settings::default()
            };
            assert_eq!(faulty(&settings), ["name", "tagline", "about"], "{mark:?}");
        }
        // Letters that run from right to left are nobody's fault.
        let settings = Settings {
            name: Some("תה ודבש".to_owned()),
            ..Settings::default()
        };
        assert_eq!(settings.faults(), []);
    }

    #[test]
    fn the_contact_is_an_address_that_mail_can_reach() {
        for bad in [
            "tea",
            "a@b",
            "hello@tea.con",
            "hello@tea .example",
            "a..b@tea.example",
        ] {
            let settings = Settings {
                email: Some(bad.to_owned()),
                ..Settings::default()
            };
            assert_eq!(faulty(&settings), ["email"], "{bad}");
        }
        for good in ["", "hello@tea.example", "josé@müller.example"] {
            let settings = Settings {
                email: Some(good.to_owned()),
                ..Settings::default()
            };
            assert_eq!(settings.faults(), [], "{good}");
        }
    }
}
