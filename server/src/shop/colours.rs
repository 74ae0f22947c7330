//! The merchant's colour on the shop's pages: checked so that words on it and in it can be read.

/// Words on the darkest ground of a light page, and white ones on the colour, need this contrast (WCAG
/// 2.2, 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;
/// The darkest ground that links stand on in the light stylesheet (`--sunken`).
const GROUND: Colour = Colour([0xec, 0xe3, 0xcf]);
/// The lightest ground that links stand on in the dark one (`--sheet`).
const DARK_GROUND: Colour = Colour([0x11, 0x2a, 0x2b]);
const BLACK: Colour = Colour([0; 3]);
const WHITE: Colour = Colour([0xff; 3]);

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// `#rrggbb`, in either case.
    ///
    /// # Errors
    /// What is wrong with it, in words that go on after the field's name; a colour that would make
    /// words hard to read comes with a darker one that does not.
    pub fn accent(text: &str) -> Result<Self, String> {
        let colour =
            Self::parse(text).ok_or_else(|| format!("'{text}' is no colour such as #7a3b69"))?;
        let contrast = colour.contrast(GROUND);
        if contrast >= LEAST_CONTRAST {
            return Ok(colour);
        }
        let mut darker = colour;
        while darker.contrast(GROUND) < LEAST_CONTRAST {
            darker = darker.mixed(BLACK, 0.04);
        }
        Err(format!(
            "{} is too light to read words on it: its contrast is {contrast:.1}, at least \
             {LEAST_CONTRAST} is needed; {} would do",
            colour.hex(),
            darker.hex()
        ))
    }

    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    pub fn hex(self) -> String {
        let Self([red, green, blue]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// This much of the way to another colour.
    fn mixed(self, other: Self, share: f64) -> Self {
        let mut mixed = self.0;
        for (part, to) in mixed.iter_mut().zip(other.0) {
            let (from, to) = (f64::from(*part), f64::from(to));
            // Both are bytes, so what lies between them is one.
            *part = (from + (to - from) * share) as u8;
        }
        Self(mixed)
    }

    /// Of two colours, from 1 to 21 (WCAG's definition).
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let part = |byte: u8| {
            let part = f64::from(byte) / 255.0;
            match part <= 0.04045 {
                true => part / 12.92,
                false => ((part + 0.055) / 1.055).powf(2.4),
            }
        };
        let [red, green, blue] = self.0.map(part);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// The custom properties of the main stylesheet that follow the merchant's colour, light and dark.
pub fn stylesheet(accent: Colour) -> String {
    let mut lit = accent;
    while lit.contrast(DARK_GROUND) < 7.0 {
        lit = lit.mixed(WHITE, 0.05);
    }
    let hex = |colour: Colour| colour.hex();
    format!(
        ":root {{\n  --brand: {};\n  --brand-deep: {};\n  --link: {};\n  --action: {};\n  \
         --action-hover: {};\n}}\n@media (prefers-color-scheme: dark) {{\n  :root {{\n    \
         --brand: {};\n    --brand-deep: {};\n    --link: {};\n    --action: {};\n    \
         --action-hover: {};\n  }}\n}}\n",
        hex(accent),
        hex(accent.mixed(BLACK, 0.28)),
        hex(accent),
        hex(accent),
        hex(accent.mixed(BLACK, 0.2)),
        hex(accent.mixed(BLACK, 0.5)),
        hex(accent.mixed(BLACK, 0.65)),
        hex(lit),
        hex(lit),
        hex(lit.mixed(WHITE, 0.3)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_wcags() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 0.01);
        let grey = Colour::parse("#767676").expect("a colour");
        assert!((grey.contrast(WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn a_colour_that_hides_words_is_refused_with_one_that_does_not() {
        for dark in ["#0f4c4c", "#7A3B69", "#000000", "#003399"] {
            assert!(Colour::accent(dark).is_ok(), "{dark}");
        }
        for light in ["#ffcc00", "#ffffff", "#00ff00", "#ff6347"] {
            let why = Colour::accent(light).expect_err(light);
            let (_, offered) = why.rsplit_once("; ").expect("an offer");
            let offered = offered.strip_suffix(" would do").expect("an offer");
            assert!(Colour::accent(offered).is_ok(), "{light}: {offered}");
        }
    }

    #[test]
    fn what_is_no_colour_reaches_no_stylesheet() {
        for bad in [
            "",
            "red",
            "#12345",
            "#1234567",
            "#gg0000",
            "#0f4c4c;}",
            "#+1+1+1",
            "#é00",
        ] {
            assert!(Colour::accent(bad).is_err(), "{bad}");
        }
        let sheet = stylesheet(Colour::accent("#7a3b69").expect("dark enough"));
        assert!(sheet.contains("--brand: #7a3b69;"), "{sheet}");
    }
}
