//! How many connections the operating system lets this process have.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More than this is not asked for: it is four times as many as there may be connections.
const ENOUGH: u64 = 32_768;
/// Kept for databases, the calls to the other system, mail, sockets and the log.
const KEPT: u64 = 128;
/// Beyond this the buffers of connections would fill the memory of a small machine.
const MOST: u64 = 8_192;

/// Connections that the shop's listener may hold: each may also have a file open that it is being
/// sent. The limit on open files is raised first, as far as its owner lets us.
pub fn most_connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(ENOUGH).min(ENOUGH);
    if limit.current.is_some_and(|current| current < wanted) {
        // Refused: then there are fewer connections.
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(wanted),
                maximum: limit.maximum,
            },
        );
    }
    connections(getrlimit(Resource::Nofile).current)
}

fn connections(descriptors: Option<u64>) -> usize {
    let free = descriptors.unwrap_or(ENOUGH).saturating_sub(KEPT);
    let connections = (free / 2).clamp(16, MOST);
    usize::try_from(connections).unwrap_or(16)
}

#[cfg(test)]
mod tests {
    use super::connections;

    #[test]
    fn there_are_fewer_connections_than_descriptors() {
        assert_eq!(connections(Some(1024)), 448);
        assert_eq!(connections(Some(524_288)), 8_192);
        assert_eq!(connections(Some(64)), 16);
        assert_eq!(connections(None), 8_192);
    }
}
