//! What the app remembers of whom it has looked up: never longer than it is true.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::join;
use vestibule::db::{Pool, begin};

use crate::support::*;
use crate::tokens::is_valid;

/// Goes on opening a page until the end is told, and counts how often it was let in by a request that was made after it was
/// shut out.
async fn comes_again(browser: &Browser, path: &str, shut_out: &AtomicBool, end: &AtomicBool) -> (usize, usize) {
    let (mut before, mut after) = (0, 0);
    while !end.load(Ordering::SeqCst) {
        let late = shut_out.load(Ordering::SeqCst);
        let answer = browser.request(Method::GET, path).send().await;
        let let_in = usize::from(answer.status == 200);
        before += let_in;
        after += if late { let_in } else { 0 };
    }
    (before, after)
}

/// Has somebody shut out by what `how` does, while their browser keeps coming from four places.
async fn is_out_at_once(browser: &Browser, path: &str, how: impl Future<Output = ()>) {
    let (shut_out, end) = (AtomicBool::new(false), AtomicBool::new(false));
    let copies = [0; 4].map(|_| browser.stolen_by([127, 0, 0, 1]));
    let coming = futures::future::join_all(copies.iter().map(|copy| comes_again(copy, path, &shut_out, &end)));
    let shutting = async {
        // They have come at least once by then.
        browser
            .stolen_by([127, 0, 0, 1])
            .request(Method::GET, path)
            .send()
            .await
            .status(200);
        how.await;
        shut_out.store(true, Ordering::SeqCst);
        for _ in 0..5 {
            let answer = browser.stolen_by([127, 0, 0, 1]).request(Method::GET, path).send().await;
            assert_ne!(answer.status, 200, "let in");
        }
        end.store(true, Ordering::SeqCst);
    };
    let (came, ()) = join(coming, shutting).await;
    assert!(came.iter().any(|(before, _)| *before > 0), "nobody came");
    assert!(came.iter().all(|(_, after)| *after == 0), "let in after the answer: {came:?}");
}

stories! {
    /// ASVS 7.4.1
    async fn a_signed_out_session_is_not_served_from_the_cache(app) {
        app.confirmed_user("ana@example.org").await;
        for _ in 0..10 {
            let ana = app.signed_in("ana@example.org").await;
            is_out_at_once(&ana, "/account", async {
                ana.stolen_by([127, 0, 0, 1]).request(Method::POST, "/logout").send().await.status(303);
            })
            .await;
        }
    }

    /// ASVS 7.4.3, 7.5.2
    async fn a_session_ended_elsewhere_is_not_served_from_the_cache(app) {
        let home = app.confirmed_user("ana@example.org").await;
        for _ in 0..10 {
            let work = app.signed_in("ana@example.org").await;
            is_out_at_once(&work, "/account", async {
                home.request(Method::POST, "/account/sessions/end-others").send().await.status(303);
            })
            .await;
            assert!(is_valid(&app.browser(), &home.session_token().unwrap()).await);
        }
    }

    /// ASVS 7.4.2
    async fn disabling_demoting_and_deleting_apply_at_once(app) {
        let pool = Pool::open(app.database().url(), 1, Duration::from_secs(10)).await.unwrap();
        let change = async |sql: &'static str| {
            let mut tx = begin(&pool).await.unwrap();
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        };
        app.admin("root@example.org").await;
        for _ in 0..5 {
            let root = app.signed_in("root@example.org").await;
            root.open("/users").await.status(200);
            is_out_at_once(&root, "/users", change("UPDATE users SET role = 'user' WHERE email = 'root@example.org'")).await;
            change("UPDATE users SET role = 'admin' WHERE email = 'root@example.org'").await;
            root.open("/users").await.status(200);
            is_out_at_once(&root, "/account", change("UPDATE users SET status = 'disabled' WHERE email = 'root@example.org'")).await;
            change("UPDATE users SET status = 'active' WHERE email = 'root@example.org'").await;
            is_out_at_once(&root, "/account", change("DELETE FROM sessions")).await;
        }
        let root = app.signed_in("root@example.org").await;
        is_out_at_once(&root, "/account", change("DELETE FROM users")).await;
    }

    /// What has become of oneself shows at the next page, too.
    async fn changes_show_at_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for n in 0..10 {
            let name = format!("Ana the {n}.");
            ana.post("/account", &[("display_name", &*name), ("locale", "en")]).await.status(200);
            assert_eq!(ana.open("/account").await.value("Name"), name);
        }
        ana.open("/account").await.press("Deutsch").await;
        ana.open("/account").await.shows("Ihr Konto");
    }

    /// Neither limit of a session is forgotten over what is remembered.
    async fn cached_sessions_expire(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/account").await.is_at("/account");
        app.advance(Duration::from_hours(12));
        ana.open("/account").await.is_at("/login?next=%2Faccount");
    }
}

stories! {
    slow because "commands are run many times";

    /// A command returns only when no server can have an older answer in its memory: the first request after it is
    /// answered as things are then. Another process is noticed within 100 ms at most, so a command that did not wait would
    /// be found out here in half of the rounds or more.
    async fn a_command_applies_before_it_returns(database: Database) {
        let server = Server::start(&database, [("site.name", "Vestibule")]).await;
        let vestibule = async |arguments: &[&str]| {
            let settings = [("profile", "debug"), ("databases.vestibule.url", database.url()), ("argon2.memory_kib", "64"), ("argon2.iterations", "1")];
            let settings: Vec<(String, String)> = settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
            let command = Vestibule::new(database.folder()).settings(&settings).args(arguments.iter().copied());
            command.input(PASSWORD).run().await
        };
        vestibule(&["user", "add", "root@example.org", "--password-stdin"]).await.succeeds();
        vestibule(&["user", "grant", "root@example.org", "admin"]).await.succeeds();
        vestibule(&["user", "add", "ana@example.org", "--password-stdin"]).await.succeeds();
        for round in 0..12 {
            let ana = server.browser();
            ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
            let open = async |path: &str| ana.request(Method::GET, path).send().await.status;
            assert_eq!(open("/users").await, 403);
            vestibule(&["user", "grant", "ana@example.org", "admin"]).await.succeeds();
            assert_eq!(open("/users").await, 200, "round {round}: not yet an admin");
            vestibule(&["user", "revoke", "ana@example.org", "admin"]).await.succeeds();
            assert_eq!(open("/users").await, 403, "round {round}: still an admin");
            assert_eq!(open("/account").await, 200);
            vestibule(&["user", "disable", "ana@example.org"]).await.succeeds();
            assert_eq!(open("/account").await, 303, "round {round}: let in although disabled");
            vestibule(&["user", "enable", "ana@example.org"]).await.succeeds();
        }
        let ana = server.browser();
        ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        ana.open("/account").await.status(200);
        vestibule(&["user", "delete", "ana@example.org"]).await.succeeds();
        assert_eq!(ana.request(Method::GET, "/account").send().await.status, 303, "let in although deleted");
    }
}
