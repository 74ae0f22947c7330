//! Successes with right contents in a wrong envelope.

use super::{Mutant, envelope};
use crate::class::Class::Unreadable;
use crate::good::{INSTANCE, OTHER_KEY};

pub fn table() -> Vec<Mutant> {
    let mut table = vec![
        envelope("no type", Unreadable, |draft| draft.without("Content-Type")),
        envelope("two types", Unreadable, |draft| {
            draft.and("Content-Type", "text/html")
        }),
        envelope("one type twice", Unreadable, |draft| {
            draft.and("Content-Type", "application/json")
        }),
        envelope("no instance", Unreadable, |draft| {
            draft.without("EntMine-Instance")
        }),
        envelope("no epoch", Unreadable, |draft| {
            draft.without("EntMine-Epoch")
        }),
        envelope("two instances", Unreadable, |draft| {
            draft.and("EntMine-Instance", OTHER_KEY)
        }),
        envelope("one instance twice", Unreadable, |draft| {
            draft.and("EntMine-Instance", INSTANCE)
        }),
        envelope("two epochs", Unreadable, |draft| {
            draft.and("EntMine-Epoch", "4")
        }),
    ];
    for kind in [
        "",
        "text/html",
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/json-seq",
        "application/problem+json",
        "application/vnd.entmine+json",
        "application/json, text/html",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json; charset",
        "application /json",
        "json",
        "*/*",
    ] {
        table.push(envelope(
            &format!("the type {kind:?}"),
            Unreadable,
            |draft| draft.with("Content-Type", kind),
        ));
    }
    for encoding in ["gzip", "br", "identity, gzip", "x"] {
        table.push(envelope(
            &format!("encoded as {encoding}"),
            Unreadable,
            |draft| draft.and("Content-Encoding", encoding),
        ));
    }
    let braces = format!("{{{INSTANCE}}}");
    let simple = INSTANCE.replace('-', "");
    let urn = format!("urn:uuid:{INSTANCE}");
    let list = format!("{INSTANCE}, {OTHER_KEY}");
    for instance in [
        "",
        "entmine",
        "42",
        &braces,
        &simple,
        &urn,
        &list,
        &INSTANCE[1..],
        "é",
    ] {
        table.push(envelope(
            &format!("the instance {instance:?}"),
            Unreadable,
            |draft| draft.with("EntMine-Instance", instance),
        ));
    }
    for epoch in [
        "",
        "-1",
        "+3",
        "03",
        "3.0",
        "3, 4",
        "three",
        "0x3",
        "9223372036854775808",
        "٣",
    ] {
        table.push(envelope(
            &format!("the epoch {epoch:?}"),
            Unreadable,
            |draft| draft.with("EntMine-Epoch", epoch),
        ));
    }
    table
}
