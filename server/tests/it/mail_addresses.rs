//! The checkout and the mailer agree about e-mail addresses.

use lettre::Address;
use lettre::message::Mailbox;
use model::typed::{email, mail_address};
use proptest::prelude::*;

/// What the mailer makes of an address that the checkout took.
fn mailbox(taken: &str) -> Mailbox {
    let sent = mail_address(taken).unwrap();
    let (local, domain) = sent.rsplit_once('@').unwrap();
    let address = Address::new(local, domain).unwrap_or_else(|error| panic!("{sent}: {error}"));
    let parsed: Mailbox = sent
        .parse()
        .unwrap_or_else(|error| panic!("{sent}: {error}"));
    assert_eq!(parsed.email, address, "{sent}");
    parsed
}

#[test]
fn an_address_with_a_domain_of_any_script_is_one_for_every_mail_server() {
    let to = mailbox("ada@müller.example");
    assert_eq!(to.email.to_string(), "ada@xn--mller-kva.example");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_the_checkout_takes_the_mailer_can_write_to(
        local in "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~()<>,;:\"\\\\ \\-éß用ا\u{301}]{1,12}",
        domain in "[a-zA-Z0-9.\\-_éß例ا。\u{301}]{1,12}\\.(com|example|рф|c1)",
    ) {
        if let Ok(taken) = email(&format!("{local}@{domain}")) {
            mailbox(&taken);
        }
    }

    #[test]
    fn whatever_is_typed_is_refused_or_can_be_written_to(text in "\\PC{1,20}@\\PC{1,20}") {
        if let Ok(taken) = email(&text) {
            mailbox(&taken);
        }
    }
}
