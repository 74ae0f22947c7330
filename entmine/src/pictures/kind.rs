//! What kind of picture some bytes are: looked at, not believed.

/// A kind of picture that browsers show and that cannot hold a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    Jpeg,
    Png,
    Gif,
    WebP,
    Avif,
}

impl PictureKind {
    const ALL: [Self; 5] = [Self::Jpeg, Self::Png, Self::Gif, Self::WebP, Self::Avif];

    /// The kind that the first bytes show, or nothing: SVG, for one, can hold a program.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::WebP),
            [
                _,
                _,
                _,
                _,
                b'f',
                b't',
                b'y',
                b'p',
                b'a',
                b'v',
                b'i',
                b'f' | b's',
                ..,
            ] => Some(Self::Avif),
            _ => None,
        }
    }

    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::WebP => "webp",
            Self::Avif => "avif",
        }
    }

    /// The kind of a file that was copied, by its name's end.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.extension() == extension)
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_bytes_are() {
        let kinds: [(&[u8], Option<PictureKind>); 9] = [
            (b"\xff\xd8\xff\xe0", Some(PictureKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n\0", Some(PictureKind::Png)),
            (b"GIF89a", Some(PictureKind::Gif)),
            (b"RIFF\x01\x02\x03\x04WEBPVP8 ", Some(PictureKind::WebP)),
            (b"\0\0\0\x1cftypavif\0", Some(PictureKind::Avif)),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\">", None),
            (b"<!doctype html>", None),
            (b"RIFF\x01\x02\x03\x04WAVE", None),
            (b"", None),
        ];
        for (bytes, kind) in kinds {
            assert_eq!(PictureKind::of(bytes), kind, "{bytes:?}");
        }
    }
}
