//! `vestibule app check`, against real proxies that are set up rightly and wrongly.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::visit::{APPS, Visit, WIKI};
use crate::support::*;

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

/// An app that answers with the head of each request.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = vec![0; 16_384];
                let length = socket.read(&mut head).await.unwrap_or(0);
                let said = String::from_utf8_lossy(&head[..length]).into_owned();
                let answer =
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{said}", said.len());
                let _ = socket.write_all(answer.as_bytes()).await;
            });
        }
    });
    address
}

fn nginx(folder: &Path, settings: &str, port: u16) -> Command {
    let http: String = settings
        .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port};"))
        .lines()
        .filter(|line| !line.contains("ssl_certificate"))
        .fold(String::new(), |text, line| text + line + "\n");
    let home = folder.display();
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {home}/{kind};\n"))
        .concat();
    let user = if std::fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0) {
        "user root;\n"
    } else {
        ""
    };
    let path = folder.join("nginx.conf");
    let whole = format!(
        "daemon off;\nmaster_process off;\n{user}pid {home}/pid;\nerror_log {home}/error.log;\nevents {{}}\n\
         http {{\naccess_log off;\n{temporary}{http}}}\n"
    );
    std::fs::write(&path, whole).unwrap();
    let mut command = Command::new(std::env::var("VESTIBULE_TEST_NGINX").unwrap_or_else(|_| "nginx".to_owned()));
    command
        .arg("-e")
        .arg(folder.join("start.log"))
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(path);
    command
}

fn caddy(folder: &Path, settings: &str, port: u16) -> Command {
    let sites = ["auth", "wiki"].iter().fold(settings.to_owned(), |text, name| {
        text.replace(&format!("\n{name}.example.org {{"), &format!("\nhttp://{name}.example.org:{port} {{"))
    });
    let path = folder.join("Caddyfile");
    std::fs::write(&path, format!("{{\n\tadmin off\n\tauto_https off\n}}\n{sites}")).unwrap();
    let mut command = Command::new("caddy");
    command
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(path)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("HOME", folder);
    command
}

/// Vestibule and the wiki behind a proxy, with a change in the settings that are shipped for it.
async fn behind(database: &Database, file: &str, changes: &[(&str, &str)]) -> (App, Proxy) {
    let port = free_port();
    let app = App::on(database)
        .settings([
            ("public_url", format!("http://auth.example.org:{port}")),
            ("trusted_proxies", "127.0.0.0/8".to_owned()),
            ("apps.wiki.hosts", format!("wiki.example.org:{port}")),
            ("apps.wiki.access", "everyone".to_owned()),
            ("apps.wiki.public_paths", "/robots.txt".to_owned()),
        ])
        .start()
        .await;
    let shipped = format!("{}/deploy/forward-auth/{file}", env!("CARGO_MANIFEST_DIR"));
    let settings = std::fs::read_to_string(shipped).unwrap();
    let settings = changes.iter().fold(settings, |settings, (old, new)| {
        assert!(settings.contains(old), "{old} is not in\n{settings}");
        settings.replace(old, new)
    });
    let settings = settings
        .replace("127.0.0.1:8000", app.base().strip_prefix("http://").unwrap())
        .replace("127.0.0.1:3000", &echo().await.to_string())
        .replace("\"wiki.example.org\"", &format!("\"wiki.example.org:{port}\""));
    let folder = tempfile::tempdir().unwrap();
    let mut command = if file == "Caddyfile" {
        caddy(folder.path(), &settings, port)
    } else {
        nginx(folder.path(), &settings, port)
    };
    let log = folder.path().join("said");
    let said = std::fs::File::create(&log).unwrap();
    let process = command.stdout(Stdio::null()).stderr(said).spawn();
    let mut proxy = Proxy {
        process: process.expect("nginx and caddy, which bin/test installs"),
        port,
        _folder: folder,
    };
    until("the proxy answers", async || {
        if let Some(status) = proxy.process.try_wait().unwrap() {
            panic!("{file} ended, {status}: {}", std::fs::read_to_string(&log).unwrap());
        }
        tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok()
    })
    .await;
    (app, proxy)
}

async fn checked(app: &App, proxy: &Proxy) -> Ran {
    let url = format!("http://wiki.example.org:{}/list", proxy.port);
    let at = format!("127.0.0.1:{}", proxy.port);
    app.vestibule(["app", "check", &url, "--at", &at]).await
}

stories! {
    only Sqlite because "the proxy is the same in front of either";

    async fn a_proxy_that_is_set_up_rightly_passes(database: Database) {
        for file in ["nginx.conf", "Caddyfile"] {
            let (app, proxy) = behind(&database, file, &[]).await;
            let ran = checked(&app, &proxy).await;
            ran.succeeds();
            for words in ["back to the same page", "a script is told", "when the proxy asks, Vestibule sees the visitor's address as 127.0.0.1", "is passed on", "/list is protected."] {
                assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
            }
        }
    }

    async fn what_is_wrong_with_nginx_is_said_in_words(database: Database) {
        for (changes, words) in [
            (&[("auth_request     /.vestibule/ask;", "")][..], "no forward-auth is in front of it"),
            (&[("auth_request     /.vestibule/ask;", ""), ("proxy_set_header Remote-User         $v_user;", "")], "the visitor's own Remote-User arrives at the app, too"),
            (&[("proxy_set_header Remote-User         $v_user;", "")], "the visitor's own Remote-User arrives at the app, at /robots.txt"),
            (&[("?refuse=401", "")], "nginx needs /forward-auth?refuse=401"),
            (&[("error_page 401 = @refused;", "")], "401 without a way to sign in"),
            (&[("proxy_set_header X-Forwarded-Host   \"wiki.example.org\";", "proxy_set_header X-Forwarded-Host   $host;")], "the answer is 403"),
            (&[("proxy_set_header X-Forwarded-Uri    $request_uri;", "proxy_set_header X-Forwarded-Uri    /;")], "the proxy loses a part of X-Forwarded-Uri"),
            (&[("location ^~ /.vestibule/ {", "location ^~ /elsewhere/ {")], "the proxy asks Vestibule about /.vestibule/"),
            (&[("location = /forward-auth { return 404; }", ""), ("location ^~ /forward-auth/ { return 404; }", "")], "/forward-auth is open to visitors"),
            (&[("proxy_set_header X-Forwarded-For   $remote_addr;", "proxy_set_header X-Forwarded-For   $http_x_forwarded_for;")], "at /.vestibule/, Vestibule takes what the visitor writes into X-Forwarded-For"),
            (&[("proxy_set_header X-Forwarded-For    $remote_addr;", "proxy_set_header X-Forwarded-For    $http_x_forwarded_for;")], "when the proxy asks, Vestibule takes what the visitor writes into X-Forwarded-For"),
            (&[("proxy_set_header X-Forwarded-Uri    $request_uri;", "proxy_set_header X-Forwarded-Uri    $uri;")], "in nginx it is $request_uri"),
        ] {
            let (app, proxy) = behind(&database, "nginx.conf", changes).await;
            let ran = checked(&app, &proxy).await;
            assert_eq!(ran.fails_with(words).code, Some(1), "{changes:?}");
        }
    }

    async fn what_is_wrong_with_caddy_is_said_in_words(database: Database) {
        for (changes, words) in [
            (&[("handle /.vestibule/* {", "handle /elsewhere/* {")][..], "the proxy asks Vestibule about /.vestibule/"),
            (&[("handle /.vestibule/* {", "redir /.vestibule/start /.vestibule/start?again\n\thandle /.vestibule/* {")], "so visitors go in circles"),
            (&[("uri /forward-auth?", "uri /elsewhere?")], "the answer is 404"),
            (&[("header_up X-Forwarded-Uri {http.request.orig_uri}", "header_up X-Forwarded-Uri /")], "the proxy loses a part of X-Forwarded-Uri"),
        ] {
            let (app, proxy) = behind(&database, "Caddyfile", changes).await;
            let ran = checked(&app, &proxy).await;
            assert_eq!(ran.fails_with(words).code, Some(1), "{changes:?}");
        }
    }

    async fn what_cannot_be_checked_is_said_in_words(database: Database) {
        let app = App::on(&database).settings([
            ("apps.wiki.hosts", "wiki.localhost:1"),
            ("apps.wiki.public_paths", "/open/*"),
            ("apps.blog.hosts", "https://blog.localhost"),
        ]).start().await;
        for (url, words) in [
            ("wiki.localhost", "is no address of a page"),
            ("ftp://wiki.localhost:1/", "is no address of a page"),
            ("http://other.localhost/", "no app has the host other.localhost"),
            ("http://wiki.localhost/", "no app has the host wiki.localhost"),
            ("http://blog.localhost/", "the app blog is at https://blog.localhost, and not at http://blog.localhost"),
            ("http://wiki.localhost:1/open/x", "is one of the app's public_paths"),
            ("http://wiki.localhost:1/", "cannot be reached: "),
            ("http://wiki.localhost:1/", "trusted_proxies is empty"),
            ("http://wiki.localhost:1/", "nobody may enter the app"),
        ] {
            let ran = app.vestibule(["app", "check", url, "--at", "127.0.0.1:1"]).await;
            assert_eq!(ran.fails_with(words).code, Some(1), "{url}");
        }
        let ran = app.vestibule(["app", "check", "http://wiki.localhost:1/", "--at", "127.0.0.1:2"]).await;
        ran.fails_with("--at has the port 2, and http://wiki.localhost:1 another one");
    }

    /// It goes nowhere else, wherever it is led.
    async fn it_follows_nobody_elsewhere(database: Database) {
        let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        elsewhere.set_nonblocking(true).unwrap();
        let to = format!("redir http://{}/.vestibule/start\n\thandle /.vestibule/* {{", elsewhere.local_addr().unwrap());
        let (app, proxy) = behind(&database, "Caddyfile", &[("handle /.vestibule/* {", &to)]).await;
        let ran = checked(&app, &proxy).await;
        ran.fails_with("something before it leads elsewhere");
        assert!(elsewhere.accept().is_err(), "it went there");
    }
}

stories! {
    async fn apps_are_listed(app with [&APPS[..], &[("apps.off.url", "https://off.example.org/")]].concat()) {
        let root = app.admin("root@home.test").await;
        root.post("/apps/new", &[("id", "blog"), ("hosts", "blog.example.org"), ("group", "staff")]).await.is_at("/apps/blog");
        let ran = app.vestibule(["app", "list"]).await;
        assert_eq!(
            ran.succeeds().stdout,
            "pages    blog\tstaff\thttp://blog.example.org\n\
             settings off\tnobody\t\n\
             settings shop\tstaff\thttp://shop.example.org\n\
             settings wiki\teveryone\thttp://wiki.example.org http://wiki.example.org:8443\n"
        );
    }

    async fn a_check_without_its_token_is_nothing(app with APPS) {
        let visit = Visit::of(&app, WIKI, &app.browser());
        for path in ["/.vestibule/check", "/.vestibule/check?token=", "/.vestibule/check?token=AAAA", "/.vestibule/check?token=%00"] {
            visit.at_host(&Method::GET, path).send().await.status(404);
        }
        app.request(Method::GET, "/.vestibule/check?token=x").send().await.status(404);
        for query in ["vestibule-check", "vestibule-check=", "vestibule-check=AAAA", "a=b&vestibule-check=%00"] {
            let answer = visit.sees(&format!("/page?{query}")).await;
            assert!(!answer.status(303).location().unwrap().contains("seen="), "{query}");
        }
    }
}
