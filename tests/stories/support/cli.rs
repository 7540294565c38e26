//! The real binary: its commands, and the server as a process that can be killed.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use vestibule::time::Clock;

use super::app::Settings;
use super::browser::{Browser, Site};
use super::database::Database;
use super::{loopback, until};

/// A command that runs longer is killed.
const LONGEST: Duration = Duration::from_mins(1);

/// A run of the binary that is not started yet.
pub struct Vestibule {
    command: Command,
    input: Vec<u8>,
    stdout: Option<Stdio>,
    stderr: Option<Stdio>,
}

/// The result of a run.
#[derive(Debug)]
pub struct Ran {
    /// The exit code. None: a signal ended the process.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Vestibule {
    /// A run in that folder, without any of our own settings and without Rocket.toml.
    pub fn new(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        let ours = std::env::vars_os()
            .map(|(name, _)| name)
            .filter(|name| name.as_encoded_bytes().starts_with(b"ROCKET_"));
        for name in ours {
            command.env_remove(name);
        }
        // Vestibule also looks for the file in all folders above.
        let settings = folder.join("no-settings.toml");
        std::fs::write(&settings, "").unwrap();
        command.env("ROCKET_CONFIG", settings).current_dir(folder);
        Self {
            command,
            input: Vec::new(),
            stdout: None,
            stderr: None,
        }
    }

    /// Sets settings as environment variables: `site.name` as `ROCKET_SITE__NAME`.
    #[must_use]
    pub fn settings<'a>(mut self, settings: impl IntoIterator<Item = &'a (String, String)>) -> Self {
        for (key, value) in settings {
            self.command.env(variable(key), value);
        }
        self
    }

    /// Sets one setting.
    #[must_use]
    pub fn set(self, key: &str, value: &str) -> Self {
        self.env(&variable(key), value)
    }

    /// Removes a setting.
    #[must_use]
    pub fn unset(mut self, key: &str) -> Self {
        self.command.env_remove(variable(key));
        self
    }

    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs the binary through another program that sets limits and then executes it: `prlimit --as=…`.
    #[must_use]
    pub fn under(mut self, program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .arg(self.command.get_program())
            .args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        self.command = command;
        self
    }

    /// Adds arguments after the command's name.
    #[must_use]
    pub fn args<S: Into<String>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments.into_iter().map(Into::into));
        self
    }

    /// Replaces the arguments after the command's name.
    #[must_use]
    pub fn instead<S: Into<String>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        let mut other = Command::new(self.command.get_program());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => other.env(name, value),
                None => other.env_remove(name),
            };
        }
        if let Some(folder) = self.command.get_current_dir() {
            other.current_dir(folder);
        }
        self.command = other;
        self.args(arguments)
    }

    /// The standard input.
    #[must_use]
    pub fn input(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.input = text.into();
        self
    }

    /// Sends standard output there instead of to [`Ran::stdout`].
    #[must_use]
    pub fn stdout(mut self, into: impl Into<Stdio>) -> Self {
        self.stdout = Some(into.into());
        self
    }

    /// Sends standard error there instead of to [`Ran::stderr`].
    #[must_use]
    pub fn stderr(mut self, into: impl Into<Stdio>) -> Self {
        self.stderr = Some(into.into());
        self
    }

    /// No file that it writes may become larger than this many KiB, as on a disk that is nearly full.
    #[must_use]
    pub fn with_room_for(self, kib: u32) -> Self {
        let mut command = Command::new("bash");
        command
            .arg("-c")
            .arg(format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\""));
        command.arg(self.command.get_program()).args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.current_dir(self.command.get_current_dir().unwrap());
        Self { command, ..self }
    }

    /// Starts it, to be killed later. Its output is discarded.
    pub fn begin(mut self) -> Child {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Runs it until it ends.
    pub async fn run(mut self) -> Ran {
        let mut child = self.spawn();
        let mut stdin = child.stdin.take().unwrap();
        let input = std::mem::take(&mut self.input);
        // A command may end without reading its input.
        let typing = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let (stdout, stderr) = (Heard::listen(child.stdout.take()), Heard::listen(child.stderr.take()));
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > LONGEST {
                child.kill().unwrap();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        typing.join().unwrap();
        Ran {
            code: status.code(),
            stdout: stdout.all(),
            stderr: stderr.all(),
        }
    }

    fn spawn(&mut self) -> Child {
        let child = self
            .command
            .stdin(Stdio::piped())
            .stdout(self.stdout.take().unwrap_or_else(Stdio::piped))
            .stderr(self.stderr.take().unwrap_or_else(Stdio::piped))
            .spawn()
            .unwrap();
        // The command holds copies of the pipes. A pipe does not end while a copy is open.
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        child
    }
}

impl Ran {
    #[track_caller]
    pub fn succeeds(&self) -> &Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails unless the command failed with these words on standard error.
    #[track_caller]
    pub fn fails_with(&self, words: &str) -> &Self {
        assert!(self.code.is_some_and(|code| code != 0), "it succeeded\n{}\n{}", self.stdout, self.stderr);
        assert!(self.stderr.contains(words), "\"{words}\" is not in\n{}", self.stderr);
        self
    }
}

/// The server as a process.
pub struct Server {
    child: Child,
    site: Site,
    stdout: Heard,
    stderr: Heard,
}

impl Server {
    /// Starts it on this database with additional settings, and waits until it answers.
    pub async fn start<K: Into<String>, V: Into<String>>(
        database: &Database,
        settings: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self::run(Self::command(database, settings)).await
    }

    /// The command that [`start`](Self::start) runs, to be modified.
    pub fn command<K: Into<String>, V: Into<String>>(
        database: &Database,
        settings: impl IntoIterator<Item = (K, V)>,
    ) -> Vestibule {
        let first = [
            ("profile", "debug"),
            ("address", &database.address().to_string()),
            ("port", "8000"),
            ("databases.vestibule.url", database.url()),
            ("throttle.enabled", "false"),
            ("argon2.memory_kib", "64"),
            ("argon2.iterations", "1"),
        ];
        let first: Settings = first
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let more: Settings = settings.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Vestibule::new(database.folder())
            .settings(&first)
            .settings(&more)
            .args(["serve"])
    }

    /// Runs a command that serves, and waits until it answers. Without a setting `secret_key`, the generated key is
    /// stored in the database's [`folder`](Database::folder), so it is the same after a restart.
    pub async fn run(mut command: Vestibule) -> Self {
        let known = |name: &str| {
            let value = command
                .command
                .get_envs()
                .find(|(key, _)| *key == name)
                .and_then(|(_, value)| value);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        let base = format!("http://{}:{}", known("ROCKET_ADDRESS").unwrap(), known("ROCKET_PORT").unwrap());
        let origin = known("ROCKET_PUBLIC_URL").unwrap_or_else(|| base.clone());
        let mut child = command.spawn();
        let (stdout, stderr) = (Heard::listen(child.stdout.take()), Heard::listen(child.stderr.take()));
        let mut server = Self {
            child,
            site: Site {
                base,
                origin,
                clock: Clock::system(),
            },
            stdout,
            stderr,
        };
        let alive = format!("{}/health/live", server.site.base);
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        until("the server answers", async || {
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("the server does not start: {status}\n{}", server.logs());
            }
            client
                .get(&alive)
                .send()
                .await
                .ok()
                .filter(|answer| answer.status().is_success())
                .map(|_| ())
        })
        .await;
        server
    }

    /// A new browser with a client address of its own.
    pub fn browser(&self) -> Browser {
        Browser::new(self.site.clone(), loopback())
    }

    /// The URL that the server listens at.
    pub fn base(&self) -> &str {
        &self.site.base
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// All output so far.
    pub fn logs(&self) -> String {
        self.stdout.so_far() + &self.stderr.so_far()
    }

    /// Kills the server, as a power failure would.
    pub fn kill_9(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Stops the server by SIGTERM. Returns its exit status, how long that took, and all output.
    pub async fn terminate(mut self) -> (ExitStatus, Duration, String) {
        let asked = Instant::now();
        self.signal(Signal::TERM);
        let status = until("the server stops", async || self.child.try_wait().unwrap()).await;
        (status, asked.elapsed(), self.stdout.so_far() + &self.stderr.so_far())
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The output of a process, read at once so that the process never blocks.
struct Heard {
    text: Arc<Mutex<Vec<u8>>>,
    thread: std::thread::JoinHandle<()>,
}

impl Heard {
    fn listen(pipe: Option<impl Read + Send + 'static>) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&text);
        let thread = std::thread::spawn(move || {
            let mut part = [0; 4096];
            let Some(mut pipe) = pipe else { return };
            while let Ok(length @ 1..) = pipe.read(&mut part) {
                into.lock().unwrap().extend_from_slice(&part[..length]);
            }
        });
        Self { text, thread }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }

    fn all(self) -> String {
        self.thread.join().unwrap();
        String::from_utf8_lossy(&self.text.lock().unwrap()).into_owned()
    }
}

fn variable(key: &str) -> String {
    format!("ROCKET_{}", key.to_uppercase().replace('.', "__"))
}
