//! The merchant's logo. What it is is seen from its bytes; a name or a header is not believed.

use sha2::{Digest, Sha256};

/// The largest logo: shown at 36 pixels, it needs far less.
pub const MAX_LOGO: usize = 512 * 1024;

/// A picture that browsers show and that can hold no script (which is why SVG is none of them).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
    extension: &'static str,
}

impl Logo {
    /// Looks at a file's bytes.
    ///
    /// # Errors
    /// What is wrong, as a sentence for the merchant.
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("Please choose a file.".to_owned());
        }
        if bytes.len() > MAX_LOGO {
            return Err(format!(
                "The logo is larger than {} KiB. Please save it smaller.",
                MAX_LOGO / 1024
            ));
        }
        let Some(kind) = kind(&bytes) else {
            return Err(
                "This is no PNG, JPEG or WebP picture. Please save the logo as one of \
                        them."
                    .to_owned(),
            );
        };
        if !(kind.is_whole)(&bytes) {
            let why = "This picture is damaged or not whole. Please save it once more.";
            return Err(why.to_owned());
        }
        Ok(Self {
            bytes,
            media_type: kind.media_type,
            extension: kind.extension,
        })
    }

    /// A name for its file, another one for another picture.
    pub fn file_name(&self) -> String {
        format!("shop-logo-{}.{}", self.version(), self.extension)
    }

    /// Another one for another picture.
    pub fn version(&self) -> String {
        let hash = Sha256::digest(&self.bytes);
        hash.iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// A kind of picture. A file can begin like one and be none, so its structure is looked at too; only
/// a browser looks at the rest.
struct Kind {
    media_type: &'static str,
    extension: &'static str,
    is_whole: fn(&[u8]) -> bool,
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The kind that a file begins like.
fn kind(bytes: &[u8]) -> Option<Kind> {
    if bytes.starts_with(PNG) {
        Some(Kind {
            media_type: "image/png",
            extension: "png",
            is_whole: is_whole_png,
        })
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(Kind {
            media_type: "image/jpeg",
            extension: "jpg",
            is_whole: is_whole_jpeg,
        })
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(Kind {
            media_type: "image/webp",
            extension: "webp",
            is_whole: is_whole_webp,
        })
    } else {
        None
    }
}

/// Chunks from a header with a size, over data, to the end (PNG, section 5).
fn is_whole_png(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(PNG.len()..).unwrap_or_default();
    let (mut has_size, mut has_data) = (false, false);
    while let Some((kind, data, after)) = png_chunk(rest) {
        match kind {
            b"IHDR" => has_size = data.len() == 13 && is_size(data),
            b"IDAT" => has_data = true,
            b"IEND" => return has_size && has_data,
            _other => {}
        }
        if !has_size {
            return false;
        }
        rest = after;
    }
    false
}

/// Width and height of four bytes each, neither of them 0.
fn is_size(data: &[u8]) -> bool {
    let not_zero = |side: Option<&[u8]>| side.is_some_and(|side| side.iter().any(|byte| *byte > 0));
    not_zero(data.get(..4)) && not_zero(data.get(4..8))
}

/// The first chunk's kind and data, and what follows its checksum.
fn png_chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (data, rest) = rest.split_at_checked(length)?;
    let (_checksum, rest) = rest.split_first_chunk::<4>()?;
    Some((kind, data, rest))
}

/// Segments up to a frame header with a size, and the mark of the end somewhere after it (ITU T.81,
/// annex B).
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let [0xff, marker, after @ ..] = rest {
        // Any number of these may stand before a marker.
        if *marker == 0xff {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let Some((segment, next)) = jpeg_segment(after) else {
            return false;
        };
        if is_frame(*marker) {
            let sides = [segment.get(1..3), segment.get(3..5)];
            let has_size = sides
                .iter()
                .all(|side| side.is_some_and(|side| side != [0, 0]));
            return has_size && next.windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        rest = next;
    }
    false
}

/// A segment without its length, and what follows it.
fn jpeg_segment(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    // The length counts itself.
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
    rest.split_at_checked(length)
}

/// The markers of frames; three in their row are something else.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// As long as it says, with a picture in it (RFC 9649, section 2).
fn is_whole_webp(bytes: &[u8]) -> bool {
    let after = bytes.get(4..).unwrap_or_default();
    let Some((length, rest)) = after.split_first_chunk::<4>() else {
        return false;
    };
    let is_there = usize::try_from(u32::from_le_bytes(*length))
        .is_ok_and(|length| length > 12 && length <= rest.len());
    is_there && matches!(rest.get(4..8), Some(b"VP8 " | b"VP8L" | b"VP8X"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The start, a segment of an application, a frame of 1 × 1, a scan, the end.
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\
                          \xff\xda\0\x08\x01\x01\0\0\x3f\0\x2a\xff\xd9";
    const WEBP: &[u8] = b"RIFF\x10\0\0\0WEBPVP8 \x04\0\0\0abcd";

    fn chunk(kind: &[u8], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("short").to_be_bytes();
        [&length[..], kind, data, b"0000"].concat()
    }

    fn size(width: u32, height: u32) -> Vec<u8> {
        let (width, height) = (width.to_be_bytes(), height.to_be_bytes());
        [&width[..], &height, b"\x08\x06\0\0\0"].concat()
    }

    fn png_of(chunks: &[Vec<u8>]) -> Vec<u8> {
        [PNG, &chunks.concat()].concat()
    }

    fn png() -> Vec<u8> {
        png_of(&[
            chunk(b"IHDR", &size(1, 1)),
            chunk(b"IDAT", b"x"),
            chunk(b"IEND", b""),
        ])
    }

    #[test]
    fn a_file_that_only_begins_like_a_picture_is_no_logo() {
        let (head, data, end) = (
            chunk(b"IHDR", &size(1, 1)),
            chunk(b"IDAT", b"x"),
            chunk(b"IEND", b""),
        );
        let flat = chunk(b"IHDR", &size(1, 0));
        for bytes in [
            [PNG, b"garbage"].concat(),
            png_of(&[head.clone(), data.clone()]),
            png_of(&[data.clone(), end.clone()]),
            png_of(&[flat, data, end.clone()]),
            png_of(&[head, end]),
            b"\xff\xd8\xff\xe0garbage".to_vec(),
            b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(),
            b"RIFF\x10\0\0\0WEBPnone\x04\0\0\0abcd".to_vec(),
        ] {
            let why = Logo::read(bytes.clone()).expect_err("damaged");
            assert!(why.contains("not whole"), "{bytes:?}: {why}");
        }
        // Cut anywhere it is not whole.
        for whole in [png(), JPEG.to_vec(), WEBP.to_vec()] {
            for length in 0..whole.len() {
                assert!(Logo::read(whole[..length].to_vec()).is_err(), "{length}");
            }
        }
    }

    #[test]
    fn a_logo_is_what_its_bytes_are() {
        for (bytes, media_type) in [
            (png(), "image/png"),
            (JPEG.to_vec(), "image/jpeg"),
            (WEBP.to_vec(), "image/webp"),
        ] {
            assert_eq!(Logo::read(bytes).expect("a logo").media_type, media_type);
        }
        for bytes in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"GIF89a",
            b"RIFF\x10\0\0\0AVI ",
            b"\x89PNG",
        ] {
            assert!(Logo::read(bytes.into()).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_logo_that_is_too_large_is_refused() {
        let mut bytes = png();
        bytes.resize(MAX_LOGO, 0);
        assert!(Logo::read(bytes.clone()).is_ok());
        bytes.push(0);
        assert!(
            Logo::read(bytes)
                .expect_err("too large")
                .contains("512 KiB")
        );
    }
}
