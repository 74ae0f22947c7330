//! A peer from the npm registry, which `scripts/peers` has installed.

use std::process::{Command, Stdio};
use std::time::Duration;

/// It runs as long as this value lives.
pub struct Installed {
    name: &'static str,
    pub pid: u32,
    pub base: String,
    pub cold_start: Duration,
}

impl Installed {
    pub fn start(name: &'static str) -> Self {
        let done = Command::new("scripts/peers")
            .args(["start", name])
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(done.status.success(), "{name} could not be started");
        let said = String::from_utf8(done.stdout).unwrap();
        let words: Vec<&str> = said.lines().last().unwrap().split_whitespace().collect();
        let [pid, base, ms] = words[..] else {
            panic!("scripts/peers said {said}");
        };
        Self {
            name,
            pid: pid.parse().unwrap(),
            base: base.to_owned(),
            cold_start: Duration::from_millis(ms.parse().unwrap()),
        }
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        let _ = Command::new("scripts/peers")
            .args(["stop", self.name])
            .status();
    }
}
