//! Which connections are open. Where there is no room for one more, the one that has kept us waiting
//! longest is given up: so strangers who only hold connections never shut the shop.

use super::Proxies;
use super::counted;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// One address may hold this part of all connections. It is a whole office, or one who wants to
/// keep the others out; a proxy and the machine itself are not held to it.
const SHARE: usize = 4;

/// The open connections of one listener. Clones are one.
#[derive(Clone)]
pub struct Connections(Arc<Inner>);

struct Inner {
    most: usize,
    proxies: Proxies,
    /// How often something moved, on any of them: what orders them by when they last did.
    moves: Arc<AtomicU64>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last_id: u64,
    all: HashMap<u64, Arc<Connection>>,
    /// Of each address that is held to its share, how many it has.
    held: HashMap<IpAddr, Arc<AtomicUsize>>,
}

/// One of them, as its own task sees it.
pub(super) struct Connection {
    moves: Arc<AtomicU64>,
    address: Option<IpAddr>,
    /// How many its address has; without an address of its own, none.
    held: Arc<AtomicUsize>,
    /// A request is here as a whole and is being worked on: that is not given up.
    working: AtomicBool,
    /// The last move that was its own: it was opened, a request's head was whole, something was
    /// written to it. Bytes that trickle in are none.
    last_move: AtomicU64,
    pub given_up: CancellationToken,
}

/// A place among the open connections; it is free again when this is dropped.
pub(super) struct Place {
    inner: Arc<Inner>,
    id: u64,
    pub connection: Arc<Connection>,
}

impl Connections {
    /// Room for `most`, and for a quarter of them from one address, unless it is one of the proxies.
    pub fn new(most: usize, proxies: Proxies) -> Self {
        Self(Arc::new(Inner {
            most: most.max(1),
            proxies,
            moves: Arc::default(),
            open: Mutex::default(),
        }))
    }

    /// A place for one more from this peer. Where all are taken, or its address has its share, another
    /// one's is given up for it; nothing where all of those are being worked on.
    pub(super) fn admit(&self, peer: IpAddr) -> Option<Place> {
        let inner = &self.0;
        let address = match inner.proxies.trusts(peer.to_canonical()) {
            true => None,
            false => counted(peer),
        };
        let mut open = inner.open();
        let share = (inner.most / SHARE).max(1);
        let greedy = address.filter(|address| open.held_by(address) >= share);
        if greedy.is_some() || open.all.len() >= inner.most {
            open.give_up(greedy)?;
        }
        let held = match address {
            Some(address) => open.held.entry(address).or_default().clone(),
            None => Arc::default(),
        };
        open.last_id += 1;
        let id = open.last_id;
        held.fetch_add(1, Ordering::Relaxed);
        let connection = Arc::new(Connection {
            moves: inner.moves.clone(),
            address,
            held,
            working: AtomicBool::new(false),
            last_move: AtomicU64::new(0),
            given_up: CancellationToken::new(),
        });
        connection.moved();
        open.all.insert(id, connection.clone());
        Some(Place {
            inner: inner.clone(),
            id,
            connection,
        })
    }

    /// Gives one up where there is one, because something else of the process is used up.
    pub(super) fn give_one_up(&self) {
        self.0.open().give_up(None);
    }
}

impl Inner {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn held_by(&self, address: &IpAddr) -> usize {
        let held = self.held.get(address);
        held.map_or(0, |held| held.load(Ordering::Relaxed))
    }

    /// Gives up the connection that nothing came of for longest, first of the address that has most;
    /// or of `address` only.
    fn give_up(&mut self, address: Option<IpAddr>) -> Option<()> {
        let idle = self.all.iter().filter(|(_, connection)| {
            !connection.working.load(Ordering::Relaxed)
                && (address.is_none() || connection.address == address)
        });
        let worst = idle.max_by_key(|(_, connection)| {
            let held = connection
                .address
                .map_or(0, |_| connection.held.load(Ordering::Relaxed));
            (
                held,
                u64::MAX - connection.last_move.load(Ordering::Relaxed),
            )
        });
        let id = *worst?.0;
        self.remove(id)?.given_up.cancel();
        Some(())
    }

    /// One that was given up is removed before it has ended.
    fn remove(&mut self, id: u64) -> Option<Arc<Connection>> {
        let connection = self.all.remove(&id)?;
        let held = connection.held.fetch_sub(1, Ordering::Relaxed);
        if let (1, Some(address)) = (held, connection.address) {
            self.held.remove(&address);
        }
        Some(connection)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.inner.open().remove(self.id);
    }
}

impl Connection {
    /// Something came of it.
    pub fn moved(&self) {
        let this = self.moves.fetch_add(1, Ordering::Relaxed);
        self.last_move.store(this, Ordering::Relaxed);
    }

    /// Whether a whole request is being worked on.
    pub fn working(&self, working: bool) {
        self.working.store(working, Ordering::Relaxed);
        self.moved();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(most: usize) -> Connections {
        let proxy = "10.0.0.1".parse().unwrap();
        Connections::new(most, Proxies::new(&[proxy]))
    }

    fn admit(connections: &Connections, peer: &str) -> Option<Place> {
        connections.admit(peer.parse().unwrap())
    }

    fn is_open(place: &Place) -> bool {
        !place.connection.given_up.is_cancelled()
    }

    #[test]
    fn the_one_that_keeps_us_waiting_longest_makes_room() {
        let all = connections(3);
        let mut places: Vec<Place> = (0..3).filter_map(|_| admit(&all, "127.0.0.1")).collect();
        places[0].connection.moved();
        places.extend(admit(&all, "127.0.0.1"));
        let open: Vec<bool> = places.iter().map(is_open).collect();
        assert_eq!(open, [true, false, true, true]);
    }

    #[test]
    fn what_is_worked_on_is_never_given_up() {
        let all = connections(2);
        let places: Vec<Place> = (0..2).filter_map(|_| admit(&all, "127.0.0.1")).collect();
        places
            .iter()
            .for_each(|place| place.connection.working(true));
        assert!(admit(&all, "127.0.0.1").is_none());
        places[1].connection.working(false);
        let third = admit(&all, "127.0.0.1").unwrap();
        assert!(is_open(&places[0]) && !is_open(&places[1]) && is_open(&third));
    }

    #[test]
    fn an_address_has_a_share_and_a_proxy_has_none() {
        let all = connections(8);
        let greedy: Vec<Place> = (0..4).filter_map(|_| admit(&all, "203.0.113.9")).collect();
        assert_eq!(greedy.iter().filter(|place| is_open(place)).count(), 2);
        // The same household.
        let home: Vec<Place> = (1..5)
            .filter_map(|n| admit(&all, &format!("2001:db8::{n}")))
            .collect();
        assert_eq!(home.iter().filter(|place| is_open(place)).count(), 2);
        drop((greedy, home));
        let proxied: Vec<Place> = (0..8).filter_map(|_| admit(&all, "10.0.0.1")).collect();
        assert!(proxied.iter().all(is_open));
        // All are the proxy's, whose oldest one makes room.
        let customer = admit(&all, "198.51.100.1").unwrap();
        assert!(is_open(&customer) && !is_open(&proxied[0]));
    }

    #[test]
    fn who_has_most_loses_first() {
        let all = connections(8);
        let customer = admit(&all, "198.51.100.1").unwrap();
        let addresses = ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"];
        let mut greedy = Vec::new();
        for _ in 0..2 {
            greedy.extend(addresses.iter().filter_map(|peer| admit(&all, peer)));
        }
        let newcomer = admit(&all, "198.51.100.2").unwrap();
        assert!(is_open(&customer) && is_open(&newcomer));
        assert_eq!(greedy.iter().filter(|place| is_open(place)).count(), 6);
    }
}
