//! The program as a process that is killed and started again at the same address.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

/// The processes of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The store, and EntMine behind HTTP.
    Two,
    /// Both in one.
    One,
}

pub const SECRET: &str = "s3cret";

/// A process of the program.
pub struct Program {
    /// What it runs under, with its arguments.
    under: Vec<OsString>,
    args: Vec<String>,
    env: Vec<(String, String)>,
    log: PathBuf,
    pub base: String,
    child: Option<Child>,
}

impl Program {
    /// Starts `wizastore <command>` at a free port, always the same.
    pub fn start(data: &Path, command: &str, args: &[&str], env: &[(&str, &str)]) -> Self {
        Self::start_with(Vec::new(), data, command, args, env)
    }

    /// Starts it under another program, such as strace.
    pub fn start_under(
        under: Command,
        data: &Path,
        command: &str,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Self {
        let program = std::iter::once(under.get_program());
        let under = program.chain(under.get_args()).map(OsStr::to_owned);
        Self::start_with(under.collect(), data, command, args, env)
    }

    fn start_with(
        under: Vec<OsString>,
        data: &Path,
        command: &str,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Self {
        let addr = format!("127.0.0.1:{}", free_port());
        let data_text = data.display().to_string();
        let own = [command, "--addr", &addr, "--data", &data_text];
        let all = own.iter().chain(args).map(|arg| (*arg).to_owned());
        let env = env.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        let mut program = Self {
            under,
            args: all.collect(),
            env: env.collect(),
            log: data.join(format!("{command}.log")),
            base: format!("http://{addr}"),
            child: None,
        };
        program.begin();
        program
    }

    /// Starts it, and returns once it takes connections.
    pub fn begin(&mut self) {
        let log = File::options().create(true).append(true).open(&self.log);
        let mut command = binary_under(&self.under);
        let mut child = command
            .args(&self.args)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(log.unwrap())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut said).unwrap();
        self.child = Some(child);
        assert!(said.contains(" is open at "), "{said}; {}", self.log_end());
    }

    /// SIGKILL: no chance to tidy up.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM: it finishes in order. What it ran under ends with it.
    pub fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        let pid = child.id().to_string();
        let mut command = match self.under.is_empty() {
            true => Command::new("kill"),
            // Its only child is the program.
            false => Command::new("pkill"),
        };
        let parent: &[&str] = if self.under.is_empty() {
            &["-TERM"]
        } else {
            &["-TERM", "-P"]
        };
        assert!(command.args(parent).arg(&pid).status().unwrap().success());
        child.wait().unwrap();
    }

    /// The end of its log.
    pub fn log_end(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn binary() -> Command {
    binary_under(&[])
}

fn binary_under(under: &[OsString]) -> Command {
    let program = OsStr::new(env!("CARGO_BIN_EXE_wizastore"));
    let words: Vec<&OsStr> = under
        .iter()
        .map(OsString::as_os_str)
        .chain([program])
        .collect();
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// A port that is free now, and below those that the system gives to connections that leave: it
/// must still be free after a kill.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 12_000 + (std::process::id() % 700) as u16 * 10;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::SeqCst) % 1_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
