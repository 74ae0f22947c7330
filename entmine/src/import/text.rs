//! From bytes to text: whatever encoding a spreadsheet or a shop's export was saved in.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// A file as text, and what was said about it on the way.
pub(super) struct Text {
    pub text: String,
    pub notes: Vec<String>,
}

/// What a file is that cannot be read as a table, by its first bytes; nothing for a text.
pub(super) fn no_text(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "a workbook (.xlsx, .ods) or another zip"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xff\xd8\xff", "a picture"),
        (b"GIF8", "a picture"),
        (b"RIFF", "a picture"),
        (b"\x1f\x8b", "a compressed file (.gz)"),
    ];
    let known = KINDS
        .into_iter()
        .find(|(start, _)| bytes.starts_with(start));
    if let Some((_, what)) = known {
        return Some(what);
    }
    let head = &bytes[..bytes.len().min(4_096)];
    let strange = |byte: &&u8| **byte < 0x20 && !b"\n\r\t".contains(*byte);
    let count = head.iter().filter(strange).count();
    let is_binary = utf16(bytes).is_none() && count > 3 && count * 10 > head.len();
    is_binary.then_some("no text")
}

/// Reads a file in UTF-8 or UTF-16; anything else is Windows-1252, in which every file is a text. Control
/// characters that a broken converter left go.
pub(super) fn decode(bytes: &[u8]) -> Text {
    let mut notes = Vec::new();
    let text = match utf16(bytes) {
        Some(encoding) => {
            notes.push(format!("The file was read as {}.", encoding.name()));
            encoding.decode_with_bom_removal(bytes).0
        }
        None => {
            let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
            let bytes = marked.unwrap_or(bytes);
            std::str::from_utf8(bytes).map_or_else(
                |_| {
                    if marked.is_some() {
                        notes.push(
                            "The file says that it is in UTF-8, and has bytes that are not: look \
                             for \u{fffd} in names."
                                .to_owned(),
                        );
                        return String::from_utf8_lossy(bytes);
                    }
                    notes.push(
                        "The file is not in UTF-8 and was read as Windows-1252. Look at names \
                         with accents; where they are wrong, save the file as \"CSV UTF-8\"."
                            .to_owned(),
                    );
                    WINDOWS_1252.decode_without_bom_handling(bytes).0
                },
                Cow::Borrowed,
            )
        }
    };
    let text = windows_signs(text, &mut notes);
    let unwanted = |c: char| c == '\u{feff}' || (c.is_control() && !"\n\r\t".contains(c));
    let count = text.chars().filter(|c| unwanted(*c)).count();
    if count == 0 {
        let text = text.into_owned();
        return Text { text, notes };
    }
    let many = if count == 1 { "" } else { "s" };
    notes.push(format!(
        "{count} control character{many} that cannot be printed {} left out.",
        if count == 1 { "was" } else { "were" }
    ));
    let text = text.chars().filter(|c| !unwanted(*c)).collect();
    Text { text, notes }
}

/// A converter that took Windows-1252 for Latin-1 left control characters where quotation marks and
/// dashes were: they come back.
fn windows_signs<'t>(text: Cow<'t, str>, notes: &mut Vec<String>) -> Cow<'t, str> {
    let broken = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    let count = text.chars().filter(|c| broken(*c)).count();
    if count == 0 {
        return text;
    }
    notes.push(format!(
        "{count} broken quotation marks, dashes and other signs of Windows-1252 were put right."
    ));
    let mut right = String::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(u32::from(c)) {
            Ok(byte) if broken(c) => {
                right.push_str(&WINDOWS_1252.decode_without_bom_handling(&[byte]).0);
            }
            Ok(_) | Err(_) => right.push(c),
        }
    }
    right.into()
}

/// Which UTF-16 it is, by its mark, or by the zero bytes that every other letter of a table has.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let head = bytes.get(..bytes.len().min(200))?;
    let zeros = |odd: usize| {
        let places = head.iter().skip(odd).step_by(2);
        places.filter(|byte| **byte == 0).count() * 4 > head.len()
    };
    match (zeros(0), zeros(1)) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        (true, true) | (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes_of).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Handle,Title\r\ncafe,Café crème\r\n";
        let files = [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf16(&format!("\u{feff}{text}"), u16::to_le_bytes),
            utf16(&format!("\u{feff}{text}"), u16::to_be_bytes),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
            b"Handle,Title\r\ncafe,Caf\xe9 cr\xe8me\r\n".to_vec(),
        ];
        for (number, file) in files.iter().enumerate() {
            let read = decode(file);
            assert_eq!(read.text, text, "file {number}");
            assert_eq!(read.notes.is_empty(), number < 2, "{:?}", read.notes);
        }
    }

    #[test]
    fn what_is_no_table_is_named() {
        for (bytes, what) in [
            (&b"PK\x03\x04\x14\x00"[..], "workbook"),
            (b"\xd0\xcf\x11\xe0\xa1", ".xls"),
            (b"\x89PNG\r\n\x1a\n", "picture"),
            (b"\x00\x01\x02\x03\x04\x05\x06\x07", "no text"),
        ] {
            assert!(
                no_text(bytes).is_some_and(|found| found.contains(what)),
                "{what}"
            );
        }
        for text in [
            &b"SKU,Price\nA,1"[..],
            b"",
            b"\xff\xfeS\x00K\x00",
            b"caf\xe9,1",
            b"a\x07b,c",
        ] {
            assert_eq!(no_text(text), None);
        }
    }

    #[test]
    fn control_characters_go_and_are_counted() {
        let read = decode(b"a\x07b\x00c\n\td");
        assert_eq!(read.text, "abc\n\td");
        assert!(read.notes[0].starts_with("2 control characters"));
        assert_eq!(decode(b"").text, "");
        let read = decode("Mum\u{92}s \u{80}5\u{81}".as_bytes());
        assert_eq!(read.text, "Mum\u{2019}s €5");
        assert!(read.notes[0].contains("Windows-1252"), "{:?}", read.notes);
    }
}
