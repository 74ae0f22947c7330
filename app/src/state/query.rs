//! What an address asks for behind its question mark.

use model::typed::is_invisible;

/// The value of a part of a query, decoded once; empty where there is none.
///
/// Not the router's own map: that one decodes twice, and makes rubbish of `60%25bamboo`.
pub fn query_part(query: &str, name: &str) -> String {
    let query = query.trim_start_matches('?');
    let found = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(known, _)| decode(known) == name);
    found.map(|(_, value)| decode(value)).unwrap_or_default()
}

/// What somebody searched for, as it may stand on a page: without controls, without what was no text and
/// without what nobody sees or what would turn the page's words around; blanks as single spaces.
pub fn searched(query: &str) -> String {
    let is_no_word = |c: char| {
        let is_control = c.is_control() && !c.is_whitespace();
        c == '\u{fffd}' || is_control || is_invisible(c)
    };
    let words = query_part(query, "q").replace(is_no_word, "");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// As forms are written (`application/x-www-form-urlencoded`).
fn decode(text: &str) -> String {
    let text = text.as_bytes();
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let escaped = match (byte, text.get(at + 1), text.get(at + 2)) {
            (b'%', Some(high), Some(low)) => hex(*high).zip(hex(*low)),
            (_, _, _) => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                at += 2;
            }
            None if *byte == b'+' => bytes.push(b' '),
            None => bytes.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_once() {
        for (query, words) in [
            ("q=60%25bamboo", "60%bamboo"),
            ("?q=60%2525bamboo", "60%25bamboo"),
            ("page=2&q=oak+wand", "oak wand"),
            ("q=caf%C3%A9", "café"),
            ("q=100%", "100%"),
            ("q=%zz%4", "%zz%4"),
            ("q=%00", ""),
            ("q=a%00b%1F", "ab"),
            ("q=%ff%fe", ""),
            ("q=%20+a%09%0Ab+", "a b"),
            ("q=oak%E2%80%AEdnaw", "oakdnaw"),
            ("q=oak\u{202e}\u{2067}\u{200b}", "oak"),
            // Persian is written with joiners.
            ("q=می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("q", ""),
            ("", ""),
            ("x=1", ""),
        ] {
            assert_eq!(searched(query), words, "{query}");
        }
    }
}
