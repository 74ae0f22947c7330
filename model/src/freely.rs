//! Members as JSON lets writers write them: a whole number with a fraction of nothing or an exponent (RFC
//! 8259 §6: `2598`, `2598.0` and `2.598e3` are one number, and some writers know only such), and null for
//! what could be left out.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// A float surely is the whole number that was written up to here. It is more money than there is.
const SURELY_WHOLE: f64 = (1_u64 << 50) as f64;

struct Whole;

impl Visitor<'_> for Whole {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::custom("a number beyond 64 bits"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
        if value.fract() == 0.0 && value.abs() <= SURELY_WHOLE {
            return Ok(value as i64);
        }
        Err(E::custom("not a whole number"))
    }
}

pub(crate) fn whole<'de, D: Deserializer<'de>>(reader: D) -> Result<i64, D::Error> {
    reader.deserialize_any(Whole)
}

pub(crate) fn or_true<'de, D: Deserializer<'de>>(reader: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(reader)?.unwrap_or(true))
}

pub(crate) fn or_false<'de, D: Deserializer<'de>>(reader: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(reader)?.unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use crate::{OrderLine, Product};

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for written in ["2", "2.0", "2e0", "0.2E1", "20e-1"] {
            let text = format!(
                r#"{{"sku":"A","quantity":{written},"unit_price_minor":1,"price_version":1}}"#
            );
            let line: OrderLine = serde_json::from_str(&text).expect(written);
            assert_eq!(line.quantity, 2, "{written}");
        }
        for wrong in ["2.5", "1e18", "\"2\"", "null", "9223372036854775808"] {
            let text = format!(
                r#"{{"sku":"A","quantity":{wrong},"unit_price_minor":1,"price_version":1}}"#
            );
            assert!(serde_json::from_str::<OrderLine>(&text).is_err(), "{wrong}");
        }
    }

    #[test]
    fn null_is_as_good_as_nothing() {
        let product = |more: &str| {
            let text = format!(
                r#"{{"sku":"A","version":1,"name":"A","slug":"a","category":"C","description":"",
                "image":"","currency":"GBP","price_minor":1,"price_version":1,"available":1,
                "published":true{more}}}"#
            );
            serde_json::from_str::<Product>(&text).expect("a product")
        };
        assert_eq!(product(""), product(r#","tracked":null,"listed":null"#));
    }
}
