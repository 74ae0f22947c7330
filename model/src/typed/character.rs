//! Kinds of characters that a text can hold without anybody seeing them.

pub const ZERO_WIDTH_NON_JOINER: char = '\u{200C}';
pub const ZERO_WIDTH_JOINER: char = '\u{200D}';
pub const POP_EMBEDDING: char = '\u{202C}';
pub const POP_ISOLATE: char = '\u{2069}';

/// A blank of any width, seen as nothing but a gap. U+2800 is the Braille pattern without a dot.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

/// The end of a line or paragraph, however it is written.
pub fn is_line_end(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Everything after it is shown backwards, or made to look so.
pub fn is_direction_override(c: char) -> bool {
    matches!(c, '\u{202D}' | '\u{202E}')
}

/// Opens an embedding, as programs put around what they copy.
pub fn opens_embedding(c: char) -> bool {
    matches!(c, '\u{202A}' | '\u{202B}')
}

/// Opens an isolate, the newer kind of embedding.
pub fn opens_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2068}')
}

/// Marks of direction, embedding and isolation.
pub fn is_direction_mark(c: char) -> bool {
    is_direction_override(c)
        || opens_embedding(c)
        || opens_isolate(c)
        || matches!(
            c,
            POP_EMBEDDING | POP_ISOLATE | '\u{200E}' | '\u{200F}' | '\u{61C}'
        )
}

/// Chooses a form of the character before it, as in emoji and in Japanese names.
pub fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}' | '\u{180F}')
}

/// The letters of a flag's name, which follow a black flag.
pub fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007F}')
}

/// Shows nothing, wherever it stands: `Default_Ignorable_Code_Point` of Unicode 16 (less what has
/// a function of its own above) and the annotation marks.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E001F}' | '\u{E0080}'..='\u{E00FF}'
        | '\u{E01F0}'..='\u{E0FFF}')
        || is_direction_mark(c)
}

/// Pictures that a joiner makes one of: the blocks that hold emoji, skin tones, and the keycap.
pub fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{20E3}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{27BF}'
        | '\u{2934}' | '\u{2935}' | '\u{2B00}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}'
        | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Signs that take the vowel from a letter, after which a joiner decides how the next one is
/// written (`Canonical_Combining_Class` virama of the scripts in use today).
pub fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{94D}'
            | '\u{9CD}'
            | '\u{A4D}'
            | '\u{ACD}'
            | '\u{B4D}'
            | '\u{BCD}'
            | '\u{C4D}'
            | '\u{CCD}'
            | '\u{D3B}'
            | '\u{D3C}'
            | '\u{D4D}'
            | '\u{DCA}'
            | '\u{1039}'
            | '\u{103A}'
            | '\u{17D2}'
            | '\u{1A60}'
            | '\u{1B44}'
            | '\u{1BAA}'
            | '\u{A9C0}'
            | '\u{11046}'
            | '\u{110B9}'
            | '\u{11133}'
    )
}

/// Letters and signs of scripts whose letters join: Arabic and its kin, the Indic scripts, Tibetan,
/// Burmese, Khmer, Mongolian and those of Indonesia.
pub fn is_of_joining_script(c: char) -> bool {
    matches!(c,
        '\u{610}'..='\u{6FF}' | '\u{700}'..='\u{8FF}' | '\u{900}'..='\u{DFF}'
        | '\u{F00}'..='\u{FFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{1800}'..='\u{18AF}' | '\u{1A20}'..='\u{1AAF}' | '\u{1B00}'..='\u{1BFF}'
        | '\u{A840}'..='\u{A8FF}' | '\u{A980}'..='\u{A9FF}' | '\u{AA60}'..='\u{AA7F}'
        | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10A00}'..='\u{10FFF}'
        | '\u{11000}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}')
        && !is_invisible(c)
        && !is_variation_selector(c)
}

/// A hyphen, where it stands in for one in a number or a name on the internet.
pub fn hyphen(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' => '-',
        other => other,
    }
}

/// An ASCII character that East Asian keyboards type in full width.
pub fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        other => other,
    }
}
