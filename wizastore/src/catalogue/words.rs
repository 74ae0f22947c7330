//! Text as the shop's search finds it: one column, written here and read by `search`.

use model::fold;
use std::collections::BTreeSet;

/// Ends the name and the article number within the searched text. Folded text never holds it.
pub(super) const END: char = '\u{1f}';

/// What of a product is searched: name, article number, then category and description, and after
/// them the stems of all words.
pub(super) fn search_text(sku: &str, name: &str, category: &str, description: &str) -> String {
    let name = fold(name);
    let rest = fold(&format!("{category} {description}"));
    let stems: BTreeSet<_> = [&name, &rest]
        .into_iter()
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
        .filter_map(stem)
        .collect();
    let stems = stems.into_iter().collect::<Vec<_>>().join(" ");
    format!("{name}{END}{}{END}{rest}{END} {stems} ", fold(sku))
}

/// What is left of an English word without its ending, by which singular and plural are the same:
/// `strawberries` and `strawberry` are `strawberri`. None for what is no such word.
pub(super) fn stem(word: &str) -> Option<String> {
    if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if word.len() < 4 {
        return Some(word.to_owned());
    }
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return Some((*one).to_owned());
    }
    let mut stem = word;
    if !["ss", "us", "is"].iter().any(|end| stem.ends_with(end)) {
        stem = stem.strip_suffix('s').unwrap_or(stem);
    }
    stem = stem.strip_suffix('e').unwrap_or(stem);
    let last_but_one = stem.bytes().nth_back(1);
    Some(match stem.bytes().last() {
        Some(b'y') if last_but_one.is_some_and(|byte| !b"aeiou".contains(&byte)) => {
            format!("{}i", stem.strip_suffix('y').unwrap_or(stem))
        }
        // Knives and knife, leaves and leaf.
        Some(b'v') => format!("{}f", stem.strip_suffix('v').unwrap_or(stem)),
        _ => stem.to_owned(),
    })
}

/// Plurals without an s, and the stem of their singular.
const IRREGULAR: [(&str, &str); 10] = [
    ("children", "child"),
    ("feet", "foot"),
    ("geese", "goos"),
    ("mice", "mous"),
    ("people", "person"),
    ("teeth", "tooth"),
    ("women", "woman"),
    ("oxen", "ox"),
    ("lice", "lous"),
    ("workmen", "workman"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn singular_and_plural_have_one_stem() {
        for (many, one) in [
            ("strawberries", "strawberry"),
            ("cherries", "cherry"),
            ("cookies", "cookie"),
            ("wands", "wand"),
            ("candles", "candle"),
            ("boxes", "box"),
            ("glasses", "glass"),
            ("watches", "watch"),
            ("shoes", "shoe"),
            ("potatoes", "potato"),
            ("knives", "knife"),
            ("leaves", "leaf"),
            ("gloves", "glove"),
            ("scarves", "scarf"),
            ("buses", "bus"),
            ("irises", "iris"),
            ("keys", "key"),
            ("jams", "jam"),
            ("brushes", "brush"),
            ("mice", "mouse"),
            ("geese", "goose"),
            ("women", "woman"),
        ] {
            assert_eq!(stem(many), stem(one), "{many}");
        }
    }

    #[test]
    fn what_is_no_english_word_has_no_stem() {
        for word in ["", "a1b2", "60%bamboo", "été", "王王王王"] {
            assert_eq!(stem(word), None, "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_stem_begins_as_its_word(word in "[a-z]{1,12}") {
            let stem = stem(&word).unwrap();
            proptest::prop_assert!(stem.len() <= word.len() + 1);
            proptest::prop_assert_eq!(stem.as_bytes()[0], word.as_bytes()[0]);
        }
    }
}
