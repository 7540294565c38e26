//! What goes wrong, as visitors see it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::support::*;

/// Words of the machinery that no visitor needs to read, or may.
const INTERNALS: [&str; 18] = [
    "Rocket",
    "rocket",
    "Tera",
    "tera",
    "hyper",
    "sqlx",
    "SQL",
    "sqlite",
    "postgres",
    "SELECT",
    "UPDATE",
    "users.",
    "panicked",
    ".rs:",
    "src/",
    "vestibule::",
    "Trouble",
    "relation",
];

/// Fails unless this is the page of that error in that language, and says no more than it should.
#[track_caller]
fn tells(answer: &Answer, path: &str, (status, title): (u16, &str), language: &str) {
    answer.status(status).has_security_headers(path, false);
    let text = answer.text();
    assert!(text.contains(&format!("<h1>{title}</h1>")), "{text}");
    assert!(text.contains(&format!("<html lang=\"{language}\" ")), "{text}");
    assert_eq!(answer.header("content-language"), Some(language));
    // Nobody has to ask for help with an address that leads nowhere.
    let reference = text.split_once("<code>").and_then(|(_, rest)| rest.split("</code>").next());
    assert_eq!(reference.is_none(), status == 404, "{text}");
    if let Some(reference) = reference {
        assert!(reference.len() == 26 && reference.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{reference}");
    }
    for word in INTERNALS {
        assert!(!text.contains(word), "{word}:\n{text}");
    }
}

/// Where a status is provoked.
fn path_of(status: u16) -> &'static str {
    match status {
        400 => "/",
        404 => "/nothing",
        429 => "/confirm-email/resend",
        _ => "/login",
    }
}

/// English title, German title, and how to get there.
async fn provoke(app: &App, browser: &Browser, status: u16) -> Answer {
    let login = || browser.request(Method::POST, "/login");
    let form = [("email", "ana@example.org"), ("password", PASSWORD)];
    match status {
        400 => browser.request("FOO".parse().unwrap(), "/").send().await,
        403 => login().form(&form).forged_by("https://evil.example").send().await,
        404 => browser.request(Method::GET, "/nothing").send().await,
        413 => login().form(&[("email", &*"a".repeat(40_000))]).send().await,
        415 => login().json(&serde_json::json!({})).send().await,
        429 => {
            let resend = || browser.request(Method::POST, "/confirm-email/resend").form(&form);
            resend().send().await;
            resend().send().await
        }
        500 => {
            // A mail that cannot be composed meanwhile would wait for hours.
            app.mails_are_sent().await;
            app.sql("ALTER TABLE users RENAME TO elsewhere").await;
            let answer = login().form(&form).send().await;
            app.sql("ALTER TABLE elsewhere RENAME TO users").await;
            answer
        }
        _ => unreachable!(),
    }
}

stories! {
    /// ASVS 13.4.2, 16.5.1
    async fn every_error_has_a_page_in_the_visitors_language(app with [("throttle.enabled", "true")]) {
        for (status, english, german) in [
            (400, "That request was not clear", "Die Anfrage war nicht verständlich"),
            (403, "That is not allowed", "Das ist nicht erlaubt"),
            (404, "Page not found", "Seite nicht gefunden"),
            (413, "That was too much", "Das war zu viel"),
            (415, "That format is not supported", "Dieses Format wird nicht unterstützt"),
            (429, "Too many tries", "Zu viele Versuche"),
            (500, "Something broke on our side", "Bei uns ist etwas schiefgegangen"),
        ] {
            let answer = provoke(&app, &app.browser().languages("en"), status).await;
            tells(&answer, path_of(status), (status, english), "en");
            let answer = provoke(&app, &app.browser().languages("de-AT,de;q=0.9"), status).await;
            tells(&answer, path_of(status), (status, german), "de");
            let wait = answer.header("retry-after").map(|seconds| seconds.parse::<u64>().unwrap());
            assert_eq!(wait.is_some(), status == 429, "{status}");
            assert!(wait.is_none_or(|seconds| (1..=60).contains(&seconds)), "{wait:?}");
        }
        // Afterwards all is as before.
        app.confirmed_user("ana@example.org").await.open("/account").await.status(200);
    }

    async fn a_refusal_states_its_reason(app with [("site.links.contact", "mailto:help@example.org")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/users").await;
        page.status(403).shows("Your account may not open this page.").does_not_show("another site");
        assert_eq!(page.link("Ask for help").as_deref(), Some("mailto:help@example.org"));
        let forged = provoke(&app, &ana, 403).await;
        assert!(forged.status(403).text().contains("This form was sent from another site"), "{}", forged.text());
        assert!(!forged.text().contains("Your account may not"), "{}", forged.text());
    }

    async fn after_too_many_tries_a_button_leads_back_to_the_form(app with [("throttle.enabled", "true")]) {
        let answer = provoke(&app, &app.browser(), 429).await;
        assert!(answer.text().contains("href=\"/signup/sent\">Back to the form<"), "{}", answer.text());
    }

    /// A catcher must not take what a handler has already said for an error of its own.
    async fn an_error_keeps_the_session_and_sets_no_cookie(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for status in [400, 403, 404, 413, 415, 500] {
            assert!(provoke(&app, &ana, status).await.set_cookies().is_empty(), "{status}");
        }
        ana.open("/account").await.status(200).is_at("/account");
    }

    /// A bug of ours ends one request, not the others and not the server. The route that fails is added here.
    ///
    /// ASVS 16.5.1, 16.5.4
    async fn a_panic_ends_one_request_only(app) {
        #[rocket::get("/boom")]
        fn boom() -> &'static str {
            panic!("SELECT the secret FROM src/users.rs")
        }
        let host = || rocket::http::Header::new("Host", "localhost");
        std::panic::set_hook(Box::new(|_| ()));
        let rocket = app.rocket().mount("/", rocket::routes![boom]);
        let client = rocket::local::asynchronous::Client::untracked(rocket).await.unwrap();
        for _ in 0..3 {
            let answer = client.get("/boom").header(host()).dispatch().await;
            assert_eq!(answer.status().code, 500);
            assert!(answer.headers().get_one("content-security-policy").is_some());
            let text = answer.into_string().await.unwrap();
            assert!(text.contains("Something broke on our side") && text.contains("<code>"), "{text}");
            assert!(INTERNALS.iter().all(|word| !text.contains(word)), "{text}");
        }
        assert_eq!(client.get("/login").header(host()).dispatch().await.status().code, 200);
        assert_eq!(client.get("/health/ready").header(host()).dispatch().await.status().code, 200);
    }
}

stories! {
    only Postgres because "a file does not go away; that it is locked is the story below";

    /// What is asked for most, whether somebody is signed in, cannot be answered then: nobody is let in, and nobody is
    /// shown a page as if he were nobody.
    ///
    /// ASVS 16.5.2, 16.5.3
    async fn an_unavailable_database_lets_no_session_in(database: Database) {
        let cable = Cable::to(database.url()).await;
        let settings = [("databases.vestibule.url", &*cable.url), ("databases.vestibule.connect_timeout", "1")];
        let app = App::on(&database).settings(settings).start().await;
        let ana = app.confirmed_user("ana@example.org").await;
        app.request(Method::GET, "/health/ready").send().await.status(200);
        cable.cut().await;
        for path in ["/account", "/", "/login", "/users", "/confirm-email/x"] {
            let answer = ana.request(Method::GET, path).send().await;
            tells(&answer, path, (503, "Back in a moment"), "en");
            assert_eq!(answer.header("retry-after"), Some("5"), "{path}");
        }
        let form = [("email", "ana@example.org"), ("password", PASSWORD)];
        for path in ["/login", "/signup", "/confirm-email/resend"] {
            let answer = app.browser().request(Method::POST, path).form(&form).send().await;
            tells(&answer, path, (503, "Back in a moment"), "en");
            assert_eq!(answer.header("retry-after"), Some("5"), "{path}");
        }
        let live = app.request(Method::GET, "/health/live").send().await;
        assert_eq!(live.status(200).text(), "live\n");
        let ready = app.request(Method::GET, "/health/ready").send().await;
        assert_eq!(ready.status(503).text(), "the database is away\n");
        // What needs no database goes on.
        app.request(Method::GET, "/static/app.css").send().await.status(200);
        cable.mend().await;
        until("it is ready again by itself", async || {
            (app.request(Method::GET, "/health/ready").send().await.status == 200).then_some(())
        })
        .await;
        ana.open("/account").await.status(200).is_at("/account");
        app.browser().sign_up("bob@example.org").await.status(200).is_at("/signup/sent");
    }
}

stories! {
    only Sqlite because "no other program can hold the whole of PostgreSQL";

    /// Another program holds the file: a backup that takes too long, say.
    ///
    /// ASVS 16.5.2
    async fn a_locked_database_leaves_no_partial_change(database: Database) {
        let app = App::on(&database).start().await;
        let ana = app.confirmed_user("ana@example.org").await;
        let before = app.everything_stored().await;
        let lock = app.pool().begin_with("BEGIN IMMEDIATE").await.unwrap();
        let form = [("display_name", "Ana"), ("email", "bob@example.org"), ("password", PASSWORD)];
        let (saved, signed_up) = tokio::join!(
            ana.request(Method::POST, "/account").form(&form).send(),
            app.browser().request(Method::POST, "/signup").form(&form).send(),
        );
        for answer in [saved, signed_up] {
            tells(&answer, "/", (503, "Back in a moment"), "en");
            assert_eq!(answer.header("retry-after"), Some("5"));
        }
        // Reading goes on meanwhile.
        ana.open("/account").await.status(200).is_at("/account");
        lock.rollback().await.unwrap();
        assert_eq!(app.everything_stored().await, before);
        ana.request(Method::POST, "/account").form(&form).send().await.status(303);
    }
}

stories! {
    /// A database that answers, but is not ours: a backup that lacks half, a name mistyped.
    ///
    /// ASVS 16.5.3
    async fn an_unavailable_database_is_not_taken_for_a_missing_row(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.sql("ALTER TABLE revoked_tokens RENAME TO elsewhere").await;
        for path in ["/account", "/", "/login"] {
            let answer = ana.request(Method::GET, path).send().await;
            assert!(matches!(answer.status, 500 | 503), "{path}: {}", answer.status);
            assert!(!answer.text().contains("ana@example.org"), "{path}");
        }
        app.sql("ALTER TABLE elsewhere RENAME TO revoked_tokens").await;
        app.sql("ALTER TABLE signing_keys RENAME TO elsewhere").await;
        app.request(Method::GET, "/health/ready").send().await.status(503);
        app.request(Method::GET, "/health/live").send().await.status(200);
        app.sql("ALTER TABLE elsewhere RENAME TO signing_keys").await;
        app.request(Method::GET, "/health/ready").send().await.status(200);
        ana.open("/account").await.status(200).is_at("/account");
    }
}

/// A cable to a PostgreSQL server that can be cut and mended.
struct Cable {
    url: String,
    here: SocketAddr,
    there: String,
    open: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Cable {
    async fn to(url: &str) -> Self {
        let mut url = url::Url::parse(url).unwrap();
        let there = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let here = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(here.port())).unwrap();
        let cable = Self {
            url: url.into(),
            here,
            there,
            open: Arc::default(),
        };
        cable.mend().await;
        cable
    }

    async fn mend(&self) {
        let listener = until("the port is free", async || TcpListener::bind(self.here).await.ok()).await;
        let (open, there) = (Arc::clone(&self.open), self.there.clone());
        let listening = tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let there = there.clone();
                let call = tokio::spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(there).await {
                        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                    }
                });
                open.lock().await.push(call);
            }
        });
        self.open.lock().await.push(listening);
    }

    async fn cut(&self) {
        for task in self.open.lock().await.drain(..).rev() {
            task.abort();
        }
        // An aborted task lets go of its sockets a moment later.
        until("nobody answers", async || {
            let called = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(self.here)).await;
            matches!(called, Ok(Err(_))).then_some(())
        })
        .await;
    }
}
