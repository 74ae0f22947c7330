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
        let Some((media_type, extension)) = kind(&bytes) else {
            return Err(
                "This is no PNG, JPEG or WebP picture. Please save the logo as one of \
                        them."
                    .to_owned(),
            );
        };
        Ok(Self {
            bytes,
            media_type,
            extension,
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

fn kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(("image/png", "png"))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(("image/jpeg", "jpg"))
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some(("image/webp", "webp"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_what_its_bytes_are() {
        for (bytes, media_type) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "image/png"),
            (b"\xff\xd8\xff\xe0....", "image/jpeg"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        ] {
            assert_eq!(
                Logo::read(bytes.into()).expect("a logo").media_type,
                media_type
            );
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
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
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
