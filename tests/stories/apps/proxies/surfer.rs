//! A browser that reaches the hosts through a proxy, by TLS and HTTP/1.1. What it sends is sent as it is written.

use std::collections::{BTreeMap, HashMap};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::*;

pub const WIKI: &str = "wiki.example.org";
pub const AUTH: &str = "auth.example.org";

/// The address of whoever surfs: not that of the proxy.
pub const VISITOR: Ipv4Addr = Ipv4Addr::new(127, 0, 5, 77);

/// A proxy that says nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(40);

/// The cookies of each host.
type Jar = HashMap<String, BTreeMap<String, String>>;

/// A browser. Clones are tabs of the same one.
#[derive(Clone)]
pub struct Surfer {
    port: u16,
    tls: TlsConnector,
    cookies: Arc<Mutex<Jar>>,
    refuses_cookies: bool,
}

impl Surfer {
    pub fn new(port: u16, certificate: &Certificate) -> Self {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(certificate.authority()).unwrap())
            .unwrap();
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            port,
            tls: TlsConnector::from(Arc::new(tls)),
            cookies: Arc::default(),
            refuses_cookies: false,
        }
    }

    /// Another browser, without cookies.
    pub fn another(&self) -> Self {
        Self {
            cookies: Arc::default(),
            ..self.clone()
        }
    }

    pub fn refusing_cookies(&self) -> Self {
        Self {
            refuses_cookies: true,
            ..self.another()
        }
    }

    pub fn cookies(&self, host: &str) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().get(host).cloned().unwrap_or_default()
    }

    pub fn keep(&self, host: &str, name: &str, value: &str) {
        let mut jar = self.cookies.lock().unwrap();
        jar.entry(host.to_owned())
            .or_default()
            .insert(name.to_owned(), value.to_owned());
    }

    pub fn forget(&self, host: &str) {
        self.cookies.lock().unwrap().remove(host);
    }

    pub fn url(&self, host: &str, target: &str) -> String {
        format!("https://{host}:{}{target}", self.port)
    }

    async fn connect(&self, host: &str) -> std::io::Result<TlsStream<TcpStream>> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((VISITOR, 0).into())?;
        let tcp = socket.connect((Ipv4Addr::LOCALHOST, self.port).into()).await?;
        let name = ServerName::try_from(host.to_owned()).unwrap();
        self.tls.connect(name, tcp).await
    }

    /// Waits until the proxy has its certificate: Traefik listens before it has read which.
    pub async fn ready(&self) {
        until("the proxy has its certificate", async || self.connect(AUTH).await.ok()).await;
    }

    /// A request with nothing but the cookies of the host.
    pub fn ask(&self, method: &str, host: &str, target: &str) -> Ask {
        Ask {
            surfer: self.clone(),
            method: method.to_owned(),
            host: host.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A request as a person causes it who opens a page.
    pub fn navigation(&self, host: &str, target: &str) -> Ask {
        self.ask("GET", host, target)
            .header("Accept", "text/html,*/*;q=0.8")
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Dest", "document")
            .header("Sec-Fetch-Site", "none")
    }

    /// A form that a page of this host sends.
    pub fn form(&self, host: &str, target: &str, fields: &[(&str, &str)]) -> Ask {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.ask("POST", host, target)
            .header("Origin", &self.url(host, ""))
            .header("Accept", "text/html")
            .header("Sec-Fetch-Mode", "navigate")
            .header("Sec-Fetch-Site", "same-origin")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body)
    }

    /// Opens a page as a person does, wherever it leads.
    pub async fn open(&self, host: &str, target: &str) -> Seen {
        self.follow(self.navigation(host, target)).await
    }

    /// Sends a request and follows where it leads.
    pub async fn follow(&self, mut ask: Ask) -> Seen {
        for _ in 0..16 {
            let url = self.url(&ask.host, &ask.target);
            let reply = ask.send().await;
            let refresh = reply.header("refresh").and_then(|refresh| refresh.strip_prefix("0; url="));
            let next = reply.header("location").or(refresh).filter(|next| !next.is_empty());
            let Some(next) = next else {
                return Seen { url, reply };
            };
            let (host, target) = self.split(&url, next);
            ask = self.navigation(&host, &target);
        }
        panic!("it goes in circles");
    }

    /// Host and target of a link, its characters as they are.
    fn split(&self, at: &str, next: &str) -> (String, String) {
        if let Some(rest) = next.strip_prefix("https://") {
            let (host, target) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
            let host = host.strip_suffix(&format!(":{}", self.port));
            return (host.unwrap_or_else(|| panic!("{next}: another port")).to_owned(), target.to_owned());
        }
        assert!(next.starts_with('/') && !next.starts_with("//"), "at {at}: {next}");
        let host = url::Url::parse(at).unwrap().host_str().unwrap().to_owned();
        (host, next.to_owned())
    }

    /// Opens a page, and only says where it leads: the path there.
    pub async fn open_once(&self, host: &str, target: &str) -> String {
        let url = self.url(host, target);
        let reply = self.navigation(host, target).send().await;
        let refresh = reply.header("refresh").and_then(|refresh| refresh.strip_prefix("0; url="));
        let next = reply
            .header("location")
            .or(refresh)
            .unwrap_or_else(|| panic!("{url}: {}", reply.text()));
        self.split(&url, next).1
    }

    /// Signs in on the page that is open.
    pub async fn sign_in(&self, login: &Seen, email: &str) -> Seen {
        let url = url::Url::parse(&login.url).unwrap();
        assert_eq!((url.host_str(), url.path()), (Some(AUTH), "/login"), "{}", login.text());
        let next = url.query_pairs().find(|(name, _)| name == "next").unwrap().1.into_owned();
        let fields = [("email", email), ("password", PASSWORD), ("next", &next)];
        self.follow(self.form(AUTH, "/login", &fields)).await
    }

    fn note(&self, host: &str, lines: &[&str]) {
        if self.refuses_cookies {
            return;
        }
        for line in lines {
            let mut parts = line.split(';').map(str::trim);
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap();
            if parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
                self.cookies.lock().unwrap().entry(host.to_owned()).or_default().remove(name);
            } else {
                self.keep(host, name, value);
            }
        }
    }
}

/// A request that is not sent yet.
#[derive(Clone)]
pub struct Ask {
    surfer: Surfer,
    method: String,
    host: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask {
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(own, _)| own != name);
        self
    }

    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn head(&self) -> String {
        let Self {
            method, host, target, ..
        } = self;
        let port = self.surfer.port;
        let mut lines = vec![
            format!("{method} {target} HTTP/1.1"),
            format!("Host: {host}:{port}"),
            "User-Agent: Mozilla/5.0".to_owned(),
        ];
        let jar = self.surfer.cookies(host);
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            lines.push(format!("Cookie: {}", cookies.join("; ")));
        }
        if !self.body.is_empty() || method == "POST" {
            lines.push(format!("Content-Length: {}", self.body.len()));
        }
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("connection")) {
            lines.push("Connection: close".to_owned());
        }
        lines.join("\r\n") + "\r\n\r\n"
    }

    /// Sends the head alone.
    pub async fn begin(&self) -> Incoming {
        let mut socket = self.surfer.connect(&self.host).await.unwrap();
        socket.write_all(self.head().as_bytes()).await.unwrap();
        Incoming {
            socket,
            read: Vec::new(),
            head: String::new(),
        }
    }

    /// Sends it, and reads the head of the answer.
    pub async fn stream(&self) -> Incoming {
        let mut incoming = self.begin().await;
        // A refusal may come before the whole body was sent.
        let _ = incoming.socket.write_all(&self.body).await;
        incoming.head = incoming.head().await;
        incoming
    }

    pub async fn send(&self) -> Reply {
        let mut incoming = self.stream().await;
        let mut reply = Reply::of(&incoming.head);
        if self.method != "HEAD" && reply.status != 304 {
            reply.body = incoming.body(&reply).await;
        }
        self.surfer.note(&self.host, &reply.headers("set-cookie"));
        reply
    }
}

/// An answer that is still coming.
pub struct Incoming {
    socket: TlsStream<TcpStream>,
    read: Vec<u8>,
    pub head: String,
}

impl Incoming {
    async fn more(&mut self) -> bool {
        let mut part = [0; 16_384];
        let read = tokio::time::timeout(PATIENCE, self.socket.read(&mut part)).await;
        let length = read.expect("the proxy is silent").unwrap_or(0);
        self.read.extend_from_slice(&part[..length]);
        length > 0
    }

    async fn head(&mut self) -> String {
        loop {
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                let rest = self.read.split_off(end + 4);
                let head = std::mem::replace(&mut self.read, rest);
                let head = String::from_utf8(head).unwrap();
                if head.split(' ').nth(1) != Some("100") {
                    return head;
                }
            } else {
                assert!(self.more().await, "no answer: {:?}", String::from_utf8_lossy(&self.read));
            }
        }
    }

    async fn body(&mut self, reply: &Reply) -> Vec<u8> {
        let length: Option<usize> = reply.header("content-length").map(|length| length.parse().unwrap());
        while length.is_none_or(|length| self.read.len() < length) && self.more().await {}
        if reply.header("transfer-encoding").is_some() {
            return unchunked(&self.read);
        }
        if let Some(length) = length {
            assert!(self.read.len() >= length, "{} of {length} bytes", self.read.len());
        }
        std::mem::take(&mut self.read)
    }

    /// The whole answer.
    pub async fn reply(mut self) -> Reply {
        let mut reply = Reply::of(&self.head().await);
        reply.body = self.body(&reply).await;
        reply
    }

    /// Waits for these bytes.
    pub async fn shows(&mut self, text: &[u8]) {
        while !self.read.windows(text.len()).any(|window| window == text) {
            assert!(self.more().await, "it ended: {:?}", String::from_utf8_lossy(&self.read));
        }
    }

    pub fn has(&self, text: &[u8]) -> bool {
        self.read.windows(text.len()).any(|window| window == text)
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).await.unwrap();
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").expect("a chunk");
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return whole;
        }
        whole.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 2 + length + 2..];
    }
}

/// What came of a request.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn of(head: &str) -> Self {
        Self {
            status: head
                .split(' ')
                .nth(1)
                .and_then(|status| status.parse().ok())
                .unwrap_or_else(|| panic!("{head}")),
            head: head.to_owned(),
            body: Vec::new(),
        }
    }

    pub fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).first().copied()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The page where it ended.
#[derive(Debug)]
pub struct Seen {
    pub url: String,
    pub reply: Reply,
}

impl Seen {
    pub fn text(&self) -> String {
        self.reply.text()
    }

    /// The sign-in page of Vestibule.
    #[track_caller]
    pub fn is_sign_in(&self) -> &Self {
        let there = self.url.contains(&format!("//{AUTH}:")) && self.url.contains("/login?next=");
        assert!(there && self.reply.status == 200, "{} {}: {}", self.reply.status, self.url, self.text());
        self
    }

    /// What the app got.
    #[track_caller]
    pub fn is_app(&self) -> String {
        assert_eq!(self.reply.status, 200, "{}: {}", self.url, self.text());
        assert!(self.reply.header("x-app").is_some(), "{} is not the app: {}", self.url, self.text());
        self.text()
    }
}
