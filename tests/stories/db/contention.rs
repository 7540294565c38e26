//! Many at once: nobody blocks another for good, and those who cost much do not keep the others waiting.

use std::time::{Duration, Instant};

use futures::future::join_all;

use crate::support::*;

stories! {
    /// The same account and its sessions, changed in every way from many browsers at the same moment: each is answered,
    /// and the database has broken up no embrace.
    ///
    /// ASVS 15.4.3
    async fn no_two_changes_deadlock(app) {
        let admin = app.admin("admin@example.org").await;
        app.confirmed_user("ana@example.org").await;
        let browsers = join_all((0..6).map(|_| app.signed_in("ana@example.org"))).await;
        for round in 0..3 {
            let profile = join_all(browsers.iter().map(async |browser| {
                let name = format!("Ana {round}");
                let form = [("display_name", &*name), ("locale", "")];
                browser.request(Method::POST, "/account").form(&form).send().await.status
            }));
            let ends = join_all(browsers.iter().take(2).map(async |browser| {
                browser.request(Method::POST, "/account/sessions/end-others").form(&[]).send().await.status
            }));
            let sign_ins = join_all((0..6).map(async |_| {
                let form = [("email", "ana@example.org"), ("password", PASSWORD)];
                app.browser().request(Method::POST, "/login").form(&form).send().await.status
            }));
            let forgotten = join_all((0..3).map(async |_| {
                let form = [("email", "ana@example.org")];
                app.browser().request(Method::POST, "/forgot-password").form(&form).send().await.status
            }));
            let exports = join_all(browsers.iter().take(2).map(async |browser| browser.request(Method::GET, "/account/export").send().await.status));
            let operator = async {
                for command in ["disable", "enable"] {
                    app.vestibule(["user", command, "ana@example.org"]).await.succeeds();
                }
            };
            let all = async { futures::join!(profile, ends, sign_ins, forgotten, exports, operator) };
            let (profile, ends, sign_ins, forgotten, exports, ()) =
                tokio::time::timeout(Duration::from_secs(30), all).await.expect("somebody waits for ever");
            for status in [profile, ends, sign_ins, forgotten, exports].concat() {
                assert!(status < 500, "{status}");
            }
        }
        if app.database().backend() == Backend::Postgres {
            let broken_up = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
            assert_eq!(app.count(broken_up).await, 0);
        }
        admin.open("/users").await.status(200);
    }

    /// Two hundred want their password checked by one thread: what is too much is turned away at once, and whoever wants
    /// no hash does not wait.
    ///
    /// ASVS 15.2.2, 15.4.4
    async fn a_flood_of_sign_ins_does_not_block_reads(app with [("hashing.threads", "1"), ("argon2.memory_kib", "19456"), ("argon2.iterations", "2")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        let form = [("email", "bob@example.org"), ("password", "wrong wrong wrong")];
        let flood = join_all((0..200).map(async |_| {
            let asked = Instant::now();
            let answer = app.browser().request(Method::POST, "/login").form(&form).send().await;
            (answer.status, answer.header("retry-after").is_some(), asked.elapsed())
        }));
        let reading = async {
            let mut slowest = Duration::ZERO;
            for _ in 0..20 {
                for path in ["/account", "/account/activity", "/health/live"] {
                    let asked = Instant::now();
                    ana.request(Method::GET, path).send().await.status(200);
                    slowest = slowest.max(asked.elapsed());
                }
            }
            // Its owner's browser is known, and a quarter of the places is kept for such.
            let form = [("email", "ana@example.org"), ("password", PASSWORD)];
            ana.request(Method::POST, "/login").form(&form).send().await.status(303);
            slowest
        };
        let (answers, slowest) = futures::join!(flood, reading);
        let turned_away: Vec<_> = answers.iter().filter(|(status, ..)| *status == 503).collect();
        assert!(turned_away.len() > 50, "{} of 200 were turned away", turned_away.len());
        assert!(turned_away.iter().all(|(_, later, _)| *later));
        assert!(answers.iter().all(|(status, ..)| [422, 503].contains(status)), "{answers:?}");
        assert!(slowest < Duration::from_secs(3), "a page took {slowest:?}");
        assert!(ana.session_token().is_some());
    }
}
