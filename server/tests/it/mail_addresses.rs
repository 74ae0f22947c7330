//! The checkout and the mailer agree about e-mail addresses.

use lettre::message::Mailbox;
use model::typed::email;
use proptest::prelude::*;

/// What the mailer makes of an address that the checkout took: one that stands in the envelope and in the
/// message as it was meant, and nothing else with it.
fn mailbox(taken: &str) -> Mailbox {
    let mailbox = server::mail::mailbox(taken).unwrap_or_else(|| panic!("{taken}"));
    let from = "shop@example.org".parse().unwrap();
    let message = server::mail::addressed(from, mailbox.clone()).body(String::new());
    let message = message.unwrap_or_else(|error| panic!("{taken}: {error}"));
    assert_eq!(
        message.envelope().to(),
        std::slice::from_ref(&mailbox.email)
    );
    let address = mailbox.email.to_string();
    let (local, _) = address.rsplit_once('@').unwrap();
    let strange = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\"\\".contains(c);
    assert!(!local.contains(strange), "{address}");
    mailbox
}

#[test]
fn an_address_with_a_domain_of_any_script_is_one_for_every_mail_server() {
    let to = mailbox("ada@müller.example");
    assert_eq!(to.email.to_string(), "ada@xn--mller-kva.example");
    assert_eq!(
        mailbox("संपर्क@example.org").email.to_string(),
        "संपर्क@example.org"
    );
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
