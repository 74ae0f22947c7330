//! Reading what strace wrote.

use std::collections::HashMap;
use std::path::Path;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A sync of a file that ended well; the last part of its path.
    Synced(String),
    /// The beginning of what came in.
    Heard(String),
    /// The beginning of what went out, at the moment it was begun.
    Said(String),
}

impl Event {
    pub fn synced(file: &str) -> Self {
        Self::Synced(file.to_owned())
    }

    pub fn heard(text: &str) -> Self {
        Self::Heard(text.to_owned())
    }

    pub fn said(text: &str) -> Self {
        Self::Said(text.to_owned())
    }

    /// Is this what is wanted? Of texts only the beginning is.
    fn is(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Synced(file), Self::Synced(wanted)) => file == wanted,
            (Self::Heard(text), Self::Heard(wanted)) | (Self::Said(text), Self::Said(wanted)) => {
                text.starts_with(wanted.as_str())
            }
            (_, _) => false,
        }
    }
}

/// The events of a trace, in their order.
pub fn read(file: &Path) -> Vec<Event> {
    let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    // What a thread has begun and not ended: the call and its first argument.
    let mut begun: HashMap<&str, (&str, &str)> = HashMap::new();
    let mut events = Vec::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim_start();
        if let Some(resumed) = rest.strip_prefix("<... ") {
            if let Some((call, first)) = begun.remove(thread) {
                events.extend(ended(call, first, resumed));
            }
            continue;
        }
        let Some((call, arguments)) = rest.split_once('(') else {
            continue;
        };
        // What is sent may arrive before the call returns.
        if ["write", "writev", "sendto"].contains(&call)
            && let Some(text) = quoted(arguments)
        {
            events.push(Event::Said(text));
        } else if arguments.ends_with("<unfinished ...>") {
            begun.insert(thread, (call, arguments));
        } else {
            events.extend(ended(call, arguments, arguments));
        }
    }
    events
}

/// The event of a call that returned.
fn ended(call: &str, arguments: &str, rest: &str) -> Option<Event> {
    let well = rest
        .rsplit_once("= ")
        .is_some_and(|(_, result)| !result.starts_with('-'));
    match call {
        "fsync" | "fdatasync" if well => {
            let path = arguments.split_once('<')?.1.split_once('>')?.0;
            Some(Event::Synced(path.rsplit('/').next()?.to_owned()))
        }
        "read" | "recvfrom" if well => quoted(rest).map(Event::Heard),
        _ => None,
    }
}

/// The first text between quotation marks, as far as it matters here.
fn quoted(arguments: &str) -> Option<String> {
    let (_, rest) = arguments.split_once('"')?;
    Some(rest.split('"').next()?.to_owned())
}

/// How often the wanted events came in their order, others between them; or the first of them that
/// was missing when the last one came.
pub fn missing(events: &[Event], wanted: &[Event]) -> Result<usize, String> {
    let (mut whole, mut next) = (0, 0);
    for event in events {
        let last = wanted.len() - 1;
        if event.is(&wanted[next]) {
            next += 1;
            if next == wanted.len() {
                (whole, next) = (whole + 1, 0);
            }
        } else if next > 0 && (event.is(&wanted[last]) || event.is(&wanted[0])) {
            return Err(format!("{event:?} came before {:?}", wanted[next]));
        }
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = r#"7 recvfrom(9<TCP:[1]>, "POST /x HTTP/1.1\r\n"..., 8192, 0, NULL, NULL) = 90
8 fdatasync(5</tmp/a/store.db-wal> <unfinished ...>
7 read(3<anon_inode:[eventfd]>, 0x7f, 8) = -1 EAGAIN (Resource temporarily unavailable)
8 <... fdatasync resumed>)          = 0
7 writev(9<TCP:[1]>, [{iov_base="HTTP/1.1 200 OK\r\n"..., iov_len=9}], 1) = 9
"#;

    #[test]
    fn a_sync_counts_when_it_has_ended_and_a_reply_when_it_begins() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), TRACE).unwrap();
        let events = read(file.path());
        let wanted = [
            Event::heard("POST /x"),
            Event::synced("store.db-wal"),
            Event::said("HTTP/1.1 200"),
        ];
        assert_eq!(missing(&events, &wanted), Ok(1));
        let more = [wanted[0].clone(), Event::synced("other"), wanted[2].clone()];
        assert!(missing(&events, &more).is_err());
    }
}
