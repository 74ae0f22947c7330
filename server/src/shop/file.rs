//! The file of the settings.

use super::settings::Settings;
use sha2::{Digest, Sha256};
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Why the file cannot be used: which line, which field, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{path}{place}: {reason}", path = .path.display())]
pub struct BadShopFile {
    path: PathBuf,
    /// `, line 3, accent` as far as it is known.
    place: String,
    reason: String,
}

impl BadShopFile {
    pub(super) fn new(path: &Path, place: String, reason: impl Display) -> Self {
        Self {
            path: path.to_owned(),
            place,
            reason: reason.to_string(),
        }
    }

    fn at(path: &Path, text: &str, field: &str, reason: impl Display) -> Self {
        let line = text.lines().position(|line| names(line, field));
        let place = match line {
            Some(line) => format!(", line {}, {field}", line + 1),
            None => format!(", {field}"),
        };
        Self::new(path, place, reason)
    }
}

/// Whether a line of the file sets a field.
fn names(line: &str, field: &str) -> bool {
    let line = line.trim_start();
    let rest = line.strip_prefix(field);
    rest.is_some_and(|rest| rest.trim_start().starts_with('='))
}

/// The settings of a file; without a file there are none.
pub(super) fn read(path: &Path) -> Result<(Settings, String), BadShopFile> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        // Where even its folder is none, whoever opens the databases says so.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            String::new()
        }
        Err(error) => {
            return Err(BadShopFile::new(
                path,
                String::new(),
                format!("cannot be read: {error}"),
            ));
        }
    };
    let settings = parse(path, &text)?;
    Ok((settings, text))
}

fn parse(path: &Path, text: &str) -> Result<Settings, BadShopFile> {
    let settings: Settings = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let place = before.map_or(String::new(), |before| {
            format!(", line {}", before.matches('\n').count() + 1)
        });
        BadShopFile::new(path, place, error.message())
    })?;
    match settings.faults().into_iter().next() {
        Some(fault) => Err(BadShopFile::at(path, text, fault.field, fault.reason)),
        None => Ok(settings),
    }
}

/// Names a state of the file, so that nobody overwrites what they have not seen.
pub(super) fn revision(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

const HEAD: &str = "# The shop's words and looks, as customers see them. Written by the back office's page \
                    \"Shop\",\n# which keeps no comments; docs/operations.md explains each line.\n\n";

/// The file of these settings.
///
/// # Errors
/// In words, where they cannot be written as TOML.
pub(super) fn text(settings: &Settings) -> Result<String, String> {
    let body = toml::to_string_pretty(settings).map_err(|error| error.to_string())?;
    Ok(format!("{HEAD}{body}"))
}

/// Writes a file whole or not at all.
///
/// # Errors
/// In words for the person who saves.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let part = path.with_extension("part");
    let written = std::fs::File::create(&part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    });
    written.map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(text: &str) -> String {
        parse(Path::new("shop.toml"), text)
            .expect_err(text)
            .to_string()
    }

    #[test]
    fn a_fault_names_line_and_field_and_says_what_would_do() {
        let why_accent = why("name = \"Tea\"\n\naccent = \"#ffcc00\"\n");
        assert!(why_accent.starts_with("shop.toml, line 3, accent: #ffcc00 is too light"));
        assert!(why_accent.ends_with("would do"), "{why_accent}");
        for (text, words) in [
            ("name = \"\"", "shop.toml, line 1, name: is empty"),
            ("nmae = \"Tea\"", "shop.toml, line 1: unknown field `nmae`"),
            ("name = Tea", "shop.toml, line 1: "),
            ("# a\nname = 3", "shop.toml, line 2: invalid type: integer"),
            (
                "email = \"tea at shop\"",
                "shop.toml, line 1, email: 'tea at shop' is no e-mail",
            ),
            (
                "\n  time_zone=\"London\"",
                "shop.toml, line 2, time_zone: 'London' is no time zone",
            ),
            (
                "tagline = \"a\\nb\"",
                "shop.toml, line 1, tagline: holds a line end",
            ),
            (
                "hero_pictures = [\"https://elsewhere.example/a.png\"]",
                "shop.toml, line 1, hero_pictures: 'https://elsewhere.example/a.png' is no path",
            ),
        ] {
            let why = why(text);
            assert!(why.starts_with(words), "{why}");
        }
    }

    #[test]
    fn the_example_of_the_documents_can_be_used_as_it_is() {
        let page = include_str!("../../../docs/operations.md");
        let (_, example) = page.split_once("```toml\n").expect("an example");
        let (example, _) = example.split_once("```").expect("its end");
        let settings = parse(Path::new("shop.toml"), example).expect("it can be used");
        assert_eq!(settings.name.as_deref(), Some("Tea & Honey"));
        // No file besides it is needed.
        assert_eq!(settings.logo, None);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let settings = Settings {
            name: Some("Ben \"&\" Jo's".into()),
            address: Some("1 Owl Lane\nYork".into()),
            tagline: Some(String::new()),
            ..Settings::default()
        };
        let text = text(&settings).expect("TOML");
        assert_eq!(
            parse(Path::new("shop.toml"), &text).expect("reads"),
            settings
        );
    }
}
