//! The whole matrix, `bin/test real`: each proxy in each version on both databases, hostile visitors, and silence.

use std::time::Duration;

use futures::future::join_all;

use super::echo::Echo;
use super::front::Front;
use super::own_site;
use super::stage::{Stage, ZOE};
use super::surfer::{AUTH, Reply, Surfer, WIKI};
use super::table;
use crate::support::*;

/// Longer than the minute after which most proxies close what is silent.
const SILENCE: Duration = Duration::from_secs(70);

async fn whole(front: Front, database: &Database) {
    let stage = Stage::behind(front, database, "127.0.0.1").await;
    table::all(&stage).await;
    let zoe = stage.surfer.another();
    let login = zoe.open(WIKI, "/x").await;
    zoe.sign_in(&login, ZOE).await.is_app();
    one_time_codes(&zoe).await;
    cookies_elsewhere(&zoe).await;
    twenty_tabs(&zoe).await;
    no_cookies(&zoe).await;
}

/// A browser with what this one has at Vestibule alone.
fn signed_in_at_vestibule(zoe: &Surfer) -> Surfer {
    with_session(zoe, zoe.another())
}

fn with_session(zoe: &Surfer, other: Surfer) -> Surfer {
    for (name, value) in zoe.cookies(AUTH) {
        other.keep(AUTH, &name, &value);
    }
    other
}

/// The address with the one-time code that a browser is about to open.
async fn callback(zoe: &Surfer) -> String {
    let start = zoe.open_once(WIKI, "/page").await;
    let to_vestibule = zoe.open_once(WIKI, &start).await;
    zoe.open_once(AUTH, &to_vestibule).await
}

async fn one_time_codes(zoe: &Surfer) {
    let browser = signed_in_at_vestibule(zoe);
    let stolen = callback(&browser).await;
    assert!(stolen.starts_with("/.vestibule/callback?"), "{stolen}");
    // Of somebody else: without the state of the browser it is worth nothing, and it is still good afterwards.
    let thief = zoe.another();
    thief.open(WIKI, &stolen).await.is_sign_in();
    thief.open(WIKI, "/x").await.is_sign_in();
    // At another host.
    assert_eq!(browser.navigation(AUTH, &stolen).send().await.status, 404);
    let page = browser.open(WIKI, &stolen).await;
    assert!(page.is_app().starts_with("GET /page "), "{}", page.url);
    // Twice, by the same browser, and by one that has stolen its state as well.
    assert!(browser.open(WIKI, &stolen).await.is_app().starts_with("GET /page "));
    let twin = zoe.another();
    for (name, value) in browser.cookies(WIKI).into_iter().filter(|(name, _)| name.contains("state")) {
        twin.keep(WIKI, &name, &value);
    }
    twin.open(WIKI, &stolen).await.is_sign_in();
}

async fn cookies_elsewhere(zoe: &Surfer) {
    let own = |host: &str, part: &str| {
        let found = zoe.cookies(host).into_iter().find(|(name, _)| name.starts_with(part));
        found.unwrap_or_else(|| panic!("{part} at {host}"))
    };
    let port = zoe.url(WIKI, "").rsplit(':').next().unwrap().to_owned();
    let app_name = format!("__Host-vestibule_app_{port}");
    let ((_, app), (session_name, session)) = (own(WIKI, &app_name), own(AUTH, "__Host-vestibule_session"));
    let thief = zoe.another();
    thief.keep(WIKI, &app_name, &session);
    thief.open(WIKI, "/x").await.is_sign_in();
    thief.keep(AUTH, &session_name, &app);
    let account = thief.open(AUTH, "/account").await;
    account.is_sign_in();
    zoe.open(WIKI, "/x").await.is_app();
}

async fn twenty_tabs(zoe: &Surfer) {
    let browser = signed_in_at_vestibule(zoe);
    let tabs = join_all((0..20).map(|nth| {
        let tab = browser.clone();
        async move { (nth, tab.open(WIKI, &format!("/tab/{nth}")).await) }
    }))
    .await;
    for (nth, page) in tabs {
        assert!(page.is_app().starts_with(&format!("GET /tab/{nth} ")), "{nth}: {}", page.url);
    }
}

async fn no_cookies(zoe: &Surfer) {
    let browser = with_session(zoe, zoe.refusing_cookies());
    let page = browser.open(WIKI, "/x").await;
    assert_eq!(page.reply.status, 400, "{}", page.text());
    assert!(page.text().contains("cookie"), "{}", page.text());
}

/// What is silent for more than a minute, and an upload that takes as long.
async fn silence(front: Front, database: &Database) {
    let stage = Stage::behind(front, database, "127.0.0.1").await;
    stage.enters("/x").await.is_app();
    stays_open(&stage.surfer, &stage.echo).await;
}

/// An app beside Vestibule, with the file for Vestibule alone.
async fn silence_beside_vestibule(front: Front) {
    let (certificate, echo) = (Certificate::for_host("*.example.org"), Echo::start().await);
    let proxy = own_site::beside_vestibule(front, &echo, &certificate).await;
    stays_open(&Surfer::new(proxy.port, &certificate), &echo).await;
}

async fn stays_open(surfer: &Surfer, echo: &Echo) {
    let events = async {
        let mut events = surfer.ask("GET", WIKI, "/events").stream().await;
        events.shows(b"data: one\n\n").await;
        tokio::time::sleep(SILENCE).await;
        echo.goes_on();
        events.shows(b"data: two\n\n").await;
    };
    let socket = async {
        let mut socket = table::websocket_of(surfer).stream().await;
        tokio::time::sleep(SILENCE).await;
        socket.write(&[0x81, 0x85, 0, 0, 0, 0]).await;
        socket.write(b"hello").await;
        socket.shows(&[&[0x81, 5], &b"hello"[..]].concat()).await;
    };
    let upload = async {
        let mut upload = surfer
            .ask("PUT", WIKI, "/upload")
            .header("Content-Length", "114688")
            .begin()
            .await;
        for _ in 0..14 {
            upload.write(&[b'x'; 8192]).await;
            tokio::time::sleep(SILENCE / 14).await;
        }
        let reply: Reply = upload.reply().await;
        assert!(reply.status == 200 && reply.text().contains("body: 114688"), "{} {}", reply.status, reply.text());
    };
    tokio::join!(events, socket, upload);
}

stories! {
    slow because "the whole matrix of proxies takes minutes: bin/test real";

    async fn nginx(database: Database) {
        whole(Front::Nginx, &database).await;
    }

    async fn nginx_of_debian(database: Database) {
        whole(Front::OldNginx, &database).await;
    }

    async fn caddy(database: Database) {
        whole(Front::Caddy, &database).await;
    }

    async fn caddy_of_debian(database: Database) {
        whole(Front::OldCaddy, &database).await;
    }

    async fn traefik(database: Database) {
        whole(Front::Traefik, &database).await;
    }

    async fn envoy(database: Database) {
        whole(Front::Envoy, &database).await;
    }

    async fn haproxy(database: Database) {
        whole(Front::Haproxy, &database).await;
    }

    async fn apache(database: Database) {
        whole(Front::Apache, &database).await;
    }
}

stories! {
    only Sqlite because "the proxy is the same in front of either";
    slow because "it waits for more than a minute: bin/test real";

    async fn nothing_open_is_cut_by_nginx(database: Database) {
        silence(Front::Nginx, &database).await;
    }

    async fn nothing_open_is_cut_by_nginx_of_debian(database: Database) {
        silence(Front::OldNginx, &database).await;
    }

    async fn nothing_open_is_cut_by_caddy(database: Database) {
        silence(Front::Caddy, &database).await;
    }

    async fn nothing_open_is_cut_by_caddy_of_debian(database: Database) {
        silence(Front::OldCaddy, &database).await;
    }

    async fn nothing_open_is_cut_by_traefik(database: Database) {
        silence(Front::Traefik, &database).await;
    }

    async fn nothing_open_is_cut_by_envoy(database: Database) {
        silence(Front::Envoy, &database).await;
    }

    async fn nothing_open_is_cut_by_haproxy(database: Database) {
        silence(Front::Haproxy, &database).await;
    }

    async fn nothing_open_is_cut_by_apache(database: Database) {
        silence(Front::Apache, &database).await;
    }

    async fn nothing_is_cut_beside_vestibule_by_caddy(_database: Database) {
        silence_beside_vestibule(Front::Caddy).await;
    }

    async fn nothing_is_cut_beside_vestibule_by_caddy_of_debian(_database: Database) {
        silence_beside_vestibule(Front::OldCaddy).await;
    }
}
