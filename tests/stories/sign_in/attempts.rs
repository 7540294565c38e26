//! A hundred sign-ins may fail in a row. After that only the owner gets in: with a browser that is known, or by a reset.

use std::time::Duration;

use futures::future::join_all;

use crate::sign_in::rate_limits::attempt;
use crate::support::*;

const ANA: &str = "ana@example.org";
const NOBODY: &str = "nobody@example.org";

/// So many wrong passwords, one after the other, from browsers that nobody knows.
async fn fail(app: &App, email: &str, times: usize) {
    let stranger = app.browser();
    for _ in 0..times {
        attempt(&stranger, email, OTHER_PASSWORD).await.status(422);
    }
}

async fn noted(app: &App) -> i64 {
    app.count("SELECT COUNT(*) FROM activity WHERE event = 'sign_in_failed'").await
}

stories! {
    slow because "five hundred passwords are tried";

    /// ASVS 6.3.1, 6.1.1
    async fn five_hundred_failures_do_not_lock_out_a_known_browser(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.sign_out().await;
        fail(&app, ANA, 500).await;
        // Nobody gets in from elsewhere, whatever they know.
        attempt(&app.browser(), ANA, PASSWORD).await.status(422);
        attempt(&app.browser(), " ANA@Example.ORG", PASSWORD).await.status(422);
        // The owner does, with the browser that she used before. What that says of her says nothing of others.
        ana.sign_in(ANA, PASSWORD).await.status(200).is_at("/account");
        attempt(&app.browser(), ANA, PASSWORD).await.status(422);
        // It is counted in the database: nothing that happens to the process helps.
        app.restart().await;
        attempt(&app.browser(), ANA, PASSWORD).await.status(422);
        // As a reset forgives.
        app.sql("DELETE FROM sign_in_failures").await;
        attempt(&app.browser(), ANA, PASSWORD).await.status(303);
    }
}

stories! {
    /// ASVS 6.3.1
    async fn the_hundredth_attempt_is_the_last(app) {
        app.confirmed_user(ANA).await;
        fail(&app, ANA, 99).await;
        attempt(&app.browser(), ANA, PASSWORD).await.status(303);
        // In a row: the right password has ended it.
        assert_eq!(app.count("SELECT COUNT(*) FROM sign_in_failures").await, 0);
        fail(&app, ANA, 100).await;
        attempt(&app.browser(), ANA, PASSWORD).await.status(422);
        assert_eq!(app.count("SELECT failures FROM sign_in_failures").await, 101);
    }

    /// ASVS 6.3.1
    async fn an_unused_allowance_adds_no_attempts(app with [("throttle.enabled", "true")]) {
        app.confirmed_user(ANA).await;
        for _ in 0..20 {
            for _ in 0..5 {
                attempt(&app.browser(), ANA, OTHER_PASSWORD).await.status(422);
            }
            // What the limit turns away was no try.
            attempt(&app.browser(), ANA, OTHER_PASSWORD).await.status(429);
            app.advance(Duration::from_mins(5));
        }
        assert_eq!(app.count("SELECT failures FROM sign_in_failures").await, 100);
        app.advance(Duration::from_mins(5));
        attempt(&app.browser(), ANA, PASSWORD).await.status(422);
    }

    /// ASVS 6.3.1, 15.4.2
    async fn concurrent_failures_are_all_counted(app) {
        app.confirmed_user(ANA).await;
        fail(&app, ANA, 85).await;
        let browsers: Vec<Browser> = (0..20).map(|_| app.browser()).collect();
        let tries = join_all(browsers.iter().map(|browser| attempt(browser, ANA, OTHER_PASSWORD))).await;
        assert!(tries.iter().all(|answer| answer.status == 422));
        assert_eq!(app.count("SELECT failures FROM sign_in_failures").await, 105);
        let tries = join_all(browsers.iter().map(|browser| attempt(browser, ANA, PASSWORD))).await;
        assert!(tries.iter().all(|answer| answer.status == 422), "somebody got in");
    }

    /// What strangers tried at an address before it was anybody's is not held against its owner.
    async fn a_new_account_is_not_locked_out_by_earlier_failures(app) {
        fail(&app, ANA, 101).await;
        app.confirmed_user(ANA).await;
        app.signed_in(ANA).await.open("/account").await.is_at("/account");
        let bob = app.confirmed_user("bob@example.org").await;
        fail(&app, NOBODY, 101).await;
        bob.post("/account/email", &[("email", NOBODY)]).await.status(200);
        let link = app.mail_to(NOBODY).await.link();
        bob.post(&link, &[]).await.is_at("/account/email");
        app.signed_in(NOBODY).await.open("/account").await.is_at("/account");
    }

    /// ASVS 6.3.8
    async fn an_address_without_an_account_gets_the_same_answer(app) {
        app.confirmed_user(ANA).await;
        let mut seen = Vec::new();
        for email in [ANA, NOBODY] {
            fail(&app, email, 100).await;
            let answer = attempt(&app.browser(), email, PASSWORD).await;
            let told = answer.status(422).text();
            seen.push(told.replace(email, "ADDRESS").replace(&email.replace('@', "%40"), "ADDRESS"));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(app.texts("SELECT DISTINCT CAST(failures AS TEXT) FROM sign_in_failures").await, ["101"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM sign_in_failures").await, 2);
    }

    async fn failures_of_a_known_browser_are_counted_separately(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.sign_out().await;
        for _ in 0..101 {
            attempt(&ana, ANA, OTHER_PASSWORD).await.status(422);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM sign_in_failures").await, 0);
        attempt(&app.browser(), ANA, PASSWORD).await.status(303);
        // Her own account lists them all the same.
        assert_eq!(noted(&app).await, 101);
    }

    async fn failures_are_reset_after_thirty_days_without_failure(app) {
        let month = Duration::from_hours(30 * 24);
        fail(&app, ANA, 3).await;
        app.advance(Duration::from_secs(10));
        fail(&app, NOBODY, 2).await;
        app.advance(month.checked_sub(Duration::from_secs(9)).unwrap());
        app.tidied().await;
        until("it is tidied", async || {
            (app.count("SELECT COUNT(*) FROM sign_in_failures").await == 1).then_some(())
        })
        .await;
        assert_eq!(app.count("SELECT failures FROM sign_in_failures").await, 2);
        app.advance(Duration::from_secs(10));
        app.tidied().await;
        until("it is tidied", async || {
            (app.count("SELECT COUNT(*) FROM sign_in_failures").await == 0).then_some(())
        })
        .await;
    }

    /// ASVS 16.3.1
    async fn failed_sign_ins_are_recorded_for_accounts(app) {
        app.confirmed_user(ANA).await;
        app.confirmed_user("dora@example.org").await;
        app.vestibule(["user", "disable", "dora@example.org"]).await.succeeds();
        app.browser().sign_up("paul@example.org").await;
        for email in [NOBODY, "paul@example.org", "no address"] {
            fail(&app, email, 1).await;
            assert_eq!(noted(&app).await, 0, "{email}");
        }
        fail(&app, ANA, 2).await;
        fail(&app, "dora@example.org", 1).await;
        let whose = "SELECT u.email || ' ' || a.device || ' ' || a.masked_ip FROM activity a JOIN users u ON u.id = a.user_id \
                     WHERE a.event = 'sign_in_failed' ORDER BY 1";
        let whose = app.texts(whose).await;
        assert_eq!(whose.len(), 3);
        assert!(whose[0].starts_with("ana@example.org Firefox/Linux 127."), "{whose:?}");
        assert_eq!(whose[0].rsplit('.').next(), Some("x"), "{whose:?}");
        assert!(whose[2].starts_with("dora@example.org "), "{whose:?}");
        // What got in did not fail.
        attempt(&app.browser(), ANA, PASSWORD).await.status(303);
        assert_eq!(noted(&app).await, 3);
        // A client that says nothing about itself is noted, too.
        let form = [("email", ANA), ("password", OTHER_PASSWORD)];
        let bare = app.browser().request(Method::POST, "/login").without("user-agent").form(&form);
        bare.send().await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'sign_in_failed' AND device IS NULL").await, 1);
    }

    /// What could not be tried at all is no failure.
    async fn refused_attempts_are_not_counted_as_failures(database: Database) {
        let cheap = App::on(&database).start().await;
        cheap.confirmed_user(ANA).await;
        let settings = [
            ("hashing.threads", "1"),
            ("hashing.queue", "4"),
            ("argon2.memory_kib", "65536"),
            ("argon2.iterations", "2"),
        ];
        let app = cheap.second_node().settings(settings).start().await;
        // A sign-in brings the hash to that cost.
        attempt(&app.browser(), ANA, PASSWORD).await.status(303);
        let browsers: Vec<_> = (0..40).map(|_| app.browser()).collect();
        let tries = join_all(browsers.iter().map(|browser| attempt(browser, ANA, OTHER_PASSWORD))).await;
        let failed = tries.iter().filter(|answer| answer.status == 422).count();
        assert!(failed > 0 && failed < 40, "{failed} failed");
        let failed = i64::try_from(failed).unwrap();
        assert_eq!(app.count("SELECT failures FROM sign_in_failures").await, failed);
        assert_eq!(noted(&app).await, failed);
    }
}
