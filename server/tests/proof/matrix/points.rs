//! The points of an order's way. `docs/points.md` says what has happened at each.

/// Steps that write, each with the phases `begin`, `commit` and `committed`.
pub const PATH: [&str; 15] = [
    "store.journal",
    "store.claim",
    "store.verdict",
    "store.unsaved",
    "store.draft",
    "store.recover",
    "store.cancel",
    "store.reconcile",
    "store.pause",
    "store.lost",
    "store.resume",
    "entmine.open",
    "entmine.place",
    "entmine.void",
    "entmine.restored",
];

/// All points of an order's way.
pub fn path() -> Vec<String> {
    let phases = ["begin", "commit", "committed"];
    let writes = PATH.iter();
    let mut path: Vec<String> = writes
        .flat_map(|step| phases.map(|phase| format!("{step}.{phase}")))
        .collect();
    path.push("push.call.begin".to_owned());
    path.push("push.call.end".to_owned());
    path
}
