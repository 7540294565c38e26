//! Vestibule's own site behind deploy/Caddyfile, deploy/nginx.conf and deploy/traefik.yaml.

use std::process::Command;

use super::echo::Echo;
use super::front::{Exchange, Front, Running};
use super::surfer::{AUTH, Surfer, VISITOR};
use crate::support::*;

/// The name in the files.
const SHIPPED: &str = "accounts.example.org";

struct Site {
    front: Front,
    app: App,
    surfer: Surfer,
    plain: u16,
    _certificate: Certificate,
    _proxy: Running,
}

impl Site {
    async fn behind(front: Front, database: &Database) -> Self {
        let (certificate, plain) = (Certificate::for_host("*.example.org"), free_port());
        let vestibule = format!("{}:8000", database.address());
        let nothing = ([127, 0, 0, 1], 9).into();
        let proxy = front
            .start(&vestibule, nothing, &certificate, |exchange| command(front, exchange, plain, ""))
            .await;
        let surfer = Surfer::new(proxy.port, &certificate);
        surfer.ready().await;
        let settings = [
            ("public_url", surfer.url(AUTH, "")),
            ("trusted_proxies", "127.0.0.1".to_owned()),
        ];
        Self {
            front,
            app: App::on(database)
                .at(database.address())
                .release()
                .settings(settings)
                .start()
                .await,
            surfer,
            plain,
            _certificate: certificate,
            _proxy: proxy,
        }
    }
}

/// The proxy with its file. `more`: other sites of the same proxy.
pub fn command(front: Front, exchange: &Exchange<'_>, plain: u16, more: &str) -> Command {
    match front {
        Front::Nginx | Front::OldNginx => {
            let text = Exchange::swap(&exchange.text("nginx.conf"), SHIPPED, AUTH);
            let text = Exchange::swap(&text, "    listen [::]:80;\n", "");
            let text = Exchange::swap(&text, "    listen [::]:443 ssl;\n", "");
            let text = Exchange::swap(&text, "listen 80;", &format!("listen 127.0.0.1:{plain};"));
            front.nginx(exchange, &text)
        }
        Front::Caddy | Front::OldCaddy => {
            let text = exchange.text("Caddyfile");
            let ports = format!("{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {}\n\tservers {{", exchange.port);
            let text = Exchange::swap(
                &text,
                "{\n\t# These count for all sites of this Caddy; it has none for a single site.\n\tservers {",
                &ports,
            );
            let certificate = &exchange.certificate;
            let address = "{$SITE_HOST:localhost:SITE_HOST_is_not_set} {\n";
            let text = Exchange::swap(
                &text,
                &format!("\n{address}"),
                &format!("\n{address}\tbind 127.0.0.1\n\ttls {certificate} {certificate}\n"),
            );
            let text =
                Exchange::swap(&text, &format!("\nhttp://{address}"), &format!("\nhttp://{address}\tbind 127.0.0.1\n"));
            let mut command = front.caddy(exchange, &(text + more));
            command.env("SITE_HOST", AUTH).env("VESTIBULE", exchange.vestibule);
            command
        }
        Front::Traefik => {
            let dynamic = Exchange::swap(&exchange.text("traefik.yaml"), SHIPPED, AUTH);
            let entry_points = format!(
                "entryPoints:\n  web:\n    address: 127.0.0.1:{plain}\n  websecure:\n    address: 127.0.0.1:{}\n",
                exchange.port
            );
            front.traefik(exchange, &dynamic, &entry_points)
        }
        other => panic!("there is no file for {other:?}"),
    }
}

async fn works_behind(front: Front, database: &Database) {
    let site = Site::behind(front, database).await;
    until("Vestibule answers", async || {
        (site.surfer.ask("GET", AUTH, "/login").send().await.status == 200).then_some(())
    })
    .await;
    static_files_come_once(&site).await;
    plain_http_is_refused(&site).await;
    visitors_have_their_own_address(&site).await;
    for target in ["/forward-auth", "/forward-auth/x", "/nothing"] {
        assert_eq!(site.surfer.navigation(AUTH, target).send().await.status, 404, "{target}");
    }
    // Away, and back.
    let nobody = site.surfer.another();
    site.app.stop().await;
    let away = nobody.navigation(AUTH, "/login").send().await;
    if front == Front::Traefik {
        assert_eq!(away.status, 502);
    } else {
        assert_eq!(
            (away.status, away.header("retry-after"), away.header("content-type").map(|kind| &kind[..9])),
            (503, Some("30"), Some("text/html"))
        );
        assert!(away.text().contains("<h1>Back soon</h1>"), "{}", away.text());
    }
    site.app.restart().await;
    assert_eq!(nobody.navigation(AUTH, "/login").send().await.status, 200);
}

/// What a browser has is not sent again, whichever coding it takes.
async fn static_files_come_once(site: &Site) {
    for accepted in ["", "gzip", "gzip, deflate, br, zstd", "zstd", "identity"] {
        let ask = || {
            site.surfer
                .ask("GET", AUTH, "/static/app.css")
                .header("Accept-Encoding", accepted)
        };
        let first = ask().send().await;
        let tag = first.header("etag").unwrap_or_else(|| panic!("{accepted}: no tag")).to_owned();
        assert!(first.status == 200 && !first.body.is_empty());
        let again = ask().header("If-None-Match", &tag).send().await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{:?}, {accepted}: {tag}", site.front);
        let other = ask().header("If-None-Match", "\"other\"").send().await;
        assert_eq!((other.status, other.body.len()), (200, first.body.len()));
    }
}

async fn plain_http_is_refused(site: &Site) {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let ask = async |method: Method, path: &str| {
        let request = client
            .request(method, format!("http://127.0.0.1:{}{path}", site.plain))
            .header("host", AUTH);
        let answer = request.send().await.unwrap();
        let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (answer.status().as_u16(), location)
    };
    let (status, location) = ask(Method::GET, "/login?next=/a%2Fb").await;
    assert!([301, 308].contains(&status), "{status}");
    assert!(location.unwrap().ends_with("/login?next=/a%2Fb"));
    for (method, path) in [(Method::POST, "/login"), (Method::GET, "/health/ready")] {
        let (status, location) = ask(method, path).await;
        assert!([403, 404].contains(&status) && location.is_none(), "{path}: {status}");
    }
}

/// The proxy names the visitor, whatever the visitor says.
async fn visitors_have_their_own_address(site: &Site) {
    site.app.confirmed_user("ana@example.org").await;
    let fields = [("email", "ana@example.org"), ("password", PASSWORD)];
    let signed_in = site
        .surfer
        .form(AUTH, "/login", &fields)
        .header("X-Forwarded-For", "203.0.113.7")
        .send()
        .await;
    assert_eq!(signed_in.status, 303, "{}", signed_in.text());
    let seen = site
        .app
        .texts("SELECT client_ip FROM sessions ORDER BY created_at DESC LIMIT 1")
        .await;
    assert_eq!(seen, [VISITOR.to_string()]);
}

/// An app beside Vestibule in the same Caddy: `app` is at wiki.example.org, without any question.
pub async fn beside_vestibule(front: Front, echo: &Echo, certificate: &Certificate) -> Running {
    front
        .start("127.0.0.1:9", echo.address, certificate, |exchange| {
            let (app, pem) = (&exchange.app, &exchange.certificate);
            let more =
                format!("\nwiki.example.org {{\n\tbind 127.0.0.1\n\ttls {pem} {pem}\n\treverse_proxy {app}\n}}\n");
            command(front, exchange, free_port(), &more)
        })
        .await
}

stories! {
    only Sqlite because "the proxy is the same in front of either";

    async fn nginx(database: Database) {
        works_behind(Front::Nginx, &database).await;
    }

    async fn nginx_of_debian(database: Database) {
        works_behind(Front::OldNginx, &database).await;
    }

    async fn caddy(database: Database) {
        works_behind(Front::Caddy, &database).await;
    }

    async fn caddy_of_debian(database: Database) {
        works_behind(Front::OldCaddy, &database).await;
    }

    async fn traefik(database: Database) {
        works_behind(Front::Traefik, &database).await;
    }
}

/// Caddy names the variable that was forgotten.
#[test]
fn a_forgotten_host_is_told() {
    for front in [Front::Caddy, Front::OldCaddy] {
        let ran = Command::new(front.program())
            .args([
                "adapt",
                "--config",
                concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/Caddyfile"),
            ])
            .env_remove("SITE_HOST")
            .output()
            .unwrap_or_else(|error| panic!("{front:?}: {error}: run `bin/test needs`"));
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(!ran.status.success() && said.contains("SITE_HOST_is_not_set"), "{front:?}: {said}");
    }
}
