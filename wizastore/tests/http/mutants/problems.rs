//! Errors that are not quite EntMine's, or not this call's.

use super::{Mutant, error};
use crate::class::Class::{self, Ambiguous, Contradiction, Malformed, NotApplied, Unknown, Voided};
use crate::good::{Draft, INSTANCE, PROBLEM, REASONS, problem_json};

const UNCLEAR: [Class; 3] = [Ambiguous; 3];

pub fn table() -> Vec<Mutant> {
    let mut table = bent();
    table.extend(not_entmines());
    table.extend(wrong_reasons());
    table.extend(of_another_call());
    table
}

/// Every error that proves something, without one thing that makes it believable.
fn bent() -> Vec<Mutant> {
    let mut table = Vec::new();
    for (status, code) in [
        (401, "unauthorized"),
        (403, "forbidden"),
        (429, "too-many-requests"),
        (503, "unavailable"),
        (400, "malformed"),
        (404, "unknown-key"),
        (409, "order-rejected"),
        (410, "order-voided"),
        (422, "key-reused"),
    ] {
        let good = Draft::problem(status, code, REASONS);
        let body = problem_json(code, status, REASONS);
        let of = |body: String| Draft::of(status, PROBLEM, body);
        for (what, draft) in [
            (
                "without an instance",
                good.clone().without("EntMine-Instance"),
            ),
            ("without an epoch", good.clone().without("EntMine-Epoch")),
            (
                "of two instances",
                good.clone().and("EntMine-Instance", INSTANCE),
            ),
            (
                "as plain JSON",
                good.clone().with("Content-Type", "application/json"),
            ),
            ("as text", good.clone().with("Content-Type", "text/plain")),
            (
                "without a type of content",
                good.clone().without("Content-Type"),
            ),
            ("without a body", of(String::new())),
            ("as an empty object", of("{}".into())),
            (
                "of somebody else's type",
                of(body.replace("urn:entmine:problem:", "https://example.org/")),
            ),
            (
                "of a type that begins like EntMine's",
                of(body.replace("entmine:problem:", "entmine:")),
            ),
            ("without a code", of(body.replace(code, ""))),
            (
                "with a space in the code",
                of(body.replace(code, &format!(" {code}"))),
            ),
            (
                "with a code in capitals",
                of(body.replace(code, &code.to_uppercase())),
            ),
            (
                "of two types",
                of(body.replacen('{', r#"{"type":"about:blank","#, 1)),
            ),
            ("cut short", of(body[..body.len() - 1].into())),
            ("in an array", of(format!("[{body}]"))),
            (
                "too large",
                of(body.replacen('{', &format!("{{{}", " ".repeat(70_000)), 1)),
            ),
            (
                "too deep",
                of(body.replacen(
                    '{',
                    &format!(r#"{{"x":{}{},"#, "[".repeat(40), "]".repeat(40)),
                    1,
                )),
            ),
        ] {
            table.push(error(&format!("{status} {what}"), UNCLEAR, &draft));
        }
    }
    table
}

fn not_entmines() -> Vec<Mutant> {
    let html = "<html><h1>Bad Gateway</h1></html>";
    let mut table = Vec::new();
    for status in [400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504] {
        let draft = Draft::of(status, "text/html", html).and("Retry-After", "5");
        let proxy = draft
            .clone()
            .without("EntMine-Instance")
            .without("EntMine-Epoch");
        table.push(error(&format!("{status} of a proxy"), UNCLEAR, &proxy));
        table.push(error(
            &format!("{status} of a proxy that passes headers on"),
            UNCLEAR,
            &draft,
        ));
        let blank = format!(r#"{{"type":"about:blank","title":"No","status":{status}}}"#);
        let blank = Draft::of(status, PROBLEM, blank);
        table.push(error(&format!("{status} about blank"), UNCLEAR, &blank));
    }
    table
}

fn wrong_reasons() -> Vec<Mutant> {
    let mut table = Vec::new();
    for (name, reasons) in [
        ("no reasons", ""),
        ("null for reasons", r#","reasons":null"#),
        ("an empty list of reasons", r#","reasons":[]"#),
        ("a word for reasons", r#","reasons":"sold out""#),
        (
            "a reason that nobody knows",
            r#","reasons":[{"code":"bad_mood"}]"#,
        ),
        ("a reason without a code", r#","reasons":[{"sku":"A"}]"#),
        (
            "a reason without its SKU",
            r#","reasons":[{"code":"discontinued"}]"#,
        ),
        (
            "a reason with a price in words",
            r#","reasons":[{"code":"price_changed","sku":"A","shown_minor":"1","current_minor":2,"price_version":3}]"#,
        ),
        (
            "a reason of the store's",
            r#","reasons":[{"code":"cart_changed"}]"#,
        ),
        (
            "a right reason and a wrong one",
            r#","reasons":[{"code":"discontinued","sku":"A"},{"code":"unknown_order"}]"#,
        ),
        (
            "reasons twice",
            r#","reasons":[{"code":"discontinued","sku":"A"}],"reasons":[]"#,
        ),
    ] {
        let draft = Draft::problem(409, "order-rejected", reasons);
        let mut mutant = error(&format!("rejected for {name}"), UNCLEAR, &draft);
        // To a void the reasons are nothing: it only learns that it comes too late.
        mutant.runs.truncate(2);
        table.push(mutant);
    }
    table
}

/// Well-formed, but not what this call can be told under this status.
fn of_another_call() -> Vec<Mutant> {
    let own = |status, code| Draft::problem(status, code, REASONS);
    let mut table = Vec::new();
    // A code that says something about the key under a status that is not its own.
    for status in [400, 401, 403, 404, 413, 429, 500, 503] {
        for code in [
            "order-rejected",
            "key-reused",
            "number-taken",
            "already-accepted",
            "order-voided",
        ] {
            table.push(error(
                &format!("{status} {code}"),
                UNCLEAR,
                &own(status, code),
            ));
        }
    }
    for (status, code, classes) in [
        (404, "unknown-key", [Ambiguous, Unknown, Contradiction]),
        (404, "not-found", [Ambiguous, Ambiguous, Contradiction]),
        (404, "malformed", [Ambiguous, Ambiguous, Contradiction]),
        (405, "method-not-allowed", UNCLEAR),
        (408, "timeout", UNCLEAR),
        (409, "conflict", UNCLEAR),
        (409, "gap", UNCLEAR),
        (
            409,
            "already-accepted",
            [Ambiguous, Ambiguous, Class::AlreadyAccepted],
        ),
        (410, "gone", UNCLEAR),
        (410, "order-voided", [Voided, Voided, Ambiguous]),
        (422, "unprocessable", UNCLEAR),
        (400, "malformed", [Malformed, Ambiguous, Ambiguous]),
        (
            415,
            "unsupported-media-type",
            [Malformed, Ambiguous, Ambiguous],
        ),
        (431, "headers-too-large", UNCLEAR),
        (500, "internal", UNCLEAR),
        (502, "unavailable", UNCLEAR),
        (504, "unavailable", UNCLEAR),
        (599, "unavailable", UNCLEAR),
        (503, "x", [NotApplied; 3]),
        (403, "forbidden", [NotApplied; 3]),
    ] {
        let name = format!("{status} {code} where it does not belong");
        table.push(error(&name, classes, &own(status, code)));
    }
    table
}
