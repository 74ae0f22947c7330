//! What was measured, and the table at the end.

use super::{List, Who};
use std::collections::BTreeMap;

/// Times in milliseconds; `usize` is how many customers there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// A second.
    Checkouts(usize),
    /// The whole checkout, p50.
    Whole(usize),
    /// The last call of it, p50.
    Last(usize),
    /// An order's, without a database that is a process of its own.
    Cpu(usize),
    CpuWithDatabase(usize),
    /// A second.
    Lists(List),
    ColdStart,
    /// The most memory, in MB.
    Peak,
}

#[derive(Clone, Copy)]
enum Goal {
    None,
    AtLeast(f64),
    AtMost(f64),
}

/// One row of the table: a figure of WizAStore's and the one of a peer's that stands beside it.
struct Row {
    what: &'static str,
    ours: Figure,
    theirs: Figure,
    goal: Goal,
}

const fn row(what: &'static str, figure: Figure, goal: Goal) -> Row {
    beside(what, figure, figure, goal)
}

const fn beside(what: &'static str, ours: Figure, theirs: Figure, goal: Goal) -> Row {
    Row {
        what,
        ours,
        theirs,
        goal,
    }
}

/// WizAStore on SQLite beside Vendure.
static VENDURE: [Row; 14] = [
    row(
        "checkouts/s at 1 customer",
        Figure::Checkouts(1),
        Goal::None,
    ),
    row("checkouts/s at 8", Figure::Checkouts(8), Goal::None),
    row(
        "checkouts/s at 32",
        Figure::Checkouts(32),
        Goal::AtLeast(100.0),
    ),
    row("whole checkout p50 ms at 1", Figure::Whole(1), Goal::None),
    row("last call p50 ms at 1", Figure::Last(1), Goal::AtMost(0.08)),
    row("last call p50 ms at 32", Figure::Last(32), Goal::None),
    row("CPU ms an order at 1", Figure::Cpu(1), Goal::None),
    row("CPU ms an order at 32", Figure::Cpu(32), Goal::AtMost(0.01)),
    beside(
        "page/s, anonymous, to list/s",
        Figure::Lists(List::Page),
        Figure::Lists(List::Products),
        Goal::AtLeast(200.0),
    ),
    beside(
        "page/s, with session, to list/s",
        Figure::Lists(List::PageWithSession),
        Figure::Lists(List::Products),
        Goal::AtLeast(60.0),
    ),
    beside(
        "page/s, anonymous, to search/s",
        Figure::Lists(List::Page),
        Figure::Lists(List::Search),
        Goal::None,
    ),
    beside(
        "page/s, with session, to search/s",
        Figure::Lists(List::PageWithSession),
        Figure::Lists(List::Search),
        Goal::None,
    ),
    row("cold start ms", Figure::ColdStart, Goal::None),
    row("memory at most MB", Figure::Peak, Goal::None),
];

/// WizAStore on PostgreSQL beside Medusa.
static MEDUSA: [Row; 11] = [
    row(
        "checkouts/s at 1 customer",
        Figure::Checkouts(1),
        Goal::None,
    ),
    row("checkouts/s at 8", Figure::Checkouts(8), Goal::None),
    row("checkouts/s at 32", Figure::Checkouts(32), Goal::None),
    row("whole checkout p50 ms at 1", Figure::Whole(1), Goal::None),
    row("last call p50 ms at 1", Figure::Last(1), Goal::None),
    row("CPU ms at 32, no database", Figure::Cpu(32), Goal::None),
    row(
        "CPU ms at 32, with PostgreSQL",
        Figure::CpuWithDatabase(32),
        Goal::None,
    ),
    beside(
        "page/s, anonymous, to list/s",
        Figure::Lists(List::Page),
        Figure::Lists(List::Products),
        Goal::None,
    ),
    beside(
        "page/s, with session, to list/s",
        Figure::Lists(List::PageWithSession),
        Figure::Lists(List::Products),
        Goal::None,
    ),
    row("cold start ms", Figure::ColdStart, Goal::None),
    row("memory at most MB", Figure::Peak, Goal::None),
];

/// All repeats' figures.
#[derive(Default)]
pub struct Figures {
    repeats: BTreeMap<(Who, Figure), Vec<f64>>,
    measured: usize,
    noisy: usize,
}

impl Figures {
    pub fn add(&mut self, who: Who, figure: Figure, value: f64) {
        self.repeats.entry((who, figure)).or_default().push(value);
    }

    /// Counts a measurement, and whether the machine had other things to do.
    pub fn measured(&mut self, noisy: bool) {
        self.measured += 1;
        self.noisy += usize::from(noisy);
    }

    pub fn print(&self) {
        let pairs = [
            (Who::OnSqlite, Who::Vendure, &VENDURE[..]),
            (Who::OnPostgres, Who::Medusa, &MEDUSA[..]),
        ];
        for (ours, theirs, rows) in pairs {
            println!();
            println!(
                "{} beside {}, medians of the repeats:",
                ours.name(),
                theirs.name()
            );
            println!(
                "{:34} {:>9} {:>9} {:>9}  goal",
                "", "ours", "theirs", "ratio"
            );
            for row in rows {
                self.print_row(row, ours, theirs);
            }
        }
        let (noisy, measured) = (self.noisy, self.measured);
        println!("{noisy} of {measured} measurements were noisy (steal or other programs).");
    }

    /// Of each repeat.
    fn all(&self, who: Who, figure: Figure) -> &[f64] {
        let values = self.repeats.get(&(who, figure));
        values.map(Vec::as_slice).unwrap_or_default()
    }

    fn print_row(&self, row: &Row, ours: Who, theirs: Who) {
        let (ours, theirs) = (self.all(ours, row.ours), self.all(theirs, row.theirs));
        let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(a, b)| a / b).collect();
        let ratio = median(&ratios);
        println!(
            "{:34} {:>9} {:>9} {:>9}  {}",
            row.what,
            short(median(ours)),
            short(median(theirs)),
            short(ratio),
            row.goal.against(ratio),
        );
    }
}

impl Goal {
    fn against(self, ratio: f64) -> String {
        let (sign, goal, is_met) = match self {
            Self::None => return String::new(),
            Self::AtLeast(goal) => ("≥", goal, ratio >= goal),
            Self::AtMost(goal) => ("≤", goal, ratio <= goal),
        };
        format!("{sign} {goal}: {}", if is_met { "met" } else { "missed" })
    }
}

/// Not a number where nothing was measured.
fn median(values: &[f64]) -> f64 {
    let mut known: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    known.sort_by(f64::total_cmp);
    match known.len() {
        0 => f64::NAN,
        some if some % 2 == 1 => known[some / 2],
        some => f64::midpoint(known[some / 2 - 1], known[some / 2]),
    }
}

/// Three digits that matter.
fn short(value: f64) -> String {
    match value {
        v if v.is_nan() => "-".into(),
        v if v >= 100.0 => format!("{v:.0}"),
        v if v >= 10.0 => format!("{v:.1}"),
        v if v >= 1.0 => format!("{v:.2}"),
        v => format!("{v:.4}"),
    }
}
