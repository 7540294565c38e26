//! A new password by the mailed link: once, for a short time, by whoever reads the mailbox; and what it ends.

use std::time::Duration;

use futures::future::{join, join_all};

use crate::recovery::forgot_password::asks_for_a_link;
use crate::support::*;
use crate::tokens::counts;

const ANA: &str = "ana@example.org";
const BOB: &str = "bob@example.org";
/// Time enough to send a request before a limit.
const MARGIN: Duration = Duration::from_secs(4);

/// Opens a link in a browser and sets a password there.
async fn sets(browser: &Browser, link: &str, password: &str) -> Page {
    let page = browser.open(link).await;
    page.fill("New password", password).press("Set password").await
}

/// The same without looking at the page.
async fn posts(browser: &Browser, link: &str, password: &str) -> Answer {
    browser.set_cookie("vestibule_reset", link.rsplit('/').next().unwrap());
    let request = browser.request(Method::POST, "/reset-password").form(&[("password", password)]);
    request.send().await
}

/// The link leads nowhere any more, whether it is opened or posted.
async fn is_dead(app: &App, link: &str) {
    let page = app.browser().open(link).await;
    page.status(410).is_at("/reset-password").shows("This link no longer works");
    assert!(page.has_button("Send a new link") && !page.has_field("New password"));
    let hash = "SELECT password_hash FROM users ORDER BY id";
    let before = app.texts(hash).await;
    posts(&app.browser(), link, "purple tractors eat maps").await.status(410);
    assert_eq!(app.texts(hash).await, before);
}

/// When the newest mail with a link went out, Unix milliseconds.
async fn delivered(app: &App) -> i64 {
    app.count("SELECT MAX(created_at) FROM email_tokens").await
}

/// Lets time pass until so long after that moment.
fn advance_to(app: &App, moment: i64, after: Duration) {
    let left = moment + i64::try_from(after.as_millis()).unwrap() - app.clock().now();
    app.advance(Duration::from_millis(left.try_into().unwrap()));
}

stories! {
    /// ASVS 6.3.6, 6.3.7, 7.6.2, 14.2.1
    async fn sets_a_new_password_by_the_mailed_link(app) {
        app.confirmed_user(ANA).await;
        let link = asks_for_a_link(&app, ANA).await;
        let ana = app.browser();
        let moved = ana.request(Method::GET, &link).send().await;
        assert_eq!(moved.status(303).location(), Some("/reset-password"));
        assert_eq!(moved.header("referrer-policy"), Some("strict-origin"));
        let cookie = ana.set_cookie_line("vestibule_reset").unwrap();
        for attribute in ["Max-Age=1800", "HttpOnly", "SameSite=Lax"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }

        let page = ana.open_from("https://mailer.example", &link).await;
        page.status(200).is_at("/reset-password").shows("Choose a new password").shows(ANA);
        assert!(!page.html.contains(link.rsplit('/').next().unwrap()), "the token is in the page");
        assert_eq!(page.attribute("New password", "autocomplete").as_deref(), Some("new-password"));
        let done = page.fill("New password", OTHER_PASSWORD).press("Set password").await;
        done.is_at("/login?email=ana%40example.org").shows("Your new password is set. You can sign in with it now.");
        assert_eq!((ana.cookie("vestibule_reset"), ana.session_token()), (None, None));
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);

        let notice = app.mail_to(ANA).await;
        assert_eq!(notice.subject, "Vestibule: your password was changed");
        notice
            .says("Your account at Vestibule has a new password. All sessions elsewhere have ended.")
            .says("Firefox on Linux")
            .says("within 7 days");
        assert!(notice.link().starts_with("/not-me/"), "{}", notice.link());
        ana.sign_in(ANA, PASSWORD).await.status(422);
        ana.sign_in(ANA, OTHER_PASSWORD).await.is_at("/account");
        let events = "SELECT event FROM activity WHERE event LIKE '%reset%' ORDER BY at";
        assert_eq!(app.texts(events).await, ["password_reset_requested", "password_reset"]);
    }

    /// ASVS 3.3.1, 3.3.2, 3.3.3, 3.3.4
    async fn in_production_the_reset_cookie_is_host_only(database: Database) {
        let app = App::on(&database).release().settings([("throttle.enabled", "false")]).start().await;
        app.confirmed_user(ANA).await;
        let ana = app.browser();
        ana.open(&asks_for_a_link(&app, ANA).await).await.is_at("/reset-password").status(200);
        let line = ana.set_cookie_line("vestibule_reset").unwrap();
        assert!(line.starts_with("__Host-vestibule_reset="), "{line}");
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] {
            assert!(line.contains(attribute), "{line}");
        }
    }

    async fn a_link_is_valid_for_thirty_minutes_from_its_delivery(app) {
        app.confirmed_user(ANA).await;
        app.confirmed_user(BOB).await;
        let anas = asks_for_a_link(&app, ANA).await;
        let earlier = delivered(&app).await;
        let bobs = asks_for_a_link(&app, BOB).await;
        let later = delivered(&app).await;
        advance_to(&app, earlier, Duration::from_mins(30).checked_sub(MARGIN).unwrap());
        sets(&app.browser(), &anas, OTHER_PASSWORD).await.is_at("/login");
        let bob = app.browser();
        let open = bob.open(&bobs).await;
        advance_to(&app, later, Duration::from_mins(30));
        // The form that was open in time is late as well; so is the browser's cookie, or not, as it likes.
        posts(&bob, &bobs, OTHER_PASSWORD).await.status(410);
        drop(open);
        is_dead(&app, &bobs).await;
        app.browser().sign_in(BOB, PASSWORD).await.is_at("/account");
        app.mails_are_sent().await;

        // One press brings another one.
        let again = bob.open(&bobs).await.press("Send a new link").await;
        again.is_at("/forgot-password").shows("an email with a link is on its way");
        sets(&bob, &app.mail_to(BOB).await.link(), OTHER_PASSWORD).await.is_at("/login");
    }

    /// Whoever has one page open while the browser is led to another link does not set that other account's password.
    async fn the_page_sets_the_password_of_the_shown_address(app) {
        app.confirmed_user(ANA).await;
        app.confirmed_user(BOB).await;
        let (anas, bobs) = (asks_for_a_link(&app, ANA).await, asks_for_a_link(&app, BOB).await);
        let ana = app.browser();
        let open = ana.open(&anas).await;
        ana.request(Method::GET, &bobs).send().await.status(303);
        let page = open.fill("New password", OTHER_PASSWORD).press("Set password").await;
        page.status(200).is_at("/reset-password").shows(BOB).does_not_show(ANA);
        for email in [ANA, BOB] {
            app.browser().sign_in(email, PASSWORD).await.is_at("/account");
        }
    }

    /// ASVS 2.3.4, 6.5.1
    async fn of_twenty_concurrent_resets_a_single_one_succeeds(app) {
        app.confirmed_user(ANA).await;
        let link = asks_for_a_link(&app, ANA).await;
        let passwords: Vec<String> = (10..30).map(|n| format!("purple tractors eat {n} maps")).collect();
        let answers = join_all(passwords.iter().map(|password| {
            let browser = app.browser();
            let link = &link;
            async move { posts(&browser, link, password).await }
        }))
        .await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        let won: Vec<usize> = (0..20).filter(|nth| statuses[*nth] == 303).collect();
        assert_eq!(won.len(), 1, "{statuses:?}");
        for (nth, answer) in answers.iter().enumerate() {
            if nth != won[0] {
                assert!(answer.status(200).text().contains("Already done"), "{}", answer.text());
            }
        }
        for (nth, password) in passwords.iter().enumerate() {
            let expected = if nth == won[0] { 200 } else { 422 };
            app.browser().sign_in(ANA, password).await.status(expected);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'password_reset'").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE kind = 'password_changed'").await, 1);
    }

    /// A newer mail does not void an older one, or whoever asks again could void the owner's; but one of them is enough.
    async fn of_two_links_either_works_once(app) {
        app.confirmed_user(ANA).await;
        let first = asks_for_a_link(&app, ANA).await;
        let second = asks_for_a_link(&app, ANA).await;
        assert_ne!(first, second);
        sets(&app.browser(), &first, OTHER_PASSWORD).await.is_at("/login");
        for link in [&first, &second] {
            let page = app.browser().open(link).await;
            page.status(200).is_at("/reset-password").shows("Already done");
            assert!(!page.has_field("New password"));
            let again = posts(&app.browser(), link, PASSWORD).await;
            assert!(again.status(200).text().contains("Already done"));
        }
        app.browser().sign_in(ANA, PASSWORD).await.status(422);
        app.browser().sign_in(ANA, OTHER_PASSWORD).await.is_at("/account");
        // The next one that is asked for counts again.
        let third = asks_for_a_link(&app, ANA).await;
        sets(&app.browser(), &third, PASSWORD).await.is_at("/login");
    }

    /// What a link was made for must still be so: the password, the address, the standing of the account.
    ///
    /// ASVS 6.6.2
    async fn a_link_ends_with_its_account_or_address(app) {
        let ana = app.confirmed_user(ANA).await;
        let link = asks_for_a_link(&app, ANA).await;
        let fields = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
        ana.post("/account/password", &fields).await.shows("Your password is changed.");
        is_dead(&app, &link).await;

        let link = asks_for_a_link(&app, ANA).await;
        app.vestibule(["user", "disable", ANA]).await.succeeds();
        is_dead(&app, &link).await;
        app.vestibule(["user", "enable", ANA]).await.succeeds();
        is_dead(&app, &link).await;

        let link = asks_for_a_link(&app, ANA).await;
        app.sql("UPDATE users SET status = 'disabled'").await;
        is_dead(&app, &link).await;
        app.sql("UPDATE users SET status = 'active', email = 'anna@example.org'").await;
        is_dead(&app, &link).await;
        app.sql(&format!("UPDATE users SET email = '{ANA}'")).await;

        let link = asks_for_a_link(&app, ANA).await;
        app.confirmed_user(BOB).await;
        app.vestibule(["user", "delete", ANA]).await.succeeds();
        app.browser().open(&link).await.status(404);
        app.confirmed_user(ANA).await;
        app.browser().open(&link).await.status(404);
    }

    /// ASVS 6.2.1, 6.2.4, 6.2.8, 6.2.11
    async fn a_refused_password_keeps_the_link_valid(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.post("/account", &[("display_name", "Wilhelmina"), ("locale", "")]).await.status(200);
        let link = asks_for_a_link(&app, ANA).await;
        for (password, why) in [
            ("", "Enter a new password."),
            ("short words", "Choose a password of at least 12 characters."),
            ("passwordpassword", "This password is on a list of common ones. Choose another."),
            ("my ana@example.org is it", "Choose a password without “ana@example.org”, a part of your email address."),
            ("blue wilhelmina kettles", "Choose a password without “wilhelmina”, a part of your name."),
            ("aaaaaaaaaaaaaaaa", "This password is"),
            ("tabs\tare not typed here", "This password contains a character that cannot be used."),
        ] {
            let page = sets(&app.browser(), &link, password).await;
            page.status(422).is_at("/reset-password");
            let told = page.field_error("New password").unwrap();
            assert!(told.starts_with(why), "{password}: {told}");
            assert!(page.title().starts_with("Error: "));
            assert!(password.is_empty() || !page.html.contains(password), "the password is in the page");
        }
        ana.open("/account").await.is_at("/account");
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
        sets(&app.browser(), &link, OTHER_PASSWORD).await.is_at("/login");
        app.browser().sign_in(ANA, OTHER_PASSWORD).await.is_at("/account");
    }

    /// ASVS 2.3.1, 6.6.2, 9.2.2
    async fn an_unknown_link_opens_nothing(app) {
        let ana = app.confirmed_user(ANA).await;
        app.browser().sign_up(BOB).await;
        let confirmation = app.mail_to(BOB).await.token();
        let session = ana.session_token().unwrap();
        let never = "A".repeat(43);
        let visitor = app.browser();
        for token in [never.as_str(), &confirmation, &session, "x", "%00", "%20", "' OR 1=1 --"] {
            let path = format!("/reset-password/{}", token.replace(['\'', ' '], "%20"));
            let answer = visitor.request(Method::GET, &path).send().await;
            assert!(answer.status(404).set_cookies().is_empty(), "{token}");
        }
        for token in [never.as_str(), &confirmation, &session, "x"] {
            let browser = app.browser();
            browser.set_cookie("vestibule_reset", token);
            browser.request(Method::GET, "/reset-password").send().await.status(404);
            let form = browser.request(Method::POST, "/reset-password").form(&[("password", OTHER_PASSWORD)]);
            form.send().await.status(404);
        }
        // Without a link there is nothing to set; nor is a token taken from anywhere but the cookie.
        let link = asks_for_a_link(&app, ANA).await;
        let token = link.rsplit('/').next().unwrap();
        let lost = "This browser does not hold a link to a new password.";
        visitor.open("/reset-password").await.status(200).shows(lost);
        visitor.open(&format!("/reset-password?token={token}")).await.is_at("/reset-password").shows(lost);
        let form = [("password", OTHER_PASSWORD), ("token", token), ("vestibule_reset", token)];
        visitor.post("/reset-password", &form).await.status(422).shows(lost);
        visitor.request(Method::POST, &link).form(&form).send().await.status(404);
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
    }

    /// ASVS 7.4.1, 7.4.3
    async fn a_reset_ends_all_sessions_on_every_node(app) {
        let home = app.confirmed_user(ANA).await;
        let work = app.signed_in(ANA).await;
        let bob = app.confirmed_user(BOB).await;
        let other = app.second_node().start().await;
        let kept = [home.session_token().unwrap(), work.session_token().unwrap()];
        for token in &kept {
            assert!(counts(&other.browser(), token).await);
        }
        let link = asks_for_a_link(&app, ANA).await;
        // In a browser that is signed in as this account: out it is, too.
        sets(&home, &link, OTHER_PASSWORD).await.is_at("/login").does_not_show("Sign out");
        other.restart().await;
        for token in &kept {
            assert!(!counts(&app.browser(), token).await);
            assert!(!counts(&other.browser(), token).await);
        }
        work.open("/account").await.is_at("/login");
        bob.open("/account").await.shows(BOB);
        bob.by_way_of(&other).open("/account").await.shows(BOB);
        // And who is signed in as somebody else stays so.
        let link = asks_for_a_link(&app, ANA).await;
        sets(&bob, &link, PASSWORD).await.shows("Your new password is set.");
        bob.open("/account").await.shows(BOB);
    }

    /// ASVS 7.4.3
    async fn the_old_password_is_refused_during_a_reset(app) {
        app.confirmed_user(ANA).await.sign_out().await;
        let link = asks_for_a_link(&app, ANA).await;
        let browsers: Vec<_> = (0..16).map(|_| app.browser()).collect();
        let sign_ins = join_all(browsers.iter().map(|browser| async {
            let form = [("email", ANA), ("password", PASSWORD)];
            for _ in 0..4 {
                let answer = browser.request(Method::POST, "/login").form(&form).send().await;
                assert!(matches!(answer.status, 303 | 422), "{}", answer.status);
            }
        }));
        let reset = async {
            until("somebody is in", async || {
                browsers.iter().any(|browser| browser.session_token().is_some()).then_some(())
            })
            .await;
            posts(&app.browser(), &link, OTHER_PASSWORD).await.status(303);
        };
        join(sign_ins, reset).await;
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
        for browser in &browsers {
            browser.open("/account").await.is_at("/login");
        }
    }

    /// The password is changed and set by link at the same moment: one of the two comes first, and it alone counts.
    async fn a_change_and_a_link_at_once(app) {
        for round in 0..6 {
            let email = format!("ana{round}@example.org");
            let ana = app.confirmed_user(&email).await;
            let link = asks_for_a_link(&app, &email).await;
            let change = ana
                .request(Method::POST, "/account/password")
                .form(&[("current_password", PASSWORD), ("password", OTHER_PASSWORD)]);
            let stranger = app.browser();
            let (changed, set) = join(change.send(), posts(&stranger, &link, "purple tractors eat maps")).await;
            let changed = changed.location() == Some("/account/password");
            let set = set.location().is_some_and(|to| to.starts_with("/login"));
            assert!(changed != set, "changed: {changed}, set: {set}");
            app.browser().sign_in(&email, OTHER_PASSWORD).await.status(if changed { 200 } else { 422 });
            app.browser()
                .sign_in(&email, "purple tractors eat maps")
                .await
                .status(if set { 200 } else { 422 });
            assert_eq!(ana.open("/account").await.path() == "/account", changed);
        }
    }

    /// What was asked for under the old password goes with it, and so does the ease of browsers that were known.
    async fn a_reset_revokes_pending_requests(app) {
        let home = app.confirmed_user(ANA).await;
        app.signed_in(ANA).await;
        let id = app.texts("SELECT id FROM users").await.remove(0);
        let later = app.clock().now() + 3_600_000;
        // As if a change of address were under way: a link of it, and a mail.
        let begun = format!("UPDATE email_tokens SET purpose = 'email_change', used_at = NULL, expires_at = {later} WHERE purpose = 'confirm_email'");
        assert_eq!(app.sql(&begun).await, 1);
        app.sql(&format!(
            "INSERT INTO mails (id, kind, recipient, locale, user_id, status, attempts, next_try_at, created_at)
             VALUES ('m1', 'email_change', 'new@example.org', 'en', '{id}', 'queued', 0, {later}, 1)"
        ))
        .await;
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 2);
        let asked = app.browser();
        asked.post("/forgot-password", &[("email", ANA)]).await.status(200);
        let link = until("a link comes", async || {
            let mails = app.mailbox().await;
            mails.into_iter().find(|mail| mail.to == ANA && mail.text.contains("/reset-password/"))
        })
        .await
        .link();
        home.sign_out().await;
        sets(&home, &link, OTHER_PASSWORD).await.is_at("/login");
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 1, "the one that did it");
        let open = format!("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'email_change' AND expires_at > {}", app.clock().now());
        assert_eq!(app.count(&open).await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE kind = 'email_change'").await, 0);

        let link = asks_for_a_link(&app, ANA).await;
        sets(&app.browser(), &link, PASSWORD).await.is_at("/login");
        assert_eq!(app.count("SELECT COUNT(*) FROM known_browsers").await, 0);
    }

    /// Whatever else an account is, it stays.
    async fn a_reset_keeps_role_and_pending_deletion(app) {
        app.admin(ANA).await;
        let later = app.clock().now() + 600_000_000;
        app.sql(&format!("UPDATE users SET status = 'deleting', deletion_at = {later}")).await;
        let link = asks_for_a_link(&app, ANA).await;
        sets(&app.browser(), &link, OTHER_PASSWORD).await.is_at("/login").shows("Your new password is set.");
        assert_eq!(app.texts("SELECT status FROM users").await, ["deleting"]);
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM users WHERE deletion_at = {later}")).await, 1);
        assert_eq!(app.texts("SELECT role FROM users").await, ["admin"]);
        app.browser().sign_in(ANA, PASSWORD).await.status(422);
        assert!(app.browser().sign_in(ANA, OTHER_PASSWORD).await.browser().session_token().is_some());
    }

    /// All or nothing: what fails half-way has not happened, and the link is still good.
    ///
    /// ASVS 2.3.3
    async fn a_partial_failure_changes_nothing(app) {
        let ana = app.confirmed_user(ANA).await;
        let link = asks_for_a_link(&app, ANA).await;
        for table in ["revoked_tokens", "known_browsers", "activity", "mails"] {
            app.sql(&format!("ALTER TABLE {table} RENAME TO {table}_elsewhere")).await;
            posts(&app.browser(), &link, OTHER_PASSWORD).await.status(500);
            app.sql(&format!("ALTER TABLE {table}_elsewhere RENAME TO {table}")).await;
            ana.open("/account").await.is_at("/account");
            app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE kind = 'password_changed'").await, 0);
        sets(&app.browser(), &link, OTHER_PASSWORD).await.is_at("/login");
        ana.open("/account").await.is_at("/login");
    }

    /// ASVS 2.4.1
    async fn link_attempts_are_limited(app with [("throttle.enabled", "true")]) {
        let guesser = app.browser();
        let mut statuses = Vec::new();
        for _ in 0..21 {
            statuses.push(posts(&guesser, &"A".repeat(43), OTHER_PASSWORD).await.status);
        }
        assert_eq!(statuses[..20], [404; 20]);
        assert_eq!(statuses[20], 429);
    }
}
