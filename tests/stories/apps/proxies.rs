//! The files of deploy/forward-auth in the real proxies, in front of Vestibule and of an app that says what arrives.

mod echo;
mod front;
mod own_site;
mod real;
mod stage;
mod surfer;
mod table;

use self::front::Front;
use self::stage::Stage;
use self::surfer::{AUTH, WIKI};
use crate::support::*;

async fn works_behind(front: Front, database: &Database) {
    let stage = Stage::behind(front, database, "127.0.0.1").await;
    table::all(&stage).await;
}

/// A proxy that is not in `trusted_proxies` lets nobody in.
async fn is_closed_behind(front: Front, database: &Database) {
    let stage = Stage::behind(front, database, "10.0.0.1").await;
    for target in ["/", "/robots.txt"] {
        for ask in [
            stage.surfer.navigation(WIKI, target),
            stage.surfer.ask("POST", WIKI, target),
        ] {
            let refused = ask.send().await;
            assert_eq!((refused.status, refused.header("x-app")), (403, None), "{front:?}: {}", refused.text());
        }
    }
    assert_eq!(stage.surfer.open(WIKI, "/.vestibule/start").await.reply.status, 404);
    assert_eq!(stage.surfer.open(AUTH, "/login").await.reply.status, 200);
}

stories! {
    only Sqlite because "the proxy is the same in front of either; `bin/test real` has both";

    async fn nginx_works(database: Database) {
        works_behind(Front::Nginx, &database).await;
    }

    async fn caddy_works(database: Database) {
        works_behind(Front::Caddy, &database).await;
    }

    async fn traefik_works(database: Database) {
        works_behind(Front::Traefik, &database).await;
    }

    async fn envoy_works(database: Database) {
        works_behind(Front::Envoy, &database).await;
    }

    async fn haproxy_works(database: Database) {
        works_behind(Front::Haproxy, &database).await;
    }

    async fn apache_works(database: Database) {
        works_behind(Front::Apache, &database).await;
    }

    async fn nginx_is_closed_unless_trusted(database: Database) {
        is_closed_behind(Front::Nginx, &database).await;
    }

    async fn caddy_is_closed_unless_trusted(database: Database) {
        is_closed_behind(Front::Caddy, &database).await;
    }

    async fn traefik_is_closed_unless_trusted(database: Database) {
        is_closed_behind(Front::Traefik, &database).await;
    }

    async fn envoy_is_closed_unless_trusted(database: Database) {
        is_closed_behind(Front::Envoy, &database).await;
    }

    async fn haproxy_is_closed_unless_trusted(database: Database) {
        is_closed_behind(Front::Haproxy, &database).await;
    }

    async fn apache_is_closed_unless_trusted(database: Database) {
        is_closed_behind(Front::Apache, &database).await;
    }
}

/// nginx opens an app by the request line, which may name another one than the visitor's `Host`.
#[test]
fn nginx_names_the_app_that_it_opens() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/forward-auth/nginx.conf");
    let text = std::fs::read_to_string(file).unwrap();
    let (_, app) = text.split_once("server_name wiki.example.org;").unwrap();
    let hosts: Vec<&str> = app.lines().filter(|line| line.contains("X-Forwarded-Host")).collect();
    assert_eq!(hosts.len(), 3, "{hosts:?}");
    assert!(hosts.iter().all(|line| line.ends_with("\"wiki.example.org\";")), "{hosts:?}");
}
