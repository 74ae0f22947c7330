//! The program, started for one test and ended with it.

use reqwest::header::{ACCEPT, COOKIE, SET_COOKIE};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wizastore"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Runs a command that ends by itself.
pub fn run(args: &[&str]) -> Output {
    binary().args(args).output().expect("the program starts")
}

/// Variables of a process's environment.
pub type Env<'a> = &'a [(&'a str, &'a str)];

/// Most tests buy the demo shop's products; one that begins with an empty EntMine says `--empty`.
fn first_products<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let others = args.contains(&"--empty") || args.contains(&"--entmine-url");
    if others { vec![] } else { vec!["--demo"] }
}

/// A running `wizastore serve` or `wizastore entmine`.
pub struct Program {
    child: Child,
    pub base: String,
    log: Arc<Mutex<String>>,
}

impl Program {
    /// Store and EntMine in one process.
    pub fn start(data: &Path, args: &[&str]) -> Self {
        Self::serve(data, args, &[])
    }

    /// `wizastore serve` in an environment.
    pub fn serve(data: &Path, args: &[&str], env: Env) -> Self {
        let mut command = binary();
        command.args(["serve", "--data"]);
        command.arg(data).args(args).args(first_products(args));
        if !args.contains(&"--site") {
            command.args(["--site", "does-not-exist"]);
        }
        if !args.contains(&"--addr") {
            command.args(["--addr", "127.0.0.1:0"]);
        }
        Self::launch(command, env, "WizAStore is open at ")
    }

    /// `wizastore serve` as a merchant starts it for the first time.
    pub fn new_shop(data: &Path, env: Env) -> Self {
        let mut command = binary();
        command.args(["serve", "--site", "does-not-exist", "--addr", "127.0.0.1:0"]);
        command.arg("--data").arg(data);
        Self::launch(command, env, "WizAStore is open at ")
    }

    /// `wizastore serve` that may have so many files and connections open.
    pub fn with_descriptors(data: &Path, most: u32) -> Self {
        let mut command = Command::new("sh");
        let most = most.to_string();
        command.args(["-c", "ulimit -n \"$0\" && exec \"$@\"", &most]);
        command.arg(env!("CARGO_BIN_EXE_wizastore"));
        Self::launch_by(command, data)
    }

    /// `wizastore entmine`, which knows one store by the secret `s3cret`.
    pub fn entmine(data: &Path, args: &[&str]) -> Self {
        Self::entmine_with(data, args, &[])
    }

    /// The same, in an environment.
    pub fn entmine_with(data: &Path, args: &[&str], env: Env) -> Self {
        let mut command = binary();
        command.arg("entmine").arg("--data").arg(data);
        command.args(args).args(first_products(args));
        if !args.contains(&"--addr") {
            command.args(["--addr", "127.0.0.1:0"]);
        }
        let tokens = [("ENTMINE_TOKENS", "wizastore:orders+catalog:s3cret")];
        let env = [&tokens, env].concat();
        Self::launch(command, &env, "EntMine is open at ")
    }

    /// The store alone, with this EntMine.
    pub fn store_of(entmine: &str, data: &Path, args: &[&str]) -> Self {
        let args = [&["--entmine-url", entmine], args].concat();
        Self::serve(data, &args, &[("ENTMINE_TOKEN", "s3cret")])
    }

    /// `wizastore serve`, by a command that ends with the program's path.
    pub fn launch_by(mut command: Command, data: &Path) -> Self {
        command.args(["serve", "--site", "does-not-exist", "--addr", "127.0.0.1:0"]);
        command.arg("--demo").arg("--data").arg(data);
        Self::launch(command, &[], "WizAStore is open at ")
    }

    fn launch(mut command: Command, env: Env, greeting: &str) -> Self {
        // The program's own choice; a client of the tests finds it where it looks for one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut child = command
            .envs(env.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let mut stderr = child.stderr.take().expect("piped");
        let kept = log.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = stderr.read(&mut buffer) {
                kept.lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        let mut said = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout)
            .read_line(&mut said)
            .expect("readable");
        let base = said
            .trim()
            .strip_prefix(greeting)
            .unwrap_or_else(|| panic!("said {said:?}; log: {}", log.lock().unwrap()))
            .to_owned();
        Self { child, base, log }
    }

    /// SIGKILL: no chance to tidy up.
    pub fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ended");
    }

    /// SIGTERM: it may finish what is under way.
    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for its end.
    pub fn ended(mut self) -> std::process::ExitStatus {
        self.child.wait().expect("it ended")
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The port that it listens on.
    pub fn port(&self) -> &str {
        self.base.rsplit_once(':').unwrap().1
    }

    /// Status and text of a page.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let response = reqwest::get(format!("{}{path}", self.base)).await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Waits until it is ready, at most 40 s.
    pub async fn ready(&self) {
        let wait = async {
            while self.get("/readyz").await.0 != 200 {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let end = tokio::time::timeout(Duration::from_secs(40), wait).await;
        end.unwrap_or_else(|_| panic!("it is not ready: {}", self.log()));
    }

    /// A number from `/metrics`.
    pub async fn metric(&self, name: &str) -> i64 {
        let (_, text) = self.get("/metrics").await;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect(name);
        line.trim().parse().unwrap()
    }

    /// Waits until a number from `/metrics` is as wanted, at most 20 s.
    pub async fn until(&self, name: &str, wanted: i64) {
        let wait = async {
            while self.metric(name).await != wanted {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait)
            .await
            .unwrap_or_else(|_| panic!("{name} did not become {wanted}"));
    }

    pub async fn rehearse(&self, fields: &[(&str, &str)]) {
        let url = format!("{}/rehearsal", self.base);
        let done = reqwest::Client::new()
            .post(url)
            .form(fields)
            .send()
            .await
            .unwrap();
        assert!(done.status().is_success(), "{}", done.status());
    }

    pub fn browser(&self) -> Browser {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Browser {
            client,
            base: self.base.clone(),
            cookie: None,
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that keeps the session cookie.
#[derive(Clone)]
pub struct Browser {
    pub client: reqwest::Client,
    pub base: String,
    pub cookie: Option<String>,
}

pub type Fields = Vec<(String, String)>;

impl Browser {
    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.post(format!("{}{path}", self.base));
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    /// Posts a form to a door and reads its JSON.
    pub async fn door(&mut self, path: &str, fields: &[(String, String)]) -> Value {
        let response = self
            .post(path)
            .header(ACCEPT, "application/json")
            .form(fields)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{path} {fields:?}");
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(pair.to_owned());
        }
        response.json().await.unwrap()
    }

    /// Puts wands in the cart; gives the submit door's fields for it.
    pub async fn fill_cart(&mut self, quantity: &str) -> Fields {
        let cart = self
            .door(
                "/api/cart/add",
                &form(&[("sku", "WAND-OAK-11"), ("quantity", quantity)]),
            )
            .await;
        fields(&cart)
    }
}

pub fn form(pairs: &[(&str, &str)]) -> Fields {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The submit door's fields for a cart.
pub fn fields(cart: &Value) -> Fields {
    let text = |name: &str| match &cart[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut fields = form(&[
        ("name", "Ada Fenwick"),
        ("email", "ada@example.org"),
        ("phone", ""),
        ("line1", "1 Owl Lane"),
        ("line2", ""),
        ("city", "York"),
        ("postcode", "YO1 7HH"),
        ("country", "GB"),
        ("note", "Ring twice"),
    ]);
    fields.push(("order_key".into(), text("order_key")));
    fields.push(("receipt".into(), text("receipt")));
    fields.push(("cart_revision".into(), text("revision")));
    fields.push(("shown_total_minor".into(), text("total_minor")));
    fields
}

/// The same fields with one changed.
pub fn with(fields: &Fields, name: &str, value: &str) -> Fields {
    let mut fields = fields.clone();
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
    fields
}

pub fn field(fields: &Fields, name: &str) -> String {
    let found = fields.iter().find(|(known, _)| known == name);
    found.expect(name).1.clone()
}
