//! The list of points is the same in the code, in `docs/points.md` and in the matrix.

use crate::matrix::{PATH, path};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sources(folder: &Path, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            into.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// What stands between quotation marks after each `call`, blanks aside.
fn first_arguments(source: &str, call: &str) -> Vec<String> {
    let mut found = Vec::new();
    for after in source.split(call).skip(1) {
        if let Some(rest) = after.trim_start().strip_prefix('"') {
            found.extend(rest.split_once('"').map(|(name, _)| name.to_owned()));
        }
    }
    found
}

/// Steps of the code, and its points that are no steps.
fn in_the_code() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut files = Vec::new();
    for part in ["wizastore/src", "entmine/src"] {
        sources(&root().join(part), &mut files);
    }
    let (mut steps, mut singles) = (BTreeSet::new(), BTreeSet::new());
    for source in &files {
        for writes in [
            "write",
            "write_asking",
            "write_beside",
            "write_beside_asking",
        ] {
            steps.extend(first_arguments(source, &format!(".{writes}(")));
        }
        for after in source.split(".pass(\"").skip(1) {
            let mut words = after.split('"');
            if let (Some(step), Some(phase)) = (words.next(), words.nth(1)) {
                singles.insert(format!("{step}.{phase}"));
            }
        }
    }
    (steps, singles)
}

/// The names in the first column of the tables below a heading.
fn in_the_docs(heading: &str) -> BTreeSet<String> {
    let page = std::fs::read_to_string(root().join("docs/points.md")).unwrap();
    let section = page
        .split("\n## ")
        .find(|section| section.starts_with(heading))
        .expect(heading);
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

#[test]
fn every_point_of_an_orders_way_is_explained_and_tried() {
    let documented = in_the_docs("On an order's way");
    assert_eq!(documented, path().into_iter().collect());
}

#[test]
fn every_step_of_the_code_is_in_the_docs() {
    let (steps, singles) = in_the_code();
    let mut documented = in_the_docs("Elsewhere");
    documented.extend(PATH.map(str::to_owned));
    assert_eq!(steps, documented);
    let single: BTreeSet<_> = path()
        .into_iter()
        .filter(|point| point.starts_with("push."))
        .collect();
    assert_eq!(singles, single);
}
