//! SQLite on a disk that is full: a small one of memory, which the test mounts where nobody else
//! sees it (a mount namespace of its own, for which no privileges are needed on most systems).

use super::{Place, customers};
use crate::settings::report;
use crate::world::acts::Acts;
use crate::world::template::Template;
use crate::world::{Setup, Way, World};
use database::Engine;
use model::{Outcome, Reason};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DISKS: &str = "PROOF_CHILD_DISKS";

/// Mounts two disks of 8 MiB and runs the test within.
const MOUNT: &str = r#"
disks=$1; shift
for disk in store entmine; do
    mkdir -p "$disks/$disk" && mount -t tmpfs -o size=8m tmpfs "$disks/$disk" || exit 77
done
exec "$@"
"#;

fn within(unshare: &[&str], disks: &Path) -> Output {
    Command::new("unshare")
        .args(unshare)
        .args(["sh", "-c", MOUNT, "sh"])
        .arg(disks)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "faults::full::on_small_disks", "--nocapture"])
        .env(DISKS, disks)
        .output()
        .expect("unshare is part of every Linux")
}

#[test]
fn a_full_disk_at_each_step_loses_nothing() {
    if cfg!(not(target_os = "linux")) {
        println!("PROOF disk full: NOT SHOWN, mounts of one's own are Linux's");
        return;
    }
    let disks = tempfile::tempdir().unwrap();
    // As root, or as somebody who is root in a user namespace.
    for unshare in [&["-m"][..], &["-Urm"]] {
        let ended = within(unshare, disks.path());
        let said = String::from_utf8_lossy(&ended.stdout);
        if ended.status.success() && said.contains(DONE) {
            report(
                "disk full",
                "journal, EntMine, verdict: told the truth, all settled",
            );
            return;
        }
        // A system that lets nobody mount; anything else is a failure of what was tried.
        let mounted = said.contains("running 1 test");
        assert!(
            !mounted,
            "{said}\n{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
    println!("PROOF disk full: NOT SHOWN, this environment lets nobody mount a small disk");
}

const DONE: &str = "all small disks were tried";

/// Does nothing unless it is run on small disks by the test above.
#[tokio::test]
async fn on_small_disks() {
    let Some(disks) = std::env::var_os(DISKS).map(PathBuf::from) else {
        return;
    };
    for place in [Place::Journal, Place::EntMine, Place::Verdict] {
        full_at(&disks, place).await;
    }
    println!("{DONE}");
}

/// Writes until nothing more fits.
fn fill(disk: &Path) {
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(disk.join("filler"))
        .unwrap();
    for size in [65_536, 4_096, 512, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}

fn empty(disk: &Path) {
    let _ = std::fs::remove_file(disk.join("filler"));
}

async fn full_at(disks: &Path, place: Place) {
    let (point, disk) = match place {
        Place::Journal => ("store.journal.begin", disks.join("store")),
        Place::EntMine => ("entmine.place.begin", disks.join("entmine")),
        Place::Verdict => ("store.verdict.begin", disks.join("store")),
    };
    let template = Template::new(Engine::Sqlite).await;
    let homes = (
        template.store_on(&disks.join("store")),
        template.entmine_on(&disks.join("entmine")),
    );
    let full = disk.clone();
    let acts = Acts::watched(move |passed| {
        if passed == point {
            fill(&full);
        }
        None
    });
    let world = World::at(homes, Setup::default(), Way::Http, acts.clone()).await;
    let told = customers(3, world, &acts, async || {}, async || empty(&disk)).await;
    for outcome in &told {
        let well = match (place, outcome) {
            (Place::Journal, Some(Outcome::NotPlaced { reasons, .. })) => {
                reasons == &[Reason::NotSaved]
            }
            (_, Some(Outcome::Checking { .. })) => true,
            (Place::EntMine, Some(Outcome::Safe { .. })) => true,
            (_, _) => false,
        };
        assert!(well, "{place:?}: {outcome:?}");
    }
    println!("{place:?}: {told:?}");
}
