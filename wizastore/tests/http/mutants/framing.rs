//! Answers that are not HTTP as it should be.

use super::{Call, Mutant, raw, right};
use crate::class::Class::{self, Accepted, Ambiguous, Contradiction, Unreadable, Voided};
use crate::good::Draft;

/// The right answers, each with its bytes bent.
fn bent(name: &str, class: Class, bend: impl Fn(&Draft) -> Vec<u8>) -> Mutant {
    let runs = right().map(|(call, draft)| {
        let class = match (class, call) {
            // What is whole after all is what it says.
            (Accepted, Call::Void) => Voided,
            (class, Call::Place | Call::Find | Call::Void) => class,
        };
        (call, bend(&draft), class)
    });
    Mutant {
        name: name.into(),
        runs: runs.into(),
    }
}

fn text(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.into()).unwrap();
    assert!(text.contains(from), "no {from} in {text}");
    text.replacen(from, to, 1).into()
}

pub fn table() -> Vec<Mutant> {
    let mut table = no_http();
    table.extend(heads());
    table.extend(lengths());
    table.extend(chunks());
    table
}

fn no_http() -> Vec<Mutant> {
    vec![
        raw("nothing", Ambiguous, ""),
        raw("an empty line", Ambiguous, "\r\n"),
        raw(
            "JSON without HTTP",
            Ambiguous,
            r#"{"number":"SO-2026-000123"}"#,
        ),
        raw("HTML without HTTP", Ambiguous, "<html></html>\r\n\r\n"),
        raw("a greeting of SMTP", Ambiguous, "220 mail ready\r\n\r\n"),
        raw("an alert of TLS", Ambiguous, [21, 3, 3, 0, 2, 2, 70]),
        raw("HTTP/2 frames", Ambiguous, [0, 0, 0, 4, 0, 0, 0, 0, 0]),
        raw("zeros", Ambiguous, [0; 1_000]),
        raw("a request", Ambiguous, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        raw(
            "its own question back",
            Ambiguous,
            "PUT /entmine/v1/orders/x HTTP/1.1\r\n\r\n",
        ),
    ]
}

fn heads() -> Vec<Mutant> {
    let head = |name: &str, class, to: &str| {
        let line = |draft: &Draft| format!("HTTP/1.1 {} Said", draft.status);
        bent(name, class, |draft| text(&draft.bytes(), &line(draft), to))
    };
    let header = |name: &str, class, line: &str| {
        bent(name, class, |draft| {
            text(
                &draft.bytes(),
                "Content-Type",
                &format!("{line}\r\nContent-Type"),
            )
        })
    };
    let many = "X: y\r\n".repeat(200);
    let long = format!("X: {}", "y".repeat(1 << 20));
    let mut table = vec![
        head("HTTP/2 in words", Ambiguous, "HTTP/2 200 OK"),
        head("HTTP/1.2", Ambiguous, "HTTP/1.2 200 OK"),
        head("no version", Ambiguous, "200 OK"),
        head("another protocol", Ambiguous, "ICY 200 OK"),
        head("no status in the head", Ambiguous, "HTTP/1.1"),
        head("an empty status in the head", Ambiguous, "HTTP/1.1  OK"),
        head("a status in words", Ambiguous, "HTTP/1.1 OK 200"),
        head("a status of two digits", Ambiguous, "HTTP/1.1 20 OK"),
        head("a status of four digits", Ambiguous, "HTTP/1.1 2000 OK"),
        head("a status below nothing", Ambiguous, "HTTP/1.1 -20 OK"),
        head("status 000", Ambiguous, "HTTP/1.1 000 OK"),
        head("status 099", Ambiguous, "HTTP/1.1 099 OK"),
        head("status 600", Ambiguous, "HTTP/1.1 600 OK"),
        head("status 999", Ambiguous, "HTTP/1.1 999 OK"),
        header("a header without a name", Ambiguous, ": x"),
        header("a header without a colon", Ambiguous, "x"),
        header("a space in a name", Ambiguous, "Entmine Instance: x"),
        header("a NUL in a header", Ambiguous, "X: \0"),
        header("200 headers", Ambiguous, many.trim_end()),
        header("a header of 1 MiB", Ambiguous, &long),
        header("a header folded over two lines", Ambiguous, "X: a\r\n b"),
    ];
    for (name, first) in [
        (
            "a promise before the answer",
            "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
        ),
        (
            "an invitation before the answer",
            "HTTP/1.1 100 Continue\r\n\r\n",
        ),
    ] {
        table.push(bent(name, Accepted, |draft| {
            [first.as_bytes(), &draft.bytes()].concat()
        }));
    }
    table.push(bent("another protocol from here on", Ambiguous, |draft| {
        let first = b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
        [&first[..], &draft.bytes()].concat()
    }));
    table.push(bent("no reason phrase", Accepted, |draft| {
        text(&draft.bytes(), " Said", "")
    }));
    table.push(bent("HTTP/1.0", Accepted, |draft| {
        text(&draft.bytes(), "/1.1", "/1.0")
    }));
    table.push(bent("bare line feeds", Accepted, |draft| {
        String::from_utf8(draft.bytes())
            .unwrap()
            .replace('\r', "")
            .into()
    }));
    for location in ["/", "http://127.0.0.1:1/", "//", "\u{e9}"] {
        let redirect = Draft::accepted().and("Location", location);
        for status in [301, 302, 303, 307, 308] {
            let draft = Draft {
                status,
                ..redirect.clone()
            };
            let name = format!("{status} to {location:?}");
            table.push(raw(&name, Contradiction, draft.bytes()));
        }
    }
    table
}

fn lengths() -> Vec<Mutant> {
    let length = |name: &str, class, change: &dyn Fn(usize) -> String| {
        bent(name, class, |draft| {
            let n = draft.body.len();
            text(
                &draft.bytes(),
                &format!("Length: {n}"),
                &format!("Length: {}", change(n)),
            )
        })
    };
    vec![
        length("one byte too few", Unreadable, &|n| (n - 1).to_string()),
        length("one byte too many", Ambiguous, &|n| (n + 1).to_string()),
        length("a length of nothing", Unreadable, &|_| "0".into()),
        length("a length of 4 GiB", Ambiguous, &|_| "4294967296".into()),
        length("a length beyond numbers", Ambiguous, &|_| {
            "99999999999999999999".into()
        }),
        length("a length below nothing", Ambiguous, &|_| "-1".into()),
        length("a length in words", Ambiguous, &|_| "many".into()),
        length("a length in hexadecimals", Ambiguous, &|n| {
            format!("0x{n:x}")
        }),
        length("an empty length", Ambiguous, &|_| String::new()),
        length("two lengths that differ", Ambiguous, &|n| {
            format!("{n}\r\nContent-Length: {}", n - 1)
        }),
        length("two lengths in one", Ambiguous, &|n| {
            format!("{n}, {}", n - 1)
        }),
        bent("something behind the answer", Accepted, |draft| {
            [draft.bytes(), b"more".to_vec()].concat()
        }),
        bent("the answer twice", Accepted, |draft| {
            [draft.bytes(), draft.bytes()].concat()
        }),
    ]
}

fn chunks() -> Vec<Mutant> {
    let first = |draft: &Draft| format!("\r\n\r\n{:x}\r\n", draft.body.len() / 2);
    let size = |name: &str, class, change: &dyn Fn(usize) -> String| {
        bent(name, class, |draft| {
            let size = change(draft.body.len() / 2);
            text(
                &draft.chunked(),
                &first(draft),
                &format!("\r\n\r\n{size}\r\n"),
            )
        })
    };
    let end = "\r\n0\r\n\r\n";
    vec![
        size("a chunk of a size in words", Ambiguous, &|_| "zz".into()),
        size("a chunk without a size", Ambiguous, &|_| String::new()),
        size("a chunk of a size below nothing", Ambiguous, &|_| {
            "-1".into()
        }),
        size("a chunk beyond numbers", Ambiguous, &|_| "f".repeat(17)),
        size("a chunk longer than said", Ambiguous, &|n| {
            format!("{:x}", n - 1)
        }),
        size("a chunk shorter than said", Ambiguous, &|n| {
            format!("{:x}", n + 1)
        }),
        bent("no end of chunks", Ambiguous, |draft| {
            text(&draft.chunked(), end, "\r\n")
        }),
        bent("something for the end of chunks", Ambiguous, |draft| {
            text(&draft.chunked(), end, "\r\n0\r\nx")
        }),
        bent("something behind the chunks", Accepted, |draft| {
            [draft.chunked(), b"more".to_vec()].concat()
        }),
        bent("a trailer", Accepted, |draft| {
            text(&draft.chunked(), end, "\r\n0\r\nX: y\r\n\r\n")
        }),
        bent("chunks and a length", Accepted, |draft| {
            text(
                &draft.chunked(),
                "Transfer",
                "Content-Length: 3\r\nTransfer",
            )
        }),
        bent("a coding that nobody knows", Unreadable, |draft| {
            text(&draft.chunked(), "chunked", "x")
        }),
        bent("chunks that are called gzip", Unreadable, |draft| {
            text(&draft.chunked(), "chunked", "gzip, chunked")
        }),
    ]
}
