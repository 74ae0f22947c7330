//! Addresses as each country writes them.

mod formats;

use crate::{Address, country_name};

/// Whether the addresses of a country have a postcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Postcode {
    /// Nothing arrives without one.
    Required,
    /// There are postcodes, and mail arrives without.
    Optional,
    /// There are none. What customers type all the same is kept.
    Unused,
}

/// The order of lines where nothing is known of a country.
const PLAIN: &str = "A|C|S|Z";

/// Whether addresses of a country, by its code, need a postcode.
pub fn postcode_of(country: &str) -> Postcode {
    format(country).map_or(Postcode::Unused, |(_, postcode, _, _)| *postcode)
}

/// Whether addresses of a country, by its code, name a region: a state, a province, an island.
pub fn has_region(country: &str) -> bool {
    format(country).is_some_and(|(_, _, region, _)| *region)
}

impl Address {
    /// The lines of the address below the name, in the order of its country, whose name is last.
    pub fn lines(&self) -> Vec<String> {
        let order = format(&self.country).map_or(PLAIN, |(_, _, _, order)| *order);
        let mut lines = Vec::new();
        for line in order.split('|') {
            if line == "A" {
                lines.push(self.line1.clone());
                lines.extend(self.line2.clone());
            } else {
                lines.push(self.line(line));
            }
        }
        lines.push(
            country_name(&self.country)
                .unwrap_or(&self.country)
                .to_owned(),
        );
        lines.retain(|line| !line.is_empty());
        lines
    }

    /// One line of a format; what stands between two parts goes where one of them is empty.
    fn line(&self, format: &str) -> String {
        let (mut line, mut between) = (String::new(), String::new());
        for sign in format.chars() {
            let part = match sign {
                'C' => &*self.city,
                'S' => self.region.as_deref().unwrap_or_default(),
                'Z' => &*self.postcode,
                other => {
                    between.push(other);
                    continue;
                }
            };
            if !part.is_empty() {
                if !line.is_empty() {
                    line.push_str(&between);
                }
                line.push_str(part);
            }
            between.clear();
        }
        line
    }
}

fn format(country: &str) -> Option<&'static (&'static str, Postcode, bool, &'static str)> {
    let at = formats::FORMATS.binary_search_by_key(&country, |(code, ..)| *code);
    at.ok().and_then(|at| formats::FORMATS.get(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::COUNTRIES;

    fn address(country: &str) -> Address {
        Address {
            line1: "1 Street".into(),
            line2: Some("Flat 2".into()),
            city: "Town".into(),
            region: Some("Region".into()),
            postcode: "123".into(),
            country: country.into(),
        }
    }

    #[test]
    fn the_table_is_sorted_of_known_countries_and_has_a_place_for_every_part() {
        assert!(formats::FORMATS.is_sorted_by(|a, b| a.0 < b.0));
        for (code, _, _, order) in formats::FORMATS {
            assert!(country_name(code).is_some(), "{code}");
            for part in ["A", "C", "S", "Z"] {
                assert_eq!(order.matches(part).count(), 1, "{code}: {part}");
            }
            assert!(order.split('|').any(|line| line == "A"), "{code}");
        }
    }

    #[test]
    fn an_address_is_written_in_the_order_of_its_country() {
        for (country, lines) in [
            ("GB", "1 Street|Flat 2|Town|Region|123|United Kingdom"),
            ("DE", "1 Street|Flat 2|123 Town|Region|Germany"),
            ("FR", "1 Street|Flat 2|123 Town|Region|France"),
            ("US", "1 Street|Flat 2|Town, Region 123|United States"),
            ("CA", "1 Street|Flat 2|Town Region 123|Canada"),
            ("AU", "1 Street|Flat 2|Town Region 123|Australia"),
            ("IT", "1 Street|Flat 2|123 Town Region|Italy"),
            ("BR", "1 Street|Flat 2|Town-Region|123|Brazil"),
            ("HU", "Town|Region|1 Street|Flat 2|123|Hungary"),
            ("BS", "1 Street|Flat 2|Town, Region|123|Bahamas"),
            ("QA", "1 Street|Flat 2|Town|Region|123|Qatar"),
        ] {
            assert_eq!(address(country).lines().join("|"), lines);
        }
    }

    #[test]
    fn what_is_not_there_leaves_no_gap() {
        for (country, lines) in [
            ("GB", "1 Street|Town|United Kingdom"),
            ("US", "1 Street|Town|United States"),
            ("BR", "1 Street|Town|Brazil"),
            ("HK", "1 Street|Town|Hong Kong"),
        ] {
            let bare = Address {
                line2: None,
                region: None,
                postcode: String::new(),
                ..address(country)
            };
            assert_eq!(bare.lines().join("|"), lines);
        }
        let no_state = Address {
            region: None,
            ..address("US")
        };
        assert!(no_state.lines().contains(&"Town 123".to_owned()));
        let no_zip = Address {
            postcode: String::new(),
            ..address("US")
        };
        assert!(no_zip.lines().contains(&"Town, Region".to_owned()));
    }

    #[test]
    fn nothing_that_was_typed_is_left_out_anywhere() {
        for (code, _) in COUNTRIES {
            let lines = address(code).lines().join("|");
            for part in ["1 Street", "Flat 2", "Town", "Region", "123"] {
                assert!(lines.contains(part), "{code}: {lines}");
            }
        }
    }

    #[test]
    fn countries_without_postcodes_need_none() {
        for none in [
            "HK", "AE", "QA", "BS", "MO", "AO", "AG", "BJ", "BO", "BW", "BZ", "CG", "CI", "DM",
            "FJ", "GM", "GD", "GH", "GY", "JM", "KI", "MW", "ML", "QA", "RW", "SC", "SL", "SR",
            "SY", "TG", "TO", "TV", "UG", "VU", "YE", "ZW", "IE", "PA",
        ] {
            assert_ne!(postcode_of(none), Postcode::Required, "{none}");
        }
        for needed in ["GB", "DE", "US", "CA", "FR", "JP", "NL", "AU", "IN", "SE"] {
            assert_eq!(postcode_of(needed), Postcode::Required, "{needed}");
        }
        for region in ["US", "CA", "AU", "IE", "BS", "AE"] {
            assert!(has_region(region), "{region}");
        }
        assert!(!has_region("GB") && !has_region("DE"));
    }
}
