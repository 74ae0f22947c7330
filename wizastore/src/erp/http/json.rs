//! JSON that can be read in one way only.
//!
//! RFC 8259 §4 leaves it open which of two members of one name counts, and readers differ. An
//! acceptance with two numbers in it is not an acceptance. How a number is written is left open too:
//! `2598`, `2598.0` and `2.598e3` are the same one (§6), and some writers know only such.

use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A whole number that is written with a fraction or an exponent is read by way of a float; up to here
/// that surely gives the number that was written. It is more money than there is.
const SURELY_WHOLE: f64 = (1_u64 << 50) as f64;

/// Why bytes are not the document that was expected.
#[derive(Debug, thiserror::Error)]
pub(super) enum JsonFault {
    #[error("not UTF-8")]
    NotUtf8,
    /// Not JSON, with a name twice in an object, nested too deep, or with something after it.
    #[error("{0}")]
    Syntax(serde_json::Error),
    #[error("not a JSON object")]
    NotAnObject,
    #[error("{0}")]
    Shape(serde_json::Error),
}

/// Reads one object and nothing else. Members that nobody knows are passed over, as a later
/// EntMine may add some.
pub(super) fn object<T: DeserializeOwned>(bytes: &[u8], max_depth: usize) -> Result<T, JsonFault> {
    // serde_json looks at UTF-8 only where it makes a string.
    let text = str::from_utf8(bytes).map_err(|_| JsonFault::NotUtf8)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Levels(max_depth)
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(JsonFault::Syntax)?;
    // serde's derive would read an array as a struct.
    if !value.is_object() {
        return Err(JsonFault::NotAnObject);
    }
    serde_json::from_value(value).map_err(JsonFault::Shape)
}

/// Reads a document of EntMine's that may be large: what is written as usual is read straight away, and
/// what is not is read with all the freedom that JSON gives.
///
/// # Errors
/// What is wrong with it, for people.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    const DEPTH: usize = 32;
    serde_json::from_slice(bytes)
        .or_else(|_| object(bytes, DEPTH).map_err(|fault| fault.to_string()))
}

/// Reads any value in which this many levels of objects and arrays may open.
#[derive(Clone, Copy)]
struct Levels(usize);

impl Levels {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        let left = self.0.checked_sub(1);
        left.map(Self).ok_or_else(|| E::custom("nested too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Levels {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Levels {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        if value.fract() == 0.0 && value.abs() <= SURELY_WHOLE {
            return Ok((value as i64).into());
        }
        let number = Number::from_f64(value);
        number
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(de::Error::custom("a member twice in one object"));
            }
            let value = members.next_value_seed(inside)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(bytes: &[u8]) -> String {
        object::<Value>(bytes, 3).expect_err("refused").to_string()
    }

    #[test]
    fn a_document_has_one_meaning() {
        assert!(object::<Value>(br#" {"a":[{}],"b":1.5} "#, 3).is_ok());
        assert!(fault(br#"{"a":1,"a":1}"#).contains("twice"));
        assert!(fault(br#"{"x":{"a":1,"\u0061":2}}"#).contains("twice"));
        assert!(fault(br#"{"a":[[[]]]}"#).contains("too deep"));
        assert!(fault(b"{} {}").contains("trailing"));
        assert!(fault(b"{}\0").contains("trailing"));
        assert!(fault(b"\xef\xbb\xbf{}").contains("expected value"));
        assert_eq!(fault(b"{\"a\":\"\xff\"}"), "not UTF-8");
        assert_eq!(fault(b"[]"), "not a JSON object");
        assert!(fault(br#"{"a":"\ud800"}"#).contains("hex escape")); // half a character
        assert!(fault(br#"{"a":1e999}"#).contains("out of range"));
        assert!(fault(b"").contains("EOF"));
    }

    #[test]
    fn an_amount_is_an_integer_however_it_is_written() {
        #[derive(serde::Deserialize)]
        struct Total {
            #[serde(rename = "total_minor")]
            minor: i64,
        }
        for same in ["1", "1.0", "1e0", "10e-1", "0.1E+1"] {
            let text = format!("{{\"total_minor\":{same}}}");
            let total: Total = object(text.as_bytes(), 3).expect(same);
            assert_eq!(total.minor, 1, "{same}");
        }
        for wrong in [
            "1.5",
            "1e-1",
            "1e19",
            "\"1\"",
            "9223372036854775808",
            "null",
            "true",
        ] {
            let text = format!("{{\"total_minor\":{wrong}}}");
            assert!(object::<Total>(text.as_bytes(), 3).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_message_about_the_catalogue_is_read_with_the_same_freedom() {
        let usual =
            r#"{"type":"catalog.changed","epoch":1,"from":10,"to":12,"digest":null,"changes":[]}"#;
        let free = r#" { "changes" : [ ], "more":{"x":[1.5]}, "to":1.2e1, "from":10.0,
            "epoch":1E0, "t\u0079pe":"catalog.changed" } "#;
        let usual: model::CatalogueMessage = from_json(usual.as_bytes()).expect("usual");
        let free: model::CatalogueMessage = from_json(free.as_bytes()).expect("free");
        assert_eq!(free, usual);
        let half = r#"{"type":"catalog.changed","epoch":1,"from":1.5,"to":12,"changes":[]}"#;
        assert!(from_json::<model::CatalogueMessage>(half.as_bytes()).is_err());
    }
}
