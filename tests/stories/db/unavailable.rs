//! What people see while the database is away, and that it passes.

use std::time::{Duration, Instant};

use futures::future::join_all;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use crate::support::*;

/// Says something to the PostgreSQL server, from outside the story's database.
async fn server(app: &App, sql: &str) {
    let mut url = url::Url::parse(app.database().url()).unwrap();
    url.set_path("/postgres");
    let mut server = AnyConnection::connect(url.as_str()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut server).await.unwrap();
    server.close().await.unwrap();
}

fn name(app: &App) -> String {
    app.database().url().rsplit('/').next().unwrap().to_owned()
}

/// Lets nobody reach the tables: on PostgreSQL the whole database, on SQLite those that sessions are looked up in.
pub async fn take_away(app: &App) {
    match app.database().backend() {
        Backend::Sqlite => {
            app.sql("ALTER TABLE revoked_tokens RENAME TO away").await;
        }
        Backend::Postgres => {
            let name = name(app);
            server(app, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
            let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            server(app, &end).await;
        }
    }
}

pub async fn bring_back(app: &App) {
    match app.database().backend() {
        Backend::Sqlite => {
            app.sql("ALTER TABLE away RENAME TO revoked_tokens").await;
        }
        Backend::Postgres => server(app, &format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", name(app))).await,
    }
}

/// A token as another node would make it, with a key of its own.
fn of_an_unknown_key(token: &str) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let bytes = data_encoding::BASE64URL_NOPAD.decode(header.as_bytes()).unwrap();
    let mut header: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    header["kid"] = "abcdefghijklmnopqrstuvwxyz".into();
    let header = data_encoding::BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    format!("{header}.{rest}")
}

/// Fails unless this is the page for "later", and nobody's.
fn says_later(answer: &Answer) {
    assert_eq!(answer.status(503).header("retry-after"), Some("5"));
    assert_eq!(answer.set_cookies(), Vec::<&str>::new());
    let text = answer.text();
    assert!(text.contains("Back in a moment"), "{text}");
    assert!(!text.contains("ana@example.org") && !text.contains("Sign out"), "{text}");
}

stories! {
    /// ASVS 16.5.3, 13.2.6
    async fn while_the_database_is_away_nobody_is_let_in_and_afterwards_all_is_well(
        app with [("databases.vestibule.connect_timeout", "1")]
    ) {
        let ana = app.admin("ana@example.org").await;
        take_away(&app).await;
        for path in ["/account", "/users", "/logout", "/", "/login", "/account"] {
            let asked = Instant::now();
            says_later(&ana.request(Method::GET, path).send().await);
            assert!(asked.elapsed() < Duration::from_secs(5), "{path} took {:?}", asked.elapsed());
        }
        says_later(&ana.request(Method::POST, "/logout").send().await);
        // Nor is a token of a key that another node has made a moment ago taken for none.
        let stranger = app.browser();
        stranger.set_cookie("vestibule_session", &of_an_unknown_key(&ana.session_token().unwrap()));
        for _ in 0..2 {
            let answer = stranger.request(Method::GET, "/account").send().await;
            match app.database().backend() {
                // There the keys can still be asked for.
                Backend::Sqlite => answer.status(303),
                Backend::Postgres => answer.status(503),
            };
        }
        // Whoever brings no token needs no database to read a page.
        app.browser().open("/login").await.status(200);
        bring_back(&app).await;
        until("the app finds its database again", async || {
            (ana.request(Method::GET, "/account").send().await.status == 200).then_some(())
        })
        .await;
        // The pool's connections that were used a moment ago were taken at their word.
        tokio::time::sleep(Duration::from_secs(1)).await;
        ana.open("/users").await.status(200).shows("ana@example.org");
        app.signed_in("ana@example.org").await;
    }

    /// ASVS 16.5.3
    async fn an_unreadable_blacklist_lets_no_session_in(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("ALTER TABLE revoked_tokens RENAME TO away").await;
        says_later(&ana.request(Method::GET, "/account").send().await);
        app.sql("ALTER TABLE away RENAME TO revoked_tokens").await;
        ana.open("/account").await.status(200).shows("ana@example.org");
    }

    /// Every page and every button: none breaks, and none takes anybody for somebody or for nobody.
    async fn every_route_answers_while_the_database_is_unavailable(app with [("databases.vestibule.connect_timeout", "1")]) {
        let journey = app.journey().await;
        let token = journey.user.session_token();
        let before = app.everything_stored().await;
        take_away(&app).await;
        let nobody = app.browser();
        let visitors = match app.database().backend() {
            // There, only sessions cannot be looked up.
            Backend::Sqlite => vec![&journey.user],
            Backend::Postgres => vec![&journey.user, &nobody],
        };
        let visits = visitors.iter().flat_map(|visitor| journey.stops.iter().map(move |stop| (visitor, stop)));
        let answers = visits.map(async |(visitor, stop)| {
            let request = visitor.request(stop.method.clone(), &stop.path);
            let answer = match stop.method {
                Method::GET => request.send().await,
                _ => request.form(&[("email", "user@example.org"), ("password", OTHER_PASSWORD)]).send().await,
            };
            (visitor, stop, answer)
        });
        for (visitor, stop, answer) in join_all(answers).await {
            assert!(answer.status < 500 || answer.status == 503, "{stop:?}: {}", answer.text());
            let sent_away = answer.location().is_some_and(|to| to.starts_with("/login"));
            let signed_in = visitor.session_token().is_some();
            assert!(!(signed_in && sent_away), "{stop:?}: taken for nobody");
            assert!(answer.status != 200 || !answer.text().contains("action=\"/logout\""), "{stop:?}: let in");
            answer.has_security_headers(&stop.path, false);
        }
        assert_eq!(journey.user.session_token(), token, "somebody was signed out");
        bring_back(&app).await;
        until("the app finds its database again", async || {
            (journey.user.request(Method::GET, "/account").send().await.status == 200).then_some(())
        })
        .await;
        if app.database().backend() == Backend::Postgres {
            assert_eq!(app.everything_stored().await, before);
        }
    }

    async fn a_failed_write_leaves_no_partial_change(app with [("databases.vestibule.connect_timeout", "1")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        // Somebody holds what signing out and in must write.
        let mut tx = match app.database().backend() {
            Backend::Sqlite => app.pool().begin_with("BEGIN IMMEDIATE").await.unwrap(),
            Backend::Postgres => app.pool().begin().await.unwrap(),
        };
        if app.database().backend() == Backend::Postgres {
            sqlx::query("LOCK TABLE revoked_tokens IN SHARE MODE").execute(&mut *tx).await.unwrap();
            let waits = ana.request(Method::POST, "/logout").send();
            let gone = tokio::time::timeout(Duration::from_millis(300), waits).await;
            assert!(gone.is_err(), "signing out did not wait for the blacklist");
        } else {
            ana.request(Method::POST, "/logout").send().await.status(503);
        }
        ana.open("/account").await.status(200).shows("ana@example.org");
        tx.rollback().await.unwrap();
    }
}

stories! {
    only Postgres because "SQLite answers in the process itself: no reader is locked out, no connection is ended";

    /// A table that somebody rebuilds, or a server that has frozen.
    ///
    /// ASVS 16.5.3, 13.2.6
    async fn unanswered_queries_time_out(app with [("databases.vestibule.connect_timeout", "1")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        let mut tx = app.pool().begin().await.unwrap();
        sqlx::query("LOCK TABLE users IN ACCESS EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
        for _ in 0..2 {
            let asked = Instant::now();
            for answer in join_all((0..20).map(|_| ana.request(Method::GET, "/account").send())).await {
                says_later(&answer);
            }
            assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
        }
        tx.rollback().await.unwrap();
        ana.open("/account").await.status(200).shows("ana@example.org");
    }

    /// A proxy that cleans up, or an administrator: the server is there, only the connections are not.
    async fn closed_connections_are_replaced(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'", name(&app));
        for _ in 0..5 {
            for answer in join_all((0..20).map(|_| ana.request(Method::GET, "/account").send())).await {
                answer.status(200);
            }
            server(&app, &end).await;
        }
    }
}
