//! Disabling, deleting and roles, done by the operator while people are signed in.

use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, join, join_all, select};
use vestibule::db::{self, Pool, Transaction};

use crate::support::*;
use crate::tokens::is_valid;

/// Begins a transaction in which the story itself is the operator.
pub async fn operator(app: &App) -> Transaction {
    let pool = Pool::open(app.database().url(), 1, Duration::from_secs(10)).await.unwrap();
    db::begin(&pool).await.unwrap()
}

pub async fn execute(tx: &mut Transaction, sql: &'static str) {
    sqlx::query(sql).execute(&mut **tx).await.unwrap();
}

/// So many others wait for a lock that we hold. SQLite tells nobody who waits: there, some time passes.
pub async fn others_wait(app: &App, many: i64) {
    const WAITING: &str = "
        SELECT COUNT(*)
        FROM pg_stat_activity
        WHERE datname = current_database()
          AND wait_event_type = 'Lock'";
    match app.database().backend() {
        Backend::Sqlite => tokio::time::sleep(Duration::from_millis(300)).await,
        Backend::Postgres => {
            until("somebody waits", async || (app.count(WAITING).await == many).then_some(())).await;
        }
    }
}

/// Signs in while the operator has done something that is not committed yet; what the page then shows.
async fn sign_in_meanwhile(app: &App, tx: Transaction) -> Page {
    let ana = app.browser();
    let signing_in = pin!(ana.sign_in("ana@example.org", PASSWORD));
    let waiting = pin!(others_wait(app, 1));
    let Either::Right(((), signing_in)) = select(signing_in, waiting).await else {
        panic!("signing in did not wait for the operator");
    };
    tx.commit().await.unwrap();
    signing_in.await
}

stories! {
    /// ASVS 7.4.2
    async fn a_disabled_user_is_refused_from_the_next_request_on_every_node(app) {
        let home = app.confirmed_user("ana@example.org").await;
        let work = app.signed_in("ana@example.org").await;
        let bob = app.confirmed_user("bob@example.org").await;
        let other = app.second_node().start().await;
        let tokens = [home.session_token().unwrap(), work.session_token().unwrap()];
        assert!(is_valid(&other.browser(), &tokens[0]).await);

        app.vestibule(["user", "disable", "ana@example.org"]).await.succeeds();
        home.open("/account").await.is_at("/login").does_not_show("ana@example.org");
        home.sign_in("ana@example.org", PASSWORD).await.status(422);
        other.restart().await;
        let dead = async || {
            for token in &tokens {
                assert!(!is_valid(&app.browser(), token).await);
                assert!(!is_valid(&other.browser(), token).await);
            }
        };
        dead().await;
        app.vestibule(["user", "enable", "ana@example.org"]).await.succeeds();
        dead().await;
        app.signed_in("ana@example.org").await.open("/account").await.shows("ana@example.org");
        bob.open("/account").await.shows("bob@example.org");
    }

    /// ASVS 7.4.2
    async fn a_deleted_user_frees_the_address(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let other = app.second_node().start().await;
        let token = ana.session_token().unwrap();
        app.vestibule(["user", "delete", "ana@example.org"]).await.succeeds();
        ana.open("/account").await.is_at("/login");
        assert!(!is_valid(&other.browser(), &token).await);
        ana.sign_in("ana@example.org", PASSWORD).await.status(422);

        let next = app.confirmed_user("ana@example.org").await;
        app.restart().await;
        for node in [&app, &other] {
            assert!(!is_valid(&node.browser(), &token).await);
            assert!(is_valid(&node.browser(), &next.session_token().unwrap()).await);
        }
    }

    /// ASVS 8.3.2
    async fn a_role_counts_from_the_next_request(app) {
        app.admin("root@example.org").await;
        let ana = app.confirmed_user("ana@example.org").await;
        let other = app.second_node().start().await;
        ana.open("/users").await.status(403).does_not_show("root@example.org");
        app.vestibule(["user", "grant", "ana@example.org", "admin"]).await.succeeds();
        ana.open("/users").await.status(200).shows("root@example.org");
        ana.by_way_of(&other).open("/users").await.status(200);
        app.vestibule(["user", "revoke", "ana@example.org", "admin"]).await.succeeds();
        ana.open("/users").await.status(403).does_not_show("root@example.org");
        ana.by_way_of(&other).open("/users").await.status(403);
        ana.open("/account").await.status(200).does_not_show("Users");
    }

    async fn the_last_admin_stays(app) {
        let ana = app.admin("ana@example.org").await;
        app.admin("bob@example.org").await;
        app.vestibule(["user", "disable", "bob@example.org"]).await.succeeds();
        let ways: [&[&str]; 3] = [
            &["user", "revoke", "ana@example.org", "admin"],
            &["user", "disable", "ana@example.org"],
            &["user", "delete", "ana@example.org"],
        ];
        for way in ways {
            app.vestibule(way.iter().copied()).await.fails_with("this is the last active admin");
            ana.open("/users").await.status(200);
        }
        app.vestibule(["user", "enable", "bob@example.org"]).await.succeeds();
        app.vestibule(ways[2].iter().copied()).await.succeeds();
        ana.open("/users").await.is_at("/login");
    }

    async fn two_admins_removed_at_once_leave_one(app) {
        app.admin("ana@example.org").await;
        app.admin("bob@example.org").await;
        let kind = match app.database().backend() {
            Backend::Sqlite => db::Backend::Sqlite,
            Backend::Postgres => db::Backend::Postgres,
        };
        let ways: [&[&str]; 3] = [
            &["user", "revoke", "ana@example.org", "admin"],
            &["user", "disable", "ana@example.org"],
            &["user", "delete", "ana@example.org"],
        ];
        for way in ways {
            // Another node is about to take bob's role away, and may not have counted yet.
            let mut tx = operator(&app).await;
            db::lock(&mut tx, kind, "standing").await.unwrap();
            execute(&mut tx, "UPDATE users SET role = 'user' WHERE email = 'bob@example.org'").await;
            let command = pin!(app.vestibule(way.iter().copied()));
            let waiting = pin!(others_wait(&app, 1));
            let Either::Right(((), command)) = select(command, waiting).await else {
                panic!("{way:?} did not wait for the other node");
            };
            tx.commit().await.unwrap();
            command.await.fails_with("this is the last active admin");
            app.sql("UPDATE users SET role = 'admin'").await;
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'active'").await, 2);
    }

    /// ASVS 7.4.2
    async fn a_sign_in_during_disabling_gets_no_session(app) {
        app.confirmed_user("ana@example.org").await;
        let mut tx = operator(&app).await;
        execute(&mut tx, "UPDATE users SET status = 'disabled'").await;
        execute(&mut tx, "DELETE FROM sessions").await;
        let page = sign_in_meanwhile(&app, tx).await;
        page.status(422);
        assert_eq!(page.browser().session_token(), None);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn a_sign_in_during_deletion_gets_no_session(app) {
        app.confirmed_user("ana@example.org").await;
        let mut tx = operator(&app).await;
        execute(&mut tx, "DELETE FROM users").await;
        sign_in_meanwhile(&app, tx).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
    }

    async fn a_password_changed_meanwhile_is_not_the_one_that_was_verified(app) {
        app.confirmed_user("ana@example.org").await;
        // With other parameters the hash would be renewed besides.
        let costly = app.second_node().settings([("argon2.iterations", "3")]).start().await;
        let mut tx = operator(&app).await;
        execute(&mut tx, "UPDATE users SET password_hash = 'changed meanwhile'").await;
        let page = sign_in_meanwhile(&costly, tx).await;
        page.status(422);
        assert_eq!(page.browser().session_token(), None);
        assert_eq!(app.texts("SELECT password_hash FROM users").await, ["changed meanwhile"]);
    }

    /// ASVS 7.4.2
    async fn no_session_starts_while_an_account_is_disabled(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.sign_out().await;
        let browsers: Vec<_> = (0..24).map(|_| app.browser()).collect();
        let sign_ins = join_all(browsers.iter().map(|browser| async {
            let form = [("email", "ana@example.org"), ("password", PASSWORD)];
            for _ in 0..4 {
                let answer = browser.request(Method::POST, "/login").form(&form).send().await;
                assert!(matches!(answer.status, 303 | 422), "{}", answer.status);
            }
        }));
        let disable = async {
            until("somebody is in", async || {
                browsers.iter().any(|browser| browser.session_token().is_some()).then_some(())
            })
            .await;
            app.vestibule(["user", "disable", "ana@example.org"]).await.succeeds();
        };
        join(sign_ins, disable).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
        app.vestibule(["user", "enable", "ana@example.org"]).await.succeeds();
        for browser in &browsers {
            browser.open("/account").await.is_at("/login");
        }
    }
}
