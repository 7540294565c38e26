//! A mail server that behaves as the story says: aiosmtpd in a process of its own (`tests/support/smtp_server.py`).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::mailbox::Mail;
use super::until;

/// How the server answers.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// Accepts every message.
    Accept,
    /// Answers 421 instead of a greeting.
    Refuse,
    /// Answers 451 to this many messages, then accepts all.
    FailFirst(u32),
    /// Answers 550 to this recipient.
    Reject(String),
    /// Answers 554 to every message.
    RejectMessages,
    /// Receives the message and never answers.
    Stall,
    /// Receives the message and closes the connection without an answer.
    Close,
    /// Receives messages to this recipient, or to this `@domain`, and answers only when the behaviour changes. Accepts
    /// all others.
    Hold(String),
    /// Gives this answer at this step: `GREETING`, `EHLO`, `AUTH`, `MAIL FROM`, `RCPT TO`, `DATA` or `END`.
    Answer(&'static str, String),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encryption {
    Off,
    /// No message is accepted before STARTTLS.
    StartTls,
    /// TLS from the first byte.
    Implicit,
}

/// A message that was accepted.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub recipients: Vec<String>,
    /// Headers and body as received.
    pub raw: String,
    /// The message as a mail program shows it.
    pub mail: Mail,
    /// Whether it was received over TLS.
    pub tls: bool,
    /// The user name of the login.
    pub user: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    from: String,
    to: Vec<String>,
    raw: String,
    subject: String,
    text: String,
    html: String,
    tls: bool,
    user: Option<String>,
}

/// The server. It ends when the last clone is dropped.
#[derive(Clone)]
pub struct Smtp(Arc<Inner>);

struct Inner {
    process: Mutex<Child>,
    port: u16,
    tls: Encryption,
    folder: TempDir,
}

impl Smtp {
    pub fn start(behaviour: Behaviour) -> Self {
        Self::launch(behaviour, Encryption::Off, None, None)
    }

    /// A server with TLS and this certificate.
    pub fn start_with(behaviour: Behaviour, tls: Encryption, certificate: &Certificate) -> Self {
        Self::launch(behaviour, tls, Some(certificate), None)
    }

    /// A server without TLS that requires the login `user:password`.
    pub fn start_with_login(behaviour: Behaviour, login: &str) -> Self {
        Self::launch(behaviour, Encryption::Off, None, Some(login))
    }

    fn launch(behaviour: Behaviour, tls: Encryption, certificate: Option<&Certificate>, login: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("messages"), "").unwrap();
        control(folder.path(), behaviour);
        let python = std::env::var("VESTIBULE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let mut command = Command::new(&python);
        command
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/smtp_server.py"))
            .arg("--control")
            .arg(folder.path().join("control"))
            .arg("--messages")
            .arg(folder.path().join("messages"))
            .args([
                "--tls",
                match tls {
                    Encryption::Off => "off",
                    Encryption::StartTls => "starttls",
                    Encryption::Implicit => "implicit",
                },
            ]);
        if let Some(certificate) = certificate {
            command.arg("--certificate").arg(certificate.chain());
        }
        command.args(login.into_iter().flat_map(|login| ["--login", login]));
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{python} (VESTIBULE_TEST_PYTHON): {error}"));
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port = port.trim().parse().unwrap_or_else(|_| {
            panic!("the SMTP server does not start: {python} (VESTIBULE_TEST_PYTHON) needs aiosmtpd, which bin/test installs")
        });
        Self(Arc::new(Inner {
            process: Mutex::new(process),
            port,
            tls,
            folder,
        }))
    }

    /// Changes the behaviour from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        control(self.0.folder.path(), behaviour);
    }

    /// The value of the setting `mail.url`.
    pub fn url(&self) -> String {
        self.url_as("127.0.0.1")
    }

    /// The same with another name of this machine, such as `localhost`, or with a login before an `@`.
    pub fn url_as(&self, host: &str) -> String {
        let scheme = if self.0.tls == Encryption::Implicit {
            "smtps"
        } else {
            "smtp"
        };
        format!("{scheme}://{host}:{}", self.0.port)
    }

    /// The messages so far, oldest first.
    pub fn messages(&self) -> Vec<Delivered> {
        let text = std::fs::read_to_string(self.0.folder.path().join("messages")).unwrap();
        // The last line may be incomplete.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole
            .lines()
            .map(|line| Delivered::from(serde_json::from_str::<Line>(line).unwrap()))
            .collect()
    }

    /// Waits until there are at least this many messages.
    pub async fn wait_for(&self, count: usize) -> Vec<Delivered> {
        let what = format!("{count} messages at the mail server");
        until(&what, async || Some(self.messages()).filter(|messages| messages.len() >= count)).await
    }

    /// Whether every received message was answered.
    pub fn is_idle(&self) -> bool {
        let answered = std::fs::read(self.0.folder.path().join("answered")).unwrap_or_default();
        answered.len() == self.messages().len()
    }

    /// Stops listening, so that connections are refused.
    pub fn stop(&self) {
        self.0.stop();
    }
}

impl Inner {
    fn stop(&self) {
        let mut process = self.process.lock().unwrap();
        let _ = process.kill();
        let _ = process.wait();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl From<Line> for Delivered {
    fn from(line: Line) -> Self {
        let to = line.to.first().cloned().unwrap_or_default();
        Self {
            from: line.from,
            recipients: line.to,
            raw: line.raw,
            mail: Mail {
                to,
                subject: line.subject,
                text: line.text,
                html: line.html,
            },
            tls: line.tls,
            user: line.user,
        }
    }
}

/// Replaces the file in one step, so that the server never reads half of it.
fn control(folder: &Path, behaviour: Behaviour) {
    let told: Value = match behaviour {
        Behaviour::Accept => json!({"do": "accept"}),
        Behaviour::Refuse => json!({"do": "refuse"}),
        Behaviour::FailFirst(count) => json!({"do": "fail_first", "count": count}),
        Behaviour::Reject(address) => json!({"do": "reject", "address": address}),
        Behaviour::RejectMessages => json!({"do": "reject_message"}),
        Behaviour::Stall => json!({"do": "stall"}),
        Behaviour::Close => json!({"do": "close"}),
        Behaviour::Hold(address) => json!({"do": "hold", "address": address}),
        Behaviour::Answer(stage, text) => json!({"do": "answer", "stage": stage, "text": text}),
    };
    std::fs::write(folder.join("draft"), told.to_string()).unwrap();
    std::fs::rename(folder.join("draft"), folder.join("control")).unwrap();
}

/// A certificate for a host, and the authority that signed it.
pub struct Certificate(TempDir);

impl Certificate {
    /// For a host name or an IPv4 address.
    pub fn for_host(host: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kind = if host.parse::<std::net::IpAddr>().is_ok() {
            "IP"
        } else {
            "DNS"
        };
        let names = format!("subjectAltName={kind}:{host}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n");
        std::fs::write(folder.path().join("names"), names).unwrap();
        let openssl = |arguments: &str| {
            let done = Command::new("openssl")
                .args(arguments.split(' '))
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(done.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr));
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        openssl(&format!(
            "req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=Story -addext basicConstraints=critical,CA:TRUE \
             -addext keyUsage=critical,keyCertSign,cRLSign"
        ));
        openssl(&format!("req {key} -keyout host.key -out host.csr -subj /CN=host"));
        openssl("x509 -req -in host.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out host.pem -days 2 -extfile names");
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join("chain.pem"), read("host.pem") + &read("host.key")).unwrap();
        Self(folder)
    }

    /// The authority's certificate, for `SSL_CERT_FILE`.
    pub fn authority(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }

    /// Certificate and key in one file.
    pub fn chain(&self) -> PathBuf {
        self.0.path().join("chain.pem")
    }
}
