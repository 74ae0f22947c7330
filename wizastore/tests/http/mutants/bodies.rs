//! Successes with wrong contents.

use super::{Call, Mutant, accepted, envelope, replaced};
use crate::class::Class::{Accepted, Contradiction, Unreadable};
use crate::good::{Draft, KEY, OTHER_KEY, REASONS, acceptance_json};

pub fn table() -> Vec<Mutant> {
    let mut table = not_an_acceptance();
    table.extend(members());
    table.extend(of_another_order());
    table.extend(verdicts_of_find());
    table
}

fn not_an_acceptance() -> Vec<Mutant> {
    let good = acceptance_json();
    let around = |before: &[u8], after: &[u8]| [before, good.as_bytes(), after].concat();
    let nested = |depth: usize| {
        let value = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        good.replacen('{', &format!(r#"{{"x":{value},"#), 1)
    };
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let twice = good.replacen('{', r#"{"number":"SO-2026-000124","#, 1);
    let total_twice = good.replacen('{', r#"{"total_minor":1,"#, 1);
    let escaped_twice = good.replacen('{', r#"{"n\u0075mber":"SO-2026-000124","#, 1);
    let unknown_twice = good.replacen('{', r#"{"x":1,"x":1,"#, 1);
    let inner_twice = good.replacen('{', r#"{"x":{"a":1,"a":2},"#, 1);
    let huge = good.replacen('{', &format!(r#"{{"x":"{}","#, "y".repeat(70_000)), 1);
    let wide = good.replacen('{', &format!(r#"{{"x":[{}1],"#, "1,".repeat(40_000)), 1);
    vec![
        accepted("an empty body", Unreadable, ""),
        accepted("white space", Unreadable, " \r\n"),
        accepted("null", Unreadable, "null"),
        accepted("true", Unreadable, "true"),
        accepted("a number", Unreadable, "42"),
        accepted("a string", Unreadable, r#""SO-2026-000123""#),
        accepted("an empty object", Unreadable, "{}"),
        accepted("an empty array", Unreadable, "[]"),
        accepted("the object in an array", Unreadable, around(b"[", b"]")),
        accepted(
            "the object in an object",
            Unreadable,
            around(b"{\"data\":", b"}"),
        ),
        accepted(
            "the members without their names",
            Unreadable,
            format!(r#"["{KEY}","SO-1","f",2598,"GBP","2026-11-22T21:00:01Z","new",false]"#),
        ),
        accepted(
            "HTML",
            Unreadable,
            "<!DOCTYPE html><title>It works!</title>",
        ),
        accepted("XML", Unreadable, "<number>SO-2026-000123</number>"),
        accepted(
            "a byte order mark",
            Unreadable,
            around(b"\xef\xbb\xbf", b""),
        ),
        accepted("a comment", Unreadable, around(b"/* ok */", b"")),
        accepted(
            "a guard against JSON hijacking",
            Unreadable,
            around(b")]}',\n", b""),
        ),
        accepted("something behind it", Unreadable, around(b"", b" ok")),
        accepted("a second object behind it", Unreadable, around(b"", b"{}")),
        accepted("itself behind it", Unreadable, around(b"", good.as_bytes())),
        accepted("a NUL behind it", Unreadable, around(b"", b"\0")),
        accepted("a comma at the end", Unreadable, good.replace('}', ",}")),
        accepted("single quotes", Unreadable, good.replace('"', "'")),
        accepted("UTF-16", Unreadable, utf16),
        accepted("a number twice", Unreadable, twice),
        accepted("a total twice", Unreadable, total_twice),
        accepted(
            "a number twice, once in disguise",
            Unreadable,
            escaped_twice,
        ),
        accepted("a strange member twice", Unreadable, unknown_twice),
        accepted(
            "a strange member twice, further in",
            Unreadable,
            inner_twice,
        ),
        accepted("33 levels", Unreadable, nested(32)),
        accepted("200 levels", Unreadable, nested(200)),
        accepted("30,000 levels", Unreadable, nested(30_000)),
        accepted("more than 64 KiB in one string", Unreadable, huge),
        accepted("more than 64 KiB in one array", Unreadable, wide),
        accepted(
            "1 MiB of white space before it",
            Unreadable,
            around(&[b' '; 1 << 20], b""),
        ),
        accepted(
            "a bad byte in a string",
            Unreadable,
            [b"{\"x\":\"\xff\",", &good.as_bytes()[1..]].concat(),
        ),
        accepted(
            "a bad byte in a name",
            Unreadable,
            [b"{\"\xc3\x28\":1,", &good.as_bytes()[1..]].concat(),
        ),
        accepted(
            "half a character",
            Unreadable,
            good.replacen('{', r#"{"x":"\ud800","#, 1),
        ),
        accepted(
            "Infinity",
            Unreadable,
            good.replacen('{', r#"{"x":Infinity,"#, 1),
        ),
        accepted("1e999", Unreadable, good.replacen('{', r#"{"x":1e999,"#, 1)),
        envelope("a problem as a success", Unreadable, |mut draft| {
            draft.body = crate::good::problem_json("order-rejected", 409, REASONS).into();
            draft
        }),
        envelope("the rejection as a success", Unreadable, |mut draft| {
            draft.body = br#"{"voided":false,"verdict":"rejected"}"#.into();
            draft
        }),
        Mutant {
            name: "voided is a word".into(),
            runs: vec![(
                Call::Void,
                Draft::json(200, r#"{"voided":"true"}"#).bytes(),
                Unreadable,
            )],
        },
    ]
}

fn members() -> Vec<Mutant> {
    let mut table = Vec::new();
    for (member, right) in [
        ("key", format!(r#""key":"{KEY}","#)),
        ("number", r#""number":"SO-2026-000123","#.into()),
        ("total_minor", r#""total_minor":2598,"#.into()),
        ("currency", r#""currency":"GBP","#.into()),
        (
            "accepted_at",
            r#""accepted_at":"2026-11-22T21:00:01Z","#.into(),
        ),
        ("status", r#""status":"new","#.into()),
    ] {
        let null = format!(r#""{member}":null,"#);
        let shouted = right.replacen(member, &member.to_uppercase(), 1);
        let array = format!(r#""{member}":["SO-1"],"#);
        table.extend([
            replaced(&format!("no {member}"), Unreadable, &right, ""),
            replaced(&format!("{member} is null"), Unreadable, &right, &null),
            replaced(&format!("{member} is an array"), Unreadable, &right, &array),
            replaced(&format!("{member} shouted"), Unreadable, &right, &shouted),
        ]);
    }
    for total in [
        "2598.5",
        "2.5985e3",
        "2598e-1",
        "2598e16",
        "\"2598\"",
        "true",
        "99999999999999999999",
        "-9223372036854775809",
        "02598",
        "+2598",
        "2_598",
        "0xA26",
        "NaN",
    ] {
        let name = format!("the total is {total}");
        table.push(replaced(&name, Unreadable, "2598", total));
    }
    let number = "SO-2026-000123";
    let long = "9".repeat(101);
    for (name, wrong) in [
        ("the number is empty", ""),
        ("the number is a space", " "),
        ("the number has a space before it", " SO-1"),
        ("the number has a line in it", r"SO\n1"),
        ("the number has a NUL in it", r"SO\u0000"),
        ("the number goes from right to left", r"SO-\u202e321"),
        ("the number has 101 digits", &long),
    ] {
        table.push(replaced(name, Unreadable, number, wrong));
    }
    table.push(replaced(
        "the number is a number",
        Unreadable,
        &format!("\"{number}\""),
        "123",
    ));
    for (name, from, to) in [
        ("a status that nobody knows", "\"new\"", "\"lost\""),
        ("a status in capitals", "\"new\"", "\"NEW\""),
        ("a status as a number", "\"new\"", "1"),
        ("an empty status", "\"new\"", "\"\""),
        ("replayed is a word", "false", "\"false\""),
        ("replayed is a number", "false", "0"),
        ("accepted_at is a day", "2026-11-22T21:00:01Z", "2026-11-22"),
        ("accepted_at has no zone", "21:00:01Z", "21:00:01"),
        ("accepted_at never was", "2026-11-22T", "2026-02-30T"),
        ("accepted_at is empty", "2026-11-22T21:00:01Z", ""),
    ] {
        table.push(if name.starts_with("replayed") {
            // `find` does not have this member.
            let mut mutant = replaced(name, Unreadable, from, to);
            mutant.runs.truncate(1);
            mutant
        } else {
            replaced(name, Unreadable, from, to)
        });
    }
    table
}

/// Well-formed, and about something else. The push compares each with what it sent.
fn of_another_order() -> Vec<Mutant> {
    let fingerprint = wizastore::fingerprint(crate::good::BODY);
    let other = wizastore::fingerprint(b"other bytes");
    let escape = acceptance_json().replacen("\"GBP\"", r#""\u0047BP""#, 1);
    vec![
        replaced("another key", Accepted, KEY, OTHER_KEY),
        replaced("no key in the key", Accepted, KEY, ""),
        replaced("the key in capitals", Accepted, KEY, &KEY.to_uppercase()),
        replaced(
            "another number",
            Accepted,
            "SO-2026-000123",
            "SO-2026-000001",
        ),
        replaced("another fingerprint", Accepted, &fingerprint, &other),
        replaced("a fingerprint without its name", Accepted, "sha256:", ""),
        replaced("another total", Accepted, "2598", "2599"),
        replaced("the total below nothing", Accepted, "2598", "-2598"),
        replaced("the largest total", Accepted, "2598", "9223372036854775807"),
        replaced("another currency", Accepted, "GBP", "EUR"),
        replaced("a currency that is none", Accepted, "GBP", "pounds"),
        replaced("another status", Accepted, "\"new\"", "\"cancelled\""),
        replaced("accepted long ago", Accepted, "2026-11-22", "1970-01-01"),
        accepted("a currency in disguise", Accepted, escape),
    ]
}

fn verdicts_of_find() -> Vec<Mutant> {
    let rejected = |key: &str, more: &str| {
        format!(r#"{{"key":"{key}","verdict":"rejected","fingerprint":"sha256:1"{more}}}"#)
    };
    let accepted = acceptance_json();
    let verdict = |word: &str| accepted.replacen('{', &format!(r#"{{"verdict":{word},"#), 1);
    let two = verdict(r#""accepted","verdict":"rejected""#);
    [
        (
            "a verdict that nobody knows",
            verdict("\"pending\""),
            Unreadable,
        ),
        ("a verdict as a number", verdict("1"), Unreadable),
        ("no verdict", accepted.clone(), Unreadable),
        ("two verdicts", two, Unreadable),
        ("a rejected acceptance", verdict("\"rejected\""), Unreadable),
        ("a rejection without reasons", rejected(KEY, ""), Unreadable),
        (
            "a rejection for no reason",
            rejected(KEY, r#","reasons":[]"#),
            Unreadable,
        ),
        (
            "a rejection for a reason of the store's",
            rejected(KEY, r#","reasons":[{"code":"cart_empty"}]"#),
            Unreadable,
        ),
        (
            "a rejection for a reason that nobody knows",
            rejected(KEY, r#","reasons":[{"code":"bad_mood"}]"#),
            Unreadable,
        ),
        (
            "the rejection of another order",
            rejected(OTHER_KEY, REASONS),
            Contradiction,
        ),
    ]
    .map(|(name, json, class)| Mutant {
        name: name.into(),
        runs: vec![(Call::Find, Draft::json(200, json).bytes(), class)],
    })
    .into()
}
