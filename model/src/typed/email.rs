//! E-mail addresses: taken where mail could ever be delivered to them.

use super::OrderField;
use super::character::{
    ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER, hyphen, is_blank, is_invisible,
    is_variation_selector, narrow,
};
use super::text::joins;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest part before the @, in bytes (RFC 5321, section 4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// Endings that nobody has, and the one that was meant. No list of all endings: new ones come.
const MISTYPED_ENDINGS: [(&str, &str); 7] = [
    ("con", "com"),
    ("c0m", "com"),
    ("comm", "com"),
    ("cmo", "com"),
    ("ocm", "com"),
    ("xom", "com"),
    ("nte", "net"),
];

/// Endings that the internet keeps free, so that no mail gets there (RFC 6761, RFC 6762, RFC 7686, RFC
/// 9476 and ICANN's `internal`). Not `example`, which documents and rehearsals write to.
const RESERVED_ENDINGS: [&str; 8] = [
    "alt",
    "arpa",
    "internal",
    "invalid",
    "local",
    "localhost",
    "onion",
    "test",
];

/// Why no mail could be delivered. Displayed as a sentence, with the address that was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailFault {
    pub kind: EmailFaultKind,
    /// An address that is one, where a slip of the hand explains the fault.
    pub suggestion: Option<String>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailFaultKind {
    NoAt,
    ManyAts,
    NothingBefore,
    NothingAfter,
    Blank,
    Invisible,
    /// In the part before the @.
    BadSign(char),
    /// A dot at the beginning or end of the part before the @, or two in a row.
    Dots,
    LongLocal,
    /// The domain has no dot.
    NoEnding,
    /// A dot at the domain's beginning or end, or two in a row.
    DomainDots,
    /// A sign that no domain has.
    BadDomainSign(char),
    /// An ending that does not exist.
    BadEnding,
    BadDomain,
    Long,
}

impl fmt::Display for EmailFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use EmailFaultKind as Kind;
        match self.kind {
            Kind::NoAt => out.write_str("Enter an e-mail address like name@example.org."),
            Kind::ManyAts => out.write_str("An e-mail address has one @ only."),
            Kind::NothingBefore => out.write_str("The part before the @ is missing."),
            Kind::NothingAfter => out.write_str("The part after the @ is missing."),
            Kind::Blank => out.write_str("There is a space in this address."),
            Kind::Invisible => out.write_str("There is an invisible character in this address."),
            Kind::BadSign(sign) => write!(out, "The part before the @ cannot have “{sign}” in it."),
            Kind::Dots => out.write_str(
                "The part before the @ cannot begin or end with a dot, or have two in a row.",
            ),
            Kind::LongLocal => out.write_str("The part before the @ is too long."),
            Kind::NoEnding => {
                out.write_str("The part after the @ needs an ending such as .com or .co.uk.")
            }
            Kind::DomainDots => out.write_str(
                "The part after the @ cannot begin or end with a dot, or have two in a row.",
            ),
            Kind::BadDomainSign(sign) => {
                write!(out, "The part after the @ cannot have “{sign}” in it.")
            }
            Kind::BadEnding => out.write_str("No address ends like that."),
            Kind::BadDomain => out.write_str("The part after the @ is not a name on the internet."),
            Kind::Long => out.write_str("This address is too long."),
        }?;
        match &self.suggestion {
            Some(meant) => write!(out, " Did you mean {meant}?"),
            None => Ok(()),
        }
    }
}

/// An e-mail address as it was typed, without what is pasted around it: blanks, invisible marks,
/// `mailto:`. Accents are put together with their letters (NFC), and the hyphens of word processors in
/// the domain are hyphens. Letters and marks of any script are taken on both sides of the @; a mail
/// server that cannot write to such a name says so when the mail is sent.
///
/// # Errors
/// [`EmailFault`]: no mail could ever be delivered.
pub fn email(text: &str) -> Result<String, EmailFault> {
    let text = written_one_way(pasted(text));
    let checked = check(&text).map(|_| ());
    match checked {
        Ok(()) => Ok(text),
        Err(kind) => Err(EmailFault {
            kind,
            suggestion: suggestion(&text),
        }),
    }
}

/// The address to send to: the part before the @ as it is, the domain as DNS knows it
/// (`ada@müller.example` is `ada@xn--mller-kva.example`).
///
/// # Errors
/// [`EmailFault`]: no mail could ever be delivered.
pub fn mail_address(text: &str) -> Result<String, EmailFault> {
    let text = written_one_way(pasted(text));
    match check(&text) {
        Ok((local, domain)) => Ok(format!("{local}@{domain}")),
        Err(kind) => Err(EmailFault {
            kind,
            suggestion: suggestion(&text),
        }),
    }
}

/// What stands between the marks and blanks that came along.
fn pasted(text: &str) -> &str {
    let around = |c: char| {
        is_blank(c) || is_invisible(c) || c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER
    };
    let text = text.trim_matches(around);
    match text.split_at_checked("mailto:".len()) {
        Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto:") => address,
        Some(_) | None => text,
    }
}

/// The address with each letter in its one form, and plain hyphens in the domain.
fn written_one_way(text: &str) -> String {
    let text: String = text.nfc().collect();
    let Some((local, domain)) = text.rsplit_once('@') else {
        return text;
    };
    let domain: String = domain.chars().map(hyphen).collect();
    format!("{local}@{domain}")
}

/// The part before the @, and the domain in ASCII.
fn check(text: &str) -> Result<(&str, String), EmailFaultKind> {
    use EmailFaultKind as Kind;
    if text.chars().any(is_blank) {
        return Err(Kind::Blank);
    }
    if text.chars().any(is_unseen) {
        return Err(Kind::Invisible);
    }
    let (local, domain) = text.rsplit_once('@').ok_or(Kind::NoAt)?;
    if local.contains('@') {
        return Err(Kind::ManyAts);
    }
    check_local(local)?;
    let domain = ascii_domain(domain)?;
    if local.len() + 1 + domain.len() > OrderField::Email.max_chars()
        || text.chars().count() > OrderField::Email.max_chars()
    {
        return Err(Kind::Long);
    }
    Ok((local, domain))
}

fn is_unseen(c: char) -> bool {
    is_invisible(c) || is_variation_selector(c) || c.is_control()
}

fn is_joiner(c: char) -> bool {
    c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER
}

fn check_local(local: &str) -> Result<(), EmailFaultKind> {
    use EmailFaultKind as Kind;
    if local.is_empty() {
        return Err(Kind::NothingBefore);
    }
    if without_loose_joiners(local).len() < local.len() {
        return Err(Kind::Invisible);
    }
    // RFC 5322's atoms, and letters, digits and marks of every script (RFC 6531).
    let is_part = |c: char| c.is_alphanumeric() || is_combining_mark(c) || is_joiner(c);
    let sign = local
        .chars()
        .find(|c| !is_part(*c) && !".!#$%&'*+-/=?^_`{|}~".contains(*c));
    if let Some(sign) = sign {
        return Err(Kind::BadSign(sign));
    }
    // A mark is written on the letter before it.
    let mut last = '.';
    for c in local.chars() {
        if is_combining_mark(c) && !is_part(last) {
            return Err(Kind::BadSign(c));
        }
        last = c;
    }
    if local.split('.').any(str::is_empty) {
        return Err(Kind::Dots);
    }
    if local.len() > MAX_LOCAL_BYTES {
        return Err(Kind::LongLocal);
    }
    Ok(())
}

/// The text with those joiners only that join something.
fn without_loose_joiners(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut last = None;
    for (at, c) in text.char_indices() {
        if is_joiner(c) && !joins(c, last, text[at..].chars()) {
            continue;
        }
        kept.push(c);
        last = Some(c);
    }
    kept
}

fn ascii_domain(domain: &str) -> Result<String, EmailFaultKind> {
    use EmailFaultKind as Kind;
    if domain.is_empty() {
        return Err(Kind::NothingAfter);
    }
    let sign = domain
        .chars()
        .find(|c| c.is_ascii() && !c.is_ascii_alphanumeric() && *c != '.' && *c != '-');
    if let Some(sign) = sign {
        return Err(Kind::BadDomainSign(sign));
    }
    if domain.split('.').any(str::is_empty) {
        return Err(Kind::DomainDots);
    }
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map_err(|_| Kind::BadDomain)?;
    let (_, ending) = ascii.rsplit_once('.').ok_or(Kind::NoEnding)?;
    let has_digits = ending.bytes().any(|byte| byte.is_ascii_digit());
    if ending.len() < 2
        || (has_digits && !ending.starts_with("xn--"))
        || RESERVED_ENDINGS.contains(&ending)
        || MISTYPED_ENDINGS.iter().any(|(wrong, _)| *wrong == ending)
    {
        return Err(Kind::BadEnding);
    }
    Ok(ascii.into_owned())
}

/// The address with the commonest slips put right, if that makes one.
fn suggestion(text: &str) -> Option<String> {
    let text: String = match text.rsplit_once('<') {
        // Out of an address book: Ada Fenwick <ada@example.org>.
        Some((_, address)) => address.trim_end_matches('>').to_owned(),
        None => text.to_owned(),
    };
    let seen: String = text
        .chars()
        .map(narrow)
        .map(hyphen)
        .filter(|c| !is_blank(*c) && !is_unseen(*c))
        .collect();
    let seen = written_one_way(&without_loose_joiners(&seen));
    let (local, domain) = seen.rsplit_once('@')?;
    let domain = domain.replace([',', ';'], ".");
    let mut domain = dots_in_order(&domain);
    if let Some((name, ending)) = domain.rsplit_once('.')
        && let Some((_, right)) = MISTYPED_ENDINGS
            .iter()
            .find(|(wrong, _)| ending.eq_ignore_ascii_case(wrong))
    {
        domain = format!("{name}.{right}");
    }
    let local = dots_in_order(local.trim_end_matches('@'));
    let meant = format!("{local}@{domain}");
    check(&meant).is_ok().then_some(meant)
}

fn dots_in_order(text: &str) -> String {
    let parts: Vec<_> = text.split('.').filter(|part| !part.is_empty()).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_have_are_taken_as_they_typed_them() {
        for good in [
            "ada@example.org",
            "Ada.Fenwick+shop@Example.co.uk",
            "o'hara_{x}@mail-1.example",
            "ada@müller.example",
            "ada@例え.jp",
            "josé@example.org",
            "用户@例子.中国",
            "1@2.example",
            "ada@xn--mller-kva.example",
            "ada@xn--e1afmkfd.xn--p1ai",
            "हिन्दी@example.org",
            "श\u{94D}\u{200D}र@example.org",
            "می\u{200C}خواهم@example.org",
            "น้ำ@example.org",
        ] {
            assert_eq!(email(good).as_deref(), Ok(good));
        }
    }

    #[test]
    fn an_address_is_written_one_way() {
        for (typed, taken) in [
            ("jose\u{301}@example.org", "josé@example.org"),
            ("x\u{323}@example.org", "x\u{323}@example.org"),
            ("ada@mu\u{308}ller.example", "ada@müller.example"),
            ("ada@north\u{2011}tower.example", "ada@north-tower.example"),
            ("ada@north\u{2010}tower.example", "ada@north-tower.example"),
            ("ada@north\u{2013}tower.example", "ada@north-tower.example"),
        ] {
            assert_eq!(email(typed).as_deref(), Ok(taken), "{typed}");
        }
    }

    #[test]
    fn endings_that_no_mail_reaches_are_refused() {
        for nowhere in [
            "ada@shop.invalid",
            "ada@shop.localhost",
            "ada@shop.onion",
            "ada@shop.TEST",
            "ada@printer.local",
            "ada@1.168.192.in-addr.arpa",
            "ada@shop.internal",
            "ada@shop.c0m",
            "ada@192.0.2.0x1",
        ] {
            let fault = email(nowhere).expect_err(nowhere);
            assert_eq!(fault.kind, EmailFaultKind::BadEnding, "{nowhere}");
        }
        assert!(email("ada@tower.example").is_ok());
    }

    #[test]
    fn what_is_pasted_around_an_address_goes() {
        for pasted in [
            " ada@example.org ",
            "\u{202A}ada@example.org\u{202C}",
            "\u{FEFF}ada@example.org\u{200B}",
            "mailto:ada@example.org",
            "MailTo:ada@example.org",
            "\u{A0}ada@example.org\t\r\n",
        ] {
            assert_eq!(
                email(pasted).as_deref(),
                Ok("ada@example.org"),
                "{pasted:?}"
            );
        }
    }

    #[test]
    fn mail_that_could_never_arrive_is_refused_with_what_was_meant() {
        let long = format!("{}@example.org", "a".repeat(65));
        let (labels, dots) = ("a.".repeat(150), format!("ada@{}.com", "b".repeat(64)));
        let labels = format!("ada@{labels}com");
        for (typed, fault, meant) in [
            ("ada.example.org", "like name@example.org", None),
            ("ada@gmail,com", "cannot have “,”", Some("ada@gmail.com")),
            ("ada@gmail;com", "cannot have “;”", Some("ada@gmail.com")),
            (
                "ada\u{200B}@example.org",
                "invisible",
                Some("ada@example.org"),
            ),
            (
                "ada@exa\u{AD}mple.org",
                "invisible",
                Some("ada@example.org"),
            ),
            ("ada@exam\u{0}ple.org", "invisible", Some("ada@example.org")),
            (
                "a\u{200D}da@example.org",
                "invisible",
                Some("ada@example.org"),
            ),
            ("\u{301}ada@example.org", "cannot have “\u{301}”", None),
            (
                "ada\u{2011}f@example.org",
                "cannot have “\u{2011}”",
                Some("ada-f@example.org"),
            ),
            ("ada@gmail.c0m", "No address ends", Some("ada@gmail.com")),
            ("a..b@example.org", "two in a row", Some("a.b@example.org")),
            (
                ".ada@example.org",
                "begin or end with a dot",
                Some("ada@example.org"),
            ),
            (
                "ada.@example.org",
                "begin or end with a dot",
                Some("ada@example.org"),
            ),
            ("ada@example..org", "two in a row", Some("ada@example.org")),
            (
                "ada@example.org.",
                "begin or end with a dot",
                Some("ada@example.org"),
            ),
            ("ada@gmail.con", "No address ends", Some("ada@gmail.com")),
            ("ada @ example.org", "a space", Some("ada@example.org")),
            (
                "ada fenwick@example.org",
                "a space",
                Some("adafenwick@example.org"),
            ),
            ("Ada <ada@example.org>", "a space", Some("ada@example.org")),
            (
                "<ada@example.org>",
                "cannot have “<”",
                Some("ada@example.org"),
            ),
            ("ada@@example.org", "one @ only", Some("ada@example.org")),
            ("ada＠example.org", "like name@", Some("ada@example.org")),
            ("a@b@example.org", "one @ only", None),
            ("@example.org", "before the @ is missing", None),
            ("ada@", "after the @ is missing", None),
            ("ada@gmail", "needs an ending", None),
            ("ada@localhost", "needs an ending", None),
            ("ada@example.c", "No address ends", None),
            ("ada@192.0.2.1", "No address ends", None),
            ("ada@[192.0.2.1]", "cannot have “[”", None),
            ("ada@-example.org", "not a name on the internet", None),
            ("ada@under_score.org", "cannot have “_”", None),
            ("a(b)@example.org", "cannot have “(”", None),
            ("\"a b\"@example.org", "a space", None),
            (&long, "before the @ is too long", None),
            (&labels, "not a name on the internet", None),
            (&dots, "not a name on the internet", None),
        ] {
            let told = email(typed).expect_err(typed).to_string();
            assert!(told.contains(fault), "{typed}: {told}");
            let suggested = meant.map(|meant| format!("Did you mean {meant}?"));
            assert_eq!(
                told.contains("Did you mean"),
                suggested.is_some(),
                "{typed}: {told}"
            );
            assert!(
                suggested.is_none_or(|words| told.ends_with(&words)),
                "{typed}: {told}"
            );
        }
    }

    #[test]
    fn mail_goes_to_the_domain_as_dns_knows_it() {
        for (typed, sent) in [
            ("ada@müller.example", "ada@xn--mller-kva.example"),
            ("ada@MÜLLER.example", "ada@xn--mller-kva.example"),
            ("ada@mu\u{308}ller.example", "ada@xn--mller-kva.example"),
            ("josé@Example.org", "josé@example.org"),
            ("ada@例え。jp", "ada@xn--r8jz45g.jp"),
        ] {
            assert_eq!(mail_address(typed).as_deref(), Ok(sent));
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_can_be_sent_to_and_stays_what_it_is(text in "\\PC{0,40}") {
            if let Ok(taken) = email(&text) {
                proptest::prop_assert_eq!(email(&taken), Ok(taken.clone()));
                let sent = mail_address(&taken).expect("what is taken can be sent to");
                let (_, domain) = sent.rsplit_once('@').expect("one @");
                proptest::prop_assert!(domain.is_ascii());
                proptest::prop_assert_eq!(mail_address(&sent), Ok(sent.clone()));
            }
        }

        #[test]
        fn what_was_meant_is_an_address(text in "[a-z.,;<> @\\u{200B}\\u{202A}]{0,12}@[a-z.,;> ]{1,12}") {
            if let Err(EmailFault { suggestion: Some(meant), .. }) = email(&text) {
                proptest::prop_assert_eq!(email(&meant), Ok(meant.clone()));
            }
        }
    }
}
