//! "That was not me": the link of a notice throws everybody out.

use std::time::Duration;

use futures::future::join_all;

use crate::support::*;

const ANA: &str = "ana@example.org";

/// Time enough to send a request before a limit.
const MARGIN: Duration = Duration::from_secs(4);

/// Somebody else signs in to Ana's account. Returns their browser and the link that she is mailed.
async fn thief(app: &App) -> (Browser, String) {
    let thief = app.signed_in(ANA).await;
    (thief, app.mail_to(ANA).await.link())
}

/// Presses the button without following.
async fn press(browser: &Browser, link: &str) -> Answer {
    browser.request(Method::POST, link).form(&[]).send().await
}

async fn resets(app: &App) -> Vec<String> {
    app.texts("SELECT recipient || ' ' || locale FROM mails WHERE kind = 'password_reset'")
        .await
}

stories! {
    /// ASVS 3.5.3
    async fn opening_the_link_changes_nothing(app) {
        let ana = app.confirmed_user(ANA).await;
        let (thief, link) = thief(&app).await;
        let before = app.everything_stored().await;
        let page = app.browser().open_from("https://mailer.example", &link).await;
        page.status(200)
            .shows("Sign everybody out?")
            .shows(ANA)
            .shows("All sessions of the account end")
            .shows("You get an email with a link to a new password");
        assert!(page.has_button("Sign everybody out"));
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        for method in [Method::GET, Method::HEAD] {
            app.request(method, &link).send().await.status(200);
        }
        assert_eq!(app.everything_stored().await, before);
        for browser in [&ana, &thief] {
            browser.open("/account").await.is_at("/account");
        }
        let german = app.browser().languages("de").open(&link).await;
        german.shows("Alle abmelden?").shows("Alle abmelden");
    }

    /// ASVS 7.4.3
    async fn not_me_ends_all_access(app) {
        let ana = app.confirmed_user(ANA).await;
        let (thief, link) = thief(&app).await;
        let bo = app.confirmed_user("bo@example.org").await;
        let answer = press(&ana, &link).await;
        assert_eq!(answer.status(303).location(), Some("/forgot-password"));
        assert!(answer.set_cookies().iter().any(|line| line.contains("flash-not-me")), "{:?}", answer.set_cookies());
        assert!(!answer.set_cookies().iter().any(|line| line.contains("vestibule_session_8000=ey")), "nobody is signed in");
        for browser in [&ana, &thief] {
            browser.open("/account").await.is_at("/login?next=/account");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM revoked_tokens WHERE reason = 'not_me'").await, 2);
        assert_eq!(resets(&app).await, ["ana@example.org en"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'not_me'").await, 1);
        // No browser of hers is known any more; and nobody else is touched.
        let known = "SELECT u.email FROM known_browsers k JOIN users u ON u.id = k.user_id ORDER BY 1";
        assert_eq!(app.texts(known).await, ["bo@example.org"]);
        // Whoever knew the password knows nothing any more.
        for browser in [&ana, &thief, &app.browser()] {
            browser.sign_in(ANA, PASSWORD).await.status(422);
        }
        let mail = app.mail_to(ANA).await;
        mail.says("its old password no longer works");
        assert!(!mail.text.contains("Somebody asked"), "{}", mail.text);
        let page = ana.open(&mail.link()).await.fill("New password", OTHER_PASSWORD).press("Set password").await;
        page.fill("Password", OTHER_PASSWORD).press("Sign in").await.is_at("/account");
        bo.open("/account").await.is_at("/account");
    }

    async fn not_me_forgets_known_browsers(app) {
        app.confirmed_user(ANA).await;
        let (_, link) = thief(&app).await;
        let bo = app.confirmed_user("bo@example.org").await;
        // In the browser of somebody else, who stays signed in.
        assert_eq!(press(&bo, &link).await.status(303).location(), Some("/forgot-password"));
        bo.open("/account").await.is_at("/account").shows("bo@example.org");
        let known = "SELECT u.email FROM known_browsers k JOIN users u ON u.id = k.user_id";
        assert_eq!(app.texts(known).await, ["bo@example.org"]);
    }

    /// A change of address that waits is stopped, whether its mail went out or not.
    async fn not_me_withdraws_an_email_change(app) {
        app.confirmed_user(ANA).await;
        app.confirmed_user("bo@example.org").await;
        let (_, link) = thief(&app).await;
        let hash = |n| match app.database().backend() {
            Backend::Sqlite => format!("X'0{n}'"),
            Backend::Postgres => format!("'\\x0{n}'::bytea"),
        };
        let now = app.clock().now();
        for (n, (purpose, whose)) in
            [("email_change", ANA), ("email_undo", ANA), ("email_change", "bo@example.org")].iter().enumerate()
        {
            app.sql(&format!(
                "INSERT INTO email_tokens (token_hash, purpose, user_id, email, created_at, expires_at) \
                 SELECT {}, '{purpose}', id, 'evil@example.org', {now}, {} FROM users WHERE email = '{whose}'",
                hash(n),
                now + 3_600_000
            ))
            .await;
            app.sql(&format!(
                "INSERT INTO mails (id, kind, recipient, locale, user_id, status, attempts, next_try_at, created_at) \
                 SELECT 'mail{n}', '{purpose}', 'evil@example.org', 'en', id, 'queued', 0, {}, {now} \
                 FROM users WHERE email = '{whose}'",
                now + 3_600_000
            ))
            .await;
        }
        press(&app.browser(), &link).await.status(303);
        let live = format!(
            "SELECT t.purpose || ' ' || u.email FROM email_tokens t JOIN users u ON u.id = t.user_id \
             WHERE t.email = 'evil@example.org' AND t.expires_at > {} ORDER BY 1",
            app.clock().now()
        );
        assert_eq!(app.texts(&live).await, ["email_change bo@example.org", "email_undo ana@example.org"]);
        let queued = "SELECT id FROM mails WHERE recipient = 'evil@example.org' ORDER BY 1";
        assert_eq!(app.texts(queued).await, ["mail1", "mail2"]);
    }

    async fn the_reset_goes_to_the_owner_in_their_language(app) {
        app.confirmed_user(ANA).await;
        let (_, link) = thief(&app).await;
        app.sql("UPDATE users SET locale = 'de'").await;
        press(&app.browser(), &link).await.status(303);
        assert_eq!(resets(&app).await, ["ana@example.org de"]);
    }

    /// What went to a mailbox that the account has left is worth nothing: be it the thief's, after the owner has come
    /// back, or the owner's, who has a link of another kind then.
    async fn a_notice_to_a_former_address_has_no_effect(app) {
        app.confirmed_user(ANA).await;
        let (_, link) = thief(&app).await;
        app.sql("UPDATE users SET email = 'ana@new.example'").await;
        app.browser().open(&link).await.status(410).shows("address of your account was changed");
        press(&app.browser(), &link).await.status(410);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 2);
        assert_eq!(resets(&app).await, Vec::<String>::new());
    }

    /// ASVS 2.3.4, 15.4.2
    async fn twenty_concurrent_requests_count_once(app) {
        app.confirmed_user(ANA).await;
        let (_, link) = thief(&app).await;
        let browsers: Vec<Browser> = (0..20).map(|_| app.browser()).collect();
        let presses = join_all(browsers.iter().map(|browser| press(browser, &link))).await;
        assert_eq!(presses.iter().filter(|answer| answer.status == 303).count(), 1);
        for late in presses.iter().filter(|answer| answer.status != 303) {
            assert!(late.status(200).text().contains("Already done"), "{}", late.text());
        }
        assert_eq!(resets(&app).await.len(), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'not_me'").await, 1);
        // A session that begins later is not ended by pressing again.
        let ana = app.browser();
        let page = ana.open(&app.mail_to(ANA).await.link()).await;
        let page = page.fill("New password", OTHER_PASSWORD).press("Set password").await;
        page.fill("Password", OTHER_PASSWORD).press("Sign in").await.is_at("/account");
        let page = app.browser().open(&link).await;
        page.status(200).shows("Already done");
        assert_eq!(page.link("Get a new password").as_deref(), Some("/forgot-password"));
        press(&app.browser(), &link).await.status(200);
        ana.open("/account").await.is_at("/account");
    }

    async fn the_link_is_valid_for_seven_days(app) {
        app.confirmed_user(ANA).await;
        let (_, link) = thief(&app).await;
        let minted = app.count("SELECT MAX(created_at) FROM email_tokens WHERE purpose = 'not_me'").await;
        let week = Duration::from_hours(7 * 24);
        let advance_to = |after: Duration| {
            let left = minted + i64::try_from(after.as_millis()).unwrap() - app.clock().now();
            app.advance(Duration::from_millis(left.try_into().unwrap()));
        };
        advance_to(week.checked_sub(MARGIN).unwrap());
        app.browser().open(&link).await.status(200).shows("Sign everybody out?");
        advance_to(week);
        press(&app.browser(), &link).await.status(410);
        let page = app.browser().open(&link).await;
        page.status(410).shows("This link no longer works");
        assert_eq!(page.link("Get a new password").as_deref(), Some("/forgot-password"));
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
        assert!(!page.has_button("Sign everybody out"));
        assert_eq!(resets(&app).await.len(), 0);
    }

    async fn other_links_are_refused(app) {
        app.browser().sign_up("waiting@example.org").await;
        let confirm = app.mail_to("waiting@example.org").await.token();
        let ana = app.confirmed_user(ANA).await;
        let (_, link) = thief(&app).await;
        let token = link.rsplit('/').next().unwrap();
        let (shorter, other) = (&token[1..], "A".repeat(43));
        for path in [
            format!("/not-me/{confirm}"),
            format!("/not-me/{shorter}"),
            format!("/not-me/{token}x"),
            format!("/not-me/{other}"),
            format!("/confirm-email/{token}"),
        ] {
            for answer in [app.browser().request(Method::GET, &path).send().await, press(&app.browser(), &path).await] {
                answer.status(404);
                assert_eq!(answer.header("referrer-policy"), Some("strict-origin"), "{path}");
            }
        }
        ana.open("/account").await.is_at("/account");
    }

    async fn the_link_of_a_deleted_account_is_refused(app) {
        app.confirmed_user(ANA).await;
        let (_, link) = thief(&app).await;
        app.vestibule(["user", "delete", ANA]).await.succeeds();
        app.browser().open(&link).await.status(404);
        press(&app.browser(), &link).await.status(404);
        assert_eq!(resets(&app).await.len(), 0);
    }

    async fn link_attempts_are_limited(app with [("throttle.enabled", "true")]) {
        let stranger = app.browser();
        let path = format!("/not-me/{}", "A".repeat(43));
        for _ in 0..20 {
            press(&stranger, &path).await.status(404);
        }
        let answer = press(&stranger, &path).await;
        assert!(answer.status(429).header("retry-after").is_some());
    }
}
