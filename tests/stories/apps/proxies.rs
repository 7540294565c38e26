//! The snippets of docs/apps.md in the real proxies, with an app behind them that says what arrives.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::*;

/// An app that answers with the request it got, in lower case.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut read = Vec::new();
                let mut part = [0; 16_384];
                while let Ok(length @ 1..) = socket.read(&mut part).await {
                    read.extend_from_slice(&part[..length]);
                    let text = String::from_utf8_lossy(&read).to_lowercase();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else {
                        continue;
                    };
                    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
                    if body.len() < length {
                        continue;
                    }
                    let said = format!("{head}\r\nbody: {}\r\n", body.len());
                    let head_only = head.starts_with("head ");
                    let shown = if head_only { "" } else { &said };
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{shown}",
                        said.len()
                    );
                    let _ = socket.write_all(answer.as_bytes()).await;
                    break;
                }
            });
        }
    });
    address
}

/// The first block of code of a section of docs/apps.md.
fn snippet(section: &str) -> String {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/apps.md")).unwrap();
    let section = text.split(&format!("\n## {section}\n")).nth(1).unwrap();
    let block = section.split("\n```").nth(1).unwrap();
    block.split_once('\n').unwrap().1.to_owned()
}

/// A proxy that stops with the story.
struct Proxy {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Nginx,
    Caddy,
}

impl Kind {
    fn run(self, port: u16, vestibule: &str, app: SocketAddr) -> Proxy {
        let folder = tempfile::tempdir().unwrap();
        let settings = match self {
            Self::Nginx => snippet("nginx"),
            Self::Caddy => snippet("Caddy"),
        };
        let settings = settings
            .replace("127.0.0.1:8000", vestibule)
            .replace("127.0.0.1:3000", &app.to_string());
        let process = match self {
            Self::Nginx => nginx(folder.path(), &settings, port),
            Self::Caddy => caddy(folder.path(), &settings, port),
        };
        Proxy {
            process,
            port,
            _folder: folder,
        }
    }
}

fn nginx(folder: &Path, settings: &str, port: u16) -> Child {
    let http: String = settings
        .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"))
        .replace("accounts.example.org", "accounts.localhost")
        .replace("wiki.example.org", "wiki.localhost")
        .lines()
        .filter(|line| !line.contains("ssl_certificate"))
        .fold(String::new(), |text, line| text + line + "\n");
    let home = folder.display();
    let temporary =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|kind| format!("{kind}_temp_path {home}/{kind};\n"));
    let temporary = temporary.concat();
    let user = if std::fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0) {
        "user root;\n"
    } else {
        ""
    };
    let whole = format!(
        "daemon off;\nmaster_process off;\n{user}pid {home}/pid;\nerror_log {home}/error.log;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}{http}}}\n"
    );
    let path = folder.join("nginx.conf");
    std::fs::write(&path, whole).unwrap();
    let program = std::env::var("VESTIBULE_TEST_NGINX").unwrap_or_else(|_| "nginx".to_owned());
    Command::new(program)
        .arg("-e")
        .arg(folder.join("start.log"))
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(&path)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("nginx, which bin/test installs")
}

fn caddy(folder: &Path, settings: &str, port: u16) -> Child {
    let sites = settings
        .replace("accounts.example.org {", &format!("http://accounts.localhost:{port} {{"))
        .replace("wiki.example.org {", &format!("http://wiki.localhost:{port} {{"));
    let path = folder.join("Caddyfile");
    std::fs::write(&path, format!("{{\n\tadmin off\n\tauto_https off\n}}\n{sites}")).unwrap();
    Command::new("caddy")
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(&path)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("HOME", folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("caddy, which bin/test installs")
}

/// A browser that reaches hosts by way of the proxy.
struct Surfer {
    client: reqwest::Client,
    cookies: Mutex<HashMap<String, BTreeMap<String, String>>>,
}

struct Seen {
    url: String,
    status: u16,
    text: String,
}

impl Surfer {
    fn new(port: u16) -> Self {
        let proxy = SocketAddr::from(([127, 0, 0, 1], port));
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .http1_only()
            .resolve("wiki.localhost", proxy)
            .resolve("accounts.localhost", proxy)
            .build()
            .unwrap();
        Self {
            client,
            cookies: Mutex::default(),
        }
    }

    fn keep(&self, host: &str, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies
            .entry(host.to_owned())
            .or_default()
            .insert(name.to_owned(), value.to_owned());
    }

    fn request(&self, method: Method, url: &str) -> reqwest::RequestBuilder {
        let host = url::Url::parse(url).unwrap().host_str().unwrap().to_owned();
        let cookies = self.cookies.lock().unwrap().get(&host).cloned().unwrap_or_default();
        let cookies: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.client.request(method, url).header("user-agent", "Mozilla/5.0");
        if cookies.is_empty() {
            request
        } else {
            request.header("cookie", cookies.join("; "))
        }
    }

    /// Sends it; where it leads to, if it leads on, and what came.
    async fn send(&self, url: &str, request: reqwest::RequestBuilder) -> (Option<String>, Seen) {
        let answer = request.send().await.unwrap();
        let host = url::Url::parse(url).unwrap().host_str().unwrap().to_owned();
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap().to_owned();
            let (name, value) = pair.split_once('=').unwrap();
            self.keep(&host, name, value);
        }
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let refresh = header("refresh").map(|refresh| refresh.strip_prefix("0; url=").unwrap().to_owned());
        let next = header("location").or(refresh).filter(|next| !next.is_empty());
        let next = next.map(|next| url::Url::parse(url).unwrap().join(&next).unwrap().to_string());
        let seen = Seen {
            url: url.to_owned(),
            status: answer.status().as_u16(),
            text: answer.text().await.unwrap(),
        };
        (next, seen)
    }

    /// Opens a page as a person does, wherever it leads.
    async fn open(&self, url: &str) -> Seen {
        let mut url = url.to_owned();
        for _ in 0..12 {
            let request = self
                .request(Method::GET, &url)
                .header("accept", "text/html,*/*;q=0.8")
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-site", "none");
            match self.send(&url, request).await {
                (Some(next), _) => url = next,
                (None, seen) => return seen,
            }
        }
        panic!("{url}: it goes in circles");
    }
}

async fn works_behind(database: &Database, kind: Kind) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (ours, wiki) = (format!("http://accounts.localhost:{port}"), format!("http://wiki.localhost:{port}"));
    let app = App::on(database)
        .settings([
            ("public_url", ours.clone()),
            ("trusted_proxies", "127.0.0.0/8".to_owned()),
            ("apps.wiki.hosts", format!("wiki.localhost:{port}")),
            ("apps.wiki.groups", "staff".to_owned()),
            ("apps.wiki.public_paths", "/robots.txt".to_owned()),
            ("groups.staff.description", String::new()),
        ])
        .start()
        .await;
    let zoe = app.confirmed_user("zoe@example.org").await;
    zoe.open("/account").await.fill("Name", "Zoë Weiß").press("Save changes").await;
    app.sql("INSERT INTO memberships (user_id, group_name, added_at) SELECT id, 'staff', 0 FROM users")
        .await;
    let id = app.id_of("zoe@example.org").await;
    let proxy = kind.run(port, app.base().strip_prefix("http://").unwrap(), echo().await);
    until("the proxy answers", async || tokio::net::TcpStream::connect(("127.0.0.1", proxy.port)).await.ok()).await;

    let surfer = Surfer::new(port);
    // Nobody is signed in.
    let login = surfer.open(&format!("{wiki}/list?a=1&b=%26")).await;
    assert_eq!((login.status, login.url.starts_with(&format!("{ours}/login?next="))), (200, true), "{}", login.url);
    let script = surfer
        .request(Method::GET, &format!("{wiki}/api"))
        .header("sec-fetch-mode", "cors")
        .send()
        .await
        .unwrap();
    assert_eq!((script.status().as_u16(), script.headers().get("location").is_some()), (401, false));
    let public = surfer.open(&format!("{wiki}/robots.txt")).await;
    assert!(public.status == 200 && public.text.starts_with("get /robots.txt "), "{}", public.text);
    let own = surfer.request(Method::GET, &format!("{wiki}/robots.txt"));
    let own = own
        .header("Remote-User", "mallory")
        .header("Remote_User", "mallory")
        .header("Remote-Display-Name", "mallory");
    let (_, own) = surfer.send(&wiki, own).await;
    assert!(own.status == 200 && !own.text.contains("mallory"), "{}", own.text);
    for path in ["/forward-auth", "/forward-auth?x", "/forward-auth/x"] {
        assert_eq!(surfer.open(&format!("{ours}{path}")).await.status, 404, "{path}");
    }

    // Signed in at Vestibule: on to the page that was asked for, with every character of its address.
    for (name, value) in zoe.cookies() {
        surfer.keep("accounts.localhost", &name, &value);
    }
    for uri in ["/list?a=1&b=%26&c=%2F", "/a%2Fb/c;d=e?x=y?z", "/"] {
        let page = surfer.open(&format!("{wiki}{uri}")).await;
        assert_eq!((page.status, &*page.url), (200, &*format!("{wiki}{uri}")));
        assert!(page.text.starts_with(&format!("get {} ", uri.to_lowercase())), "{}", page.text);
        for header in [
            format!("\nremote-user: {id}\r"),
            "\nremote-email: zoe@example.org\r".to_owned(),
            "\nremote-name: zoe weiss\r".to_owned(),
            "\nremote-groups: staff\r".to_owned(),
            "\nremote-display-name: zo%c3%ab%20wei%c3%9f\r".to_owned(),
        ] {
            assert_eq!(page.text.matches(&header).count(), 1, "{header}: {}", page.text);
        }
    }
    // The visitor's own headers have no effect.
    let own = surfer.request(Method::GET, &format!("{wiki}/x"));
    let own = own
        .header("Remote-User", "mallory")
        .header("Remote_User", "mallory")
        .header("Remote_Groups", "mallory")
        .header("X-Forwarded-Host", "evil.example")
        .header("X-Forwarded-Uri", "/robots.txt")
        .header("X-Forwarded-For", "10.0.0.1");
    let (_, own) = surfer.send(&wiki, own).await;
    assert!(own.status == 200 && !own.text.contains("mallory"), "{}", own.text);
    // An upload, and a HEAD.
    let upload = surfer
        .request(Method::POST, &format!("{wiki}/upload"))
        .body(vec![b'x'; 100_000]);
    let (_, upload) = surfer.send(&wiki, upload).await;
    assert!(upload.status == 200 && upload.text.contains("\nbody: 100000\r"), "{}", upload.text);
    assert_eq!(
        surfer
            .request(Method::HEAD, &format!("{wiki}/x"))
            .send()
            .await
            .unwrap()
            .status()
            .as_u16(),
        200
    );

    // A program with a token.
    let token = super::tokens::makes(&zoe, &[("purpose", "apps"), ("app", "wiki")]).await;
    let program = Surfer::new(port);
    let basic = format!("Basic {}", data_encoding::BASE64.encode(format!("zoe:{token}").as_bytes()));
    for authorization in [format!("Bearer {token}"), basic] {
        for method in [Method::GET, Method::POST, Method::from_bytes(b"PROPFIND").unwrap()] {
            let url = format!("{wiki}/dav/x?y=z");
            let request = program.request(method.clone(), &url).header("authorization", &authorization);
            let (next, seen) = program.send(&url, request).await;
            assert_eq!((seen.status, next), (200, None), "{method}");
            assert!(seen.text.contains(&format!("\nremote-user: {id}\r")), "{}", seen.text);
        }
    }
    for wrong in ["vst_nonsense", "nonsense"] {
        let request = program
            .request(Method::GET, &wiki)
            .header("authorization", format!("Bearer {wrong}"));
        let (next, seen) = program.send(&wiki, request).await;
        assert_eq!((seen.status, next), (401, None), "{wrong}");
    }
    zoe.open("/account/tokens").await.press("Revoke").await.status(200);
    let request = program
        .request(Method::GET, &wiki)
        .header("authorization", format!("Bearer {token}"));
    assert_eq!(program.send(&wiki, request).await.1.status, 401);

    // Not in the group any more, and again.
    app.sql("DELETE FROM memberships").await;
    assert_eq!(surfer.open(&format!("{wiki}/x")).await.status, 403);
    app.sql("INSERT INTO memberships (user_id, group_name, added_at) SELECT id, 'staff', 0 FROM users")
        .await;
    assert_eq!(surfer.open(&format!("{wiki}/x")).await.status, 200);

    signs_out_at_the_app(&surfer, &wiki).await;
    let login = surfer.open(&format!("{wiki}/x")).await;
    assert!(login.url.starts_with(&format!("{ours}/login?next=")), "{}", login.url);
    zoe.open("/account").await.is_at("/login?next=/account");
    drop(Arc::new(proxy));
}

async fn signs_out_at_the_app(surfer: &Surfer, wiki: &str) {
    let url = format!("{wiki}/.vestibule/sign-out");
    let page = surfer.open(&url).await;
    assert!(page.status == 200 && page.text.contains("zoe@example.org"), "{}", page.text);
    let style = page
        .text
        .split("href=\"/.vestibule/static/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(surfer.open(&format!("{wiki}/.vestibule/static/{style}")).await.status, 200);
    let press = surfer
        .request(Method::POST, &url)
        .header("origin", wiki)
        .header("sec-fetch-site", "same-origin");
    assert_eq!(surfer.send(&url, press).await.1.status, 303);
}

stories! {
    only Sqlite because "the proxy is the same in front of either";

    async fn the_snippet_for_nginx_works(database: Database) {
        works_behind(&database, Kind::Nginx).await;
    }

    async fn the_snippet_for_caddy_works(database: Database) {
        works_behind(&database, Kind::Caddy).await;
    }
}
