//! How often somebody may try to sign in, and what happens when too many try at once.

use std::time::{Duration, Instant};

use futures::future::join_all;

use crate::support::*;

const ON: [(&str, &str); 1] = [("throttle.enabled", "true")];

/// Tries to sign in, without a look at the page.
pub async fn attempt(browser: &Browser, email: &str, password: &str) -> Answer {
    let form = [("email", email), ("password", password)];
    browser.request(Method::POST, "/login").form(&form).send().await
}

/// Makes an account through the command line, which no limit holds back.
pub async fn add(app: &App, email: &str) {
    let command = app.command().args(["user", "add", email, "--password-stdin"]);
    command.input(PASSWORD).run().await.succeeds();
}

stories! {
    /// ASVS 6.3.1, 2.4.1
    async fn an_account_has_five_attempts_and_one_more_a_minute(app with ON) {
        add(&app, "ana@example.org").await;
        add(&app, "bob@example.org").await;
        for _ in 0..5 {
            attempt(&app.browser(), "ana@example.org", OTHER_PASSWORD).await.status(422);
        }
        // From any machine, with the right password as well, and in any spelling.
        for email in ["ana@example.org", "ANA@example.org", " Ana@EXAMPLE.org ", "ana@Example.ORG"] {
            attempt(&app.browser(), email, PASSWORD).await.status(429);
        }
        attempt(&app.browser(), "bob@example.org", PASSWORD).await.status(303);
        // An address that nobody has is treated alike.
        for _ in 0..5 {
            attempt(&app.browser(), "who@example.org", PASSWORD).await.status(422);
        }
        attempt(&app.browser(), "who@example.org", PASSWORD).await.status(429);
        app.advance(Duration::from_mins(1));
        attempt(&app.browser(), "ana@example.org", OTHER_PASSWORD).await.status(422);
        attempt(&app.browser(), "ana@example.org", PASSWORD).await.status(429);
        app.advance(Duration::from_mins(1));
        attempt(&app.browser(), "ana@example.org", PASSWORD).await.status(303);
    }

    async fn the_page_says_when_to_retry(app with ON) {
        let ana = app.browser();
        for _ in 0..5 {
            ana.sign_in("ana@example.org", PASSWORD).await.status(422);
        }
        let page = ana.sign_in("ana@example.org", PASSWORD).await;
        page.status(429).shows("Too many tries");
        let seconds: u64 = page.header("retry-after").unwrap().parse().unwrap();
        assert!((30..=61).contains(&seconds), "{seconds}");
        page.shows(&format!("Try again in {seconds} seconds."));
        // On the form that was sent, with what was typed, but for the password.
        assert_eq!(page.value("Email address"), "ana@example.org");
        assert_eq!(page.value("Password"), "");
        page.does_not_show("Address not confirmed yet?");
        app.advance(Duration::from_secs(seconds));
        ana.sign_in("ana@example.org", PASSWORD).await.status(422);
    }

    /// ASVS 6.3.1, 2.4.1
    async fn a_client_has_twenty_attempts_whatever_succeeds(app with ON) {
        add(&app, "mallory@example.org").await;
        let mallory = app.browser();
        let began = Instant::now();
        for nth in 0..17 {
            attempt(&mallory, &format!("victim{nth}@example.org"), OTHER_PASSWORD).await.status(422);
        }
        for _ in 0..3 {
            // A browser that nobody knows, or it would have an allowance of its own.
            let same = app.browser_at(mallory.address().octets());
            attempt(&same, "mallory@example.org", PASSWORD).await.status(303);
        }
        let refilled = began.elapsed().as_secs() / 6;
        let mut tries = 0;
        while attempt(&mallory, &format!("another{tries}@example.org"), OTHER_PASSWORD).await.status == 422 {
            tries += 1;
            assert!(tries <= refilled + began.elapsed().as_secs() / 6, "{tries} tries more than 20");
        }
        // A new browser on the same machine, or cookies thrown away, change nothing; another machine is another client.
        let same = app.browser_at(mallory.address().octets());
        attempt(&same, "victim0@example.org", OTHER_PASSWORD).await.status(429);
        attempt(&app.browser(), "victim0@example.org", OTHER_PASSWORD).await.status(422);
        app.advance(Duration::from_secs(6));
        attempt(&same, "victim0@example.org", OTHER_PASSWORD).await.status(422);
    }

    /// ASVS 6.3.1
    async fn fifty_concurrent_wrong_passwords_count_as_five(app with ON) {
        add(&app, "ana@example.org").await;
        let began = Instant::now();
        let browsers: Vec<_> = (0..50).map(|_| app.browser()).collect();
        let tries = join_all(browsers.iter().map(|browser| attempt(browser, "ana@example.org", OTHER_PASSWORD))).await;
        let count = |status| tries.iter().filter(|answer| answer.status == status).count();
        assert_eq!(count(422) + count(429), 50);
        let most = 5 + usize::try_from(began.elapsed().as_secs() / 60).unwrap();
        assert!((5..=most).contains(&count(422)), "{} tries", count(422));

        let began = Instant::now();
        let one = app.browser();
        let emails: Vec<_> = (0..50).map(|nth| format!("victim{nth}@example.org")).collect();
        let tries = join_all(emails.iter().map(|email| attempt(&one, email, OTHER_PASSWORD))).await;
        let most = 20 + usize::try_from(began.elapsed().as_secs() / 6).unwrap();
        let passed = tries.iter().filter(|answer| answer.status == 422).count();
        assert!((20..=most).contains(&passed), "{passed} tries");
    }

    async fn a_reached_limit_keeps_open_sessions(app with ON) {
        let ana = app.confirmed_user("ana@example.org").await;
        for _ in 0..6 {
            attempt(&app.browser(), "ana@example.org", OTHER_PASSWORD).await;
        }
        attempt(&app.browser(), "ana@example.org", PASSWORD).await.status(429);
        ana.open("/account").await.is_at("/account");
        ana.sign_out().await.is_at("/login").status(200);
    }

    async fn disabled_limits_limit_nothing(app) {
        add(&app, "ana@example.org").await;
        let ana = app.browser();
        for _ in 0..40 {
            attempt(&ana, "ana@example.org", OTHER_PASSWORD).await.status(422);
        }
        attempt(&ana, "ana@example.org", PASSWORD).await.status(303);
    }

    async fn too_many_concurrent_sign_ins_are_refused_while_pages_are_served(database: Database) {
        let cheap = App::on(&database).start().await;
        let ana = cheap.confirmed_user("ana@example.org").await;
        let settings = [
            ("hashing.threads", "1"),
            ("hashing.queue", "4"),
            ("argon2.memory_kib", "65536"),
            ("argon2.iterations", "2"),
        ];
        let app = cheap.second_node().settings(settings).start().await;
        let began = Instant::now();
        let browsers: Vec<_> = (0..40).map(|_| app.browser()).collect();
        let flood = join_all(browsers.iter().map(async |browser| {
            let answer = attempt(browser, "who@example.org", PASSWORD).await;
            (answer, began.elapsed())
        }));
        let ana = ana.by_way_of(&app);
        let pages = async {
            for _ in 0..3 {
                ana.open("/account").await.status(200).shows("ana@example.org");
                app.browser().open("/login").await.status(200);
            }
            began.elapsed()
        };
        let (answers, pages) = futures::future::join(flood, pages).await;
        let (hashed, turned_away): (Vec<_>, Vec<_>) = answers.iter().partition(|(answer, _)| answer.status == 422);
        assert!(turned_away.len() >= 20, "only {} turned away", turned_away.len());
        assert!(!hashed.is_empty());
        for (answer, _) in &turned_away {
            assert_eq!(answer.status(503).header("retry-after"), Some("5"));
        }
        let last = hashed.iter().map(|(_, at)| *at).max().unwrap();
        assert!(turned_away.iter().all(|(_, at)| *at < last), "somebody waited to be turned away");
        assert!(pages < last, "pages waited for hashes: {pages:?} {last:?}");
        attempt(&app.browser(), "ana@example.org", PASSWORD).await.status(303);
    }
}
