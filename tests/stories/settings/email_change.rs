//! Changing the address of an account.

use std::time::Duration;

use futures::future::{join, join_all};

use crate::support::*;
use crate::tokens::counts;

/// Time enough to send a request before a limit.
const MARGIN: Duration = Duration::from_secs(4);
const MINUTE: Duration = Duration::from_mins(1);

const ADDRESS_OF: &str = "SELECT email FROM users WHERE status <> 'pending' ORDER BY email";

/// Asks for another address by the form.
pub async fn asks_for(browser: &Browser, email: &str) -> Page {
    let page = browser.open("/account/email").await;
    page.status(200).fill_name("email", email);
    page.submit("/account/email").await
}

/// Asks for another address; the link that comes there.
pub async fn link_to(app: &App, browser: &Browser, email: &str) -> String {
    asks_for(browser, email)
        .await
        .is_at("/account/email")
        .shows("We are sending an email to the new address.");
    app.mail_to(email).await.link()
}

/// Changes the address, with all that belongs to it.
pub async fn moves_to(app: &App, browser: &Browser, email: &str) {
    let link = link_to(app, browser, email).await;
    let page = browser.open(&link).await.press("Change address").await;
    page.is_at("/account/email").shows("Your address is changed.").shows(email);
}

/// Moves the clock to so long after a moment.
pub fn advance_to(app: &App, moment: i64, after: Duration) {
    let left = moment + i64::try_from(after.as_millis()).unwrap() - app.clock().now();
    app.advance(Duration::from_millis(left.try_into().unwrap()));
}

/// So many posts of one browser at once; their statuses.
pub async fn posts_at_once(browser: &Browser, paths: &[&str], times: usize) -> Vec<u16> {
    let posts = (0..times).flat_map(|_| paths.iter()).map(|path| async move {
        let twin = browser.stolen_by(browser.address().octets());
        twin.request(Method::POST, path).form(&[]).send().await.status
    });
    join_all(posts).await
}

/// Waits until the mail to that address was refused for now.
pub async fn is_put_off(app: &App, email: &str) {
    let refused = format!("SELECT COUNT(*) FROM mails WHERE recipient = '{email}' AND last_error IS NOT NULL");
    until("the mail server refuses", async || (app.count(&refused).await == 1).then_some(())).await;
}

stories! {
    /// ASVS 6.3.7, 7.4.3, 7.2.4
    async fn the_new_address_is_used_once_confirmed(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let elsewhere = app.signed_in("ana@example.org").await;
        let kept = [ana.session_token().unwrap(), elsewhere.session_token().unwrap()];
        let page = ana.open("/account/email").await;
        page.status(200).shows("ana@example.org");
        assert_eq!(page.attribute("New email address", "autocomplete").as_deref(), Some("email"));
        asks_for(&ana, " Ana@Example.NET ").await.shows("We are sending an email to the new address.");
        let mail = app.mail_to("ana@example.net").await;
        let link = mail.link();
        assert!(link.starts_with("/account/email/confirm/"), "{link}");
        assert_eq!(mail.subject, "Vestibule: confirm your new address");
        mail.says("Somebody wants to use this address").says("within 24 hours");
        assert!(!mail.text.contains("ana@example.org"), "nothing tells who asked: {}", mail.text);
        // Until then everything is as it was.
        app.signed_in("ana@example.org").await;
        app.browser().sign_in("ana@example.net", PASSWORD).await.status(422);

        let page = ana.open(&link).await;
        page.status(200).shows("ana@example.org").shows("ana@example.net");
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
        let page = page.press("Change address").await;
        page.status(200)
            .is_at("/account/email")
            .shows("Your address is changed.")
            .shows("ana@example.net")
            .does_not_show("ana@example.org");
        for token in &kept {
            assert!(!counts(&app.browser(), token).await, "a token of before is dead");
        }
        assert!(counts(&app.browser(), &ana.session_token().unwrap()).await);
        elsewhere.open("/account").await.is_at("/login?next=/account");
        app.signed_in("ana@example.net").await;
        app.browser().sign_in("ana@example.org", PASSWORD).await.status(422);

        let notice = app.mail_to("ana@example.org").await;
        assert_eq!(notice.subject, "Vestibule: your address was changed");
        notice.says("This one no longer counts for it.").says("within 7 days");
        notice.says("The new address: ana@example.net");
        assert!(notice.link().starts_with("/account/email/undo/"), "{}", notice.link());
        let noted = app.texts("SELECT event FROM activity WHERE event LIKE 'email%' ORDER BY at").await;
        assert_eq!(noted, ["email_change_requested", "email_changed"]);
    }

    async fn the_sort_name_follows_the_address_without_a_name(app) {
        let (ana, bob) = (app.confirmed_user("ana@example.org").await, app.confirmed_user("bob@example.org").await);
        bob.post("/account", &[("display_name", "Zoe"), ("locale", "")]).await.status(200);
        moves_to(&app, &ana, "new-ana@example.org").await;
        moves_to(&app, &bob, "new-bob@example.org").await;
        let names = app.texts("SELECT sort_name FROM users ORDER BY email").await;
        assert_eq!(names, ["new-ana@example.org", "zoe"]);
        bob.post("/account", &[("display_name", ""), ("locale", "")]).await.status(200);
        let names = app.texts("SELECT sort_name FROM users ORDER BY email").await;
        assert_eq!(names, ["new-ana@example.org", "new-bob@example.org"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'profile_changed'").await, 2);
    }

    /// A name that is taken away while the address changes: lists sort by the new address.
    async fn a_profile_saved_meanwhile_sorts_by_the_new_address(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let mut tx = match app.database().backend() {
            Backend::Sqlite => app.pool().begin_with("BEGIN IMMEDIATE").await.unwrap(),
            Backend::Postgres => app.pool().begin().await.unwrap(),
        };
        sqlx::query("UPDATE users SET email = 'new@example.org'").execute(&mut *tx).await.unwrap();
        let saving = async { ana.request(Method::POST, "/account").form(&[("display_name", "")]).send().await };
        let committing = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            tx.commit().await.unwrap();
        };
        let (saved, ()) = join(saving, committing).await;
        saved.status(303);
        assert_eq!(app.texts("SELECT sort_name FROM users").await, ["new@example.org"]);
    }

    async fn an_invalid_address_is_reported_beside_the_field(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        for (typed, said) in [
            ("", "Enter your email address."),
            ("nonsense", "Enter an email address like name@example.org."),
            ("ana@example.org", "This is your address already."),
            (" ANA@Example.ORG ", "This is your address already."),
        ] {
            let page = asks_for(&ana, typed).await;
            page.status(422).shows("ana@example.org");
            assert!(page.title().starts_with("Error:"), "{}", page.title());
            assert!(page.field_error("New email address").unwrap().contains(said), "{typed}");
            assert_eq!(page.value("New email address"), typed.trim_matches('\0'));
        }
        app.mails_are_sent().await;
        assert_eq!(app.mailbox().await.len(), 1, "only the mail of the sign-up");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'email_change_requested'").await, 0);
    }

    /// ASVS 7.5.1
    async fn reauthentication_keeps_the_typed_address(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/account/email").await;
        page.fill_name("email", "new@example.org");
        app.advance(Duration::from_mins(10));
        ana.open("/account/email").await.is_at("/login/confirm?next=/account/email");
        let proof = page.submit("/account/email").await;
        proof.is_at("/login/confirm?next=/account/email");
        let proof = proof.fill_name("password", "not the right one").submit("/login/confirm").await;
        proof.status(422);
        let page = proof.fill_name("password", PASSWORD).submit("/login/confirm").await;
        page.status(200).is_at("/account/email").shows("no email is sent yet");
        assert_eq!(page.value("New email address"), "new@example.org");
        app.no_mail_to("new@example.org").await;
        // It is filled in once.
        let again = ana.open("/account/email").await;
        again.does_not_show("no email is sent yet");
        assert_eq!(again.value("New email address"), "");
        page.submit("/account/email").await.shows("We are sending an email to the new address.");
        app.mail_to("new@example.org").await;
    }

    /// ASVS 7.5.1
    async fn five_wrong_passwords_end_the_session_without_a_request(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let token = ana.session_token().unwrap();
        app.advance(Duration::from_mins(11));
        let mut page = ana.post("/account/email", &[("email", "new@example.org")]).await;
        for _ in 0..4 {
            page = page.fill_name("password", "not the right one").submit("/login/confirm").await;
            page.status(422).is_at("/login/confirm");
        }
        let page = page.fill_name("password", "not the right one").submit("/login/confirm").await;
        page.is_at("/login?next=/account/email").shows("For your safety you were signed out.");
        assert!(!counts(&app.browser(), &token).await);
        app.no_mail_to("new@example.org").await;
        // What was typed went with the session.
        page.fill_name("email", "ana@example.org").fill_name("password", PASSWORD);
        let page = page.submit("/login").await;
        page.is_at("/account/email").does_not_show("no email is sent yet");
        assert_eq!(page.value("New email address"), "");
    }

    /// A click of a stranger's must not hand his account the address of whoever clicks.
    async fn the_link_requires_a_session_of_the_requesting_account(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = app.confirmed_user("bob@example.org").await;
        let link = link_to(&app, &ana, "new@example.org").await;
        let unknown = format!("{}{}", &link[..link.len() - 4], "AAAA");
        let before = app.everything_stored().await;
        for method in [Method::GET, Method::POST] {
            let others = bob.request(method.clone(), &link).form(&[]).send().await;
            let unknowns = bob.request(method.clone(), &unknown).form(&[]).send().await;
            assert_eq!((others.status, unknowns.status), (404, 404), "{method}");
            let token = |link: &str| link.rsplit('/').next().unwrap().to_owned();
            let same = |answer: &Answer| answer.text().replace(&token(&link), "X").replace(&token(&unknown), "X");
            assert_eq!(same(&others), same(&unknowns), "{method}");
            let nobody = app.browser().request(method.clone(), &link).form(&[]).send().await;
            nobody.status(303);
            let encoded = link.replace('/', "%2F");
            assert_eq!(nobody.location(), Some(&*format!("/login?next={encoded}")), "{method}");
        }
        ana.open(&link).await.status(200);
        ana.request(Method::HEAD, &link).send().await.status(200);
        assert_eq!(app.everything_stored().await, before, "looking changes nothing");
        for kind in ["/confirm-email/", "/account/email/undo/"] {
            let other = link.replace("/account/email/confirm/", kind);
            ana.request(Method::GET, &other).send().await.status(404);
        }

        let phone = app.browser();
        let page = phone.open_from("https://mailer.example", &link).await;
        page.is_at("/login").fill_name("email", "ana@example.org").fill_name("password", PASSWORD);
        let page = page.submit("/login").await;
        page.status(200).is_at(&link).press("Change address").await.is_at("/account/email").shows("new@example.org");
        assert_eq!(app.texts(ADDRESS_OF).await, ["bob@example.org", "new@example.org"]);
        ana.open("/account").await.is_at("/login");
    }

    async fn the_link_works_once_within_a_day(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let day = Duration::from_hours(24);
        let late = link_to(&app, &ana, "late@example.org").await;
        let minted = app.count("SELECT MAX(created_at) FROM email_tokens").await;
        // A session that is not kept rests for twelve hours at most.
        advance_to(&app, minted, day);
        ana.sign_in("ana@example.org", PASSWORD).await.status(200);
        let page = ana.open(&late).await;
        page.status(410).shows("This link has expired");
        let page = ana.post(&late, &[]).await;
        page.status(410).click("Ask for a new email").await.status(200).is_at("/account/email");

        let good = link_to(&app, &ana, "good@example.org").await;
        let minted = app.count("SELECT MAX(created_at) FROM email_tokens").await;
        advance_to(&app, minted, day.checked_sub(MARGIN).unwrap());
        ana.sign_in("ana@example.org", PASSWORD).await.status(200);
        ana.open(&good).await.press("Change address").await.shows("good@example.org");
        for _ in 0..2 {
            ana.open(&good).await.status(200).shows("Nothing left to do").shows("good@example.org");
            ana.post(&good, &[]).await.status(200).shows("Nothing left to do");
        }
        assert_eq!(app.texts(ADDRESS_OF).await, ["good@example.org"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 1);
    }

    /// What is confirmed is the address that the link went to, whatever was asked for since (CVE-2026-32700).
    async fn a_link_confirms_its_address_and_consumes_the_others(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let first = link_to(&app, &ana, "first@example.org").await;
        let second = link_to(&app, &ana, "second@example.org").await;
        ana.open(&first).await.shows("first@example.org").does_not_show("second@example.org");
        ana.post(&first, &[]).await.is_at("/account/email").shows("first@example.org");
        ana.open(&second).await.status(200).shows("Nothing left to do").shows("first@example.org");
        ana.post(&second, &[]).await.status(200).shows("Nothing left to do");
        assert_eq!(app.texts(ADDRESS_OF).await, ["first@example.org"]);
    }

    /// ASVS 2.3.3, 15.4.2
    async fn two_links_confirmed_concurrently_count_once(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let first = link_to(&app, &ana, "first@example.org").await;
        let second = link_to(&app, &ana, "second@example.org").await;
        let statuses = posts_at_once(&ana, &[&first, &second], 10).await;
        assert!(statuses.iter().all(|status| matches!(status, 200 | 303)), "{statuses:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'email_changed'").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM email_changes WHERE old_email = 'ana@example.org'").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 1);
        let now = app.texts(ADDRESS_OF).await;
        assert!(now == ["first@example.org"] || now == ["second@example.org"], "{now:?}");
        assert_eq!(app.mails_to("ana@example.org").await.len(), 2, "the sign-up's mail and one notice");
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
        assert_eq!(
            app.count("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'email_change' AND used_at IS NULL").await,
            0
        );
    }

    async fn an_address_taken_meanwhile_is_reported(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let link = link_to(&app, &ana, "new@example.org").await;
        let other = link_to(&app, &ana, "other@example.org").await;
        app.confirmed_user("new@example.org").await;
        let page = ana.open(&link).await.press("Change address").await;
        page.status(422).shows("This address belongs to another account by now.").shows("ana@example.org");
        assert!(page.title().starts_with("Error:"), "{}", page.title());
        assert_eq!(app.texts(ADDRESS_OF).await, ["ana@example.org", "new@example.org"]);
        assert_eq!(app.count("SELECT COUNT(*) FROM email_changes").await, 0);
        ana.open(&other).await.press("Change address").await.is_at("/account/email").shows("other@example.org");
    }

    /// The index on addresses has the last word.
    async fn an_address_taken_concurrently_is_reported(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        app.confirmed_user("bob@example.org").await;
        let link = link_to(&app, &ana, "new@example.org").await;
        let mut tx = match app.database().backend() {
            Backend::Sqlite => app.pool().begin_with("BEGIN IMMEDIATE").await.unwrap(),
            Backend::Postgres => app.pool().begin().await.unwrap(),
        };
        // Somebody who takes no lock on addresses.
        let taken = "UPDATE users SET email = 'new@example.org' WHERE email = 'bob@example.org'";
        sqlx::query(taken).execute(&mut *tx).await.unwrap();
        let committing = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            tx.commit().await.unwrap();
        };
        let (page, ()) = join(ana.post(&link, &[]), committing).await;
        page.status(422).shows("This address belongs to another account by now.");
        assert_eq!(app.texts(ADDRESS_OF).await, ["ana@example.org", "new@example.org"]);
        ana.open(&link).await.status(200).shows("new@example.org");
    }

    /// ASVS 15.4.2
    async fn a_concurrent_sign_up_and_change_do_not_share_an_address(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let bob = app.browser();
        bob.sign_up("new@example.org").await;
        let confirm = app.mail_to("new@example.org").await.link();
        let change = link_to(&app, &ana, "new@example.org").await;
        let form = |browser: &Browser, path: &str| browser.request(Method::POST, path).form(&[]);
        let (bobs, anas) = join(form(&bob, &confirm).send(), form(&ana, &change).send()).await;
        match (bobs.status, anas.status) {
            (303, 422) => assert_eq!(app.texts(ADDRESS_OF).await, ["ana@example.org", "new@example.org"]),
            (200 | 404 | 410, 303) => assert_eq!(app.texts(ADDRESS_OF).await, ["new@example.org"]),
            both => panic!("{both:?}"),
        }
    }

    async fn pending_sign_ups_of_the_new_address_are_deleted(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let stranger = app.browser();
        stranger.sign_up("new@example.org").await;
        let link = app.mail_to("new@example.org").await.link();
        app.browser().sign_up("else@example.org").await;
        moves_to(&app, &ana, "new@example.org").await;
        assert_eq!(app.texts("SELECT email FROM users WHERE status = 'pending'").await, ["else@example.org"]);
        stranger.post(&link, &[]).await.shows("Already confirmed");
        assert_eq!(app.texts(ADDRESS_OF).await, ["new@example.org"]);
    }

    async fn an_email_change_revokes_reset_links_and_queued_mails(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let app = App::on(&database).smtp(&smtp).start().await;
        let ana = app.confirmed_user("ana@example.org").await;
        let far = app.clock().now() + 600_000;
        app.sql(&format!("UPDATE email_tokens SET purpose = 'password_reset', used_at = NULL, expires_at = {far}")).await;
        let link = link_to(&app, &ana, "new@example.org").await;
        smtp.behave(Behaviour::FailFirst(1));
        asks_for(&ana, "third@example.org").await.shows("We are sending an email");
        is_put_off(&app, "third@example.org").await;
        ana.open(&link).await.press("Change address").await.shows("new@example.org");
        let live = format!("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'password_reset' AND expires_at > {}", app.clock().now());
        assert_eq!(app.count(&live).await, 0);
        app.advance(Duration::from_mins(10));
        app.mail_to("ana@example.org").await.says("This one no longer counts for it.");
        app.no_mail_to("third@example.org").await;
        assert_eq!(
            app.count("SELECT COUNT(*) FROM email_tokens WHERE email = 'third@example.org' AND used_at IS NULL").await,
            0
        );
    }

    /// ASVS 7.4.2
    async fn disabling_revokes_the_link(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let link = link_to(&app, &ana, "new@example.org").await;
        app.vestibule(["user", "disable", "ana@example.org"]).await.succeeds();
        ana.open(&link).await.is_at("/login");
        app.vestibule(["user", "enable", "ana@example.org"]).await.succeeds();
        ana.sign_in("ana@example.org", PASSWORD).await.status(200);
        ana.open(&link).await.status(410);
        ana.post(&link, &[]).await.status(410);
        assert_eq!(app.texts(ADDRESS_OF).await, ["ana@example.org"]);
    }

    async fn the_owner_of_a_taken_address_gets_a_mail(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let owner = app.browser().languages("de");
        owner.sign_up("taken@example.org").await;
        let link = app.mail_to("taken@example.org").await.link();
        owner.open(&link).await.submit(&link).await.status(200);
        asks_for(&ana, "taken@example.org").await.shows("We are sending an email to the new address.");
        let mail = app.mail_to("taken@example.org").await;
        assert_eq!(mail.subject, "Vestibule: Diese Adresse hat ein Konto");
        mail.says("Niemand ist in Ihr Konto gelangt.");
        assert!(!mail.text.contains("/account/email/") && !mail.text.contains("ana@"), "{}", mail.text);
        assert_eq!(
            app.count("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'email_change'").await,
            0
        );
        // The same in English.
        app.sql("UPDATE users SET locale = 'en'").await;
        asks_for(&ana, "taken@example.org").await;
        app.mail_to("taken@example.org").await.says("It already has one here");
    }

    async fn the_email_change_has_a_german_version(app) {
        let ana = app.browser().languages("de");
        ana.sign_up("ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        ana.open(&link).await.submit(&link).await.status(200);
        asks_for(&ana, "ana@example.org").await.status(422).shows("Das ist schon Ihre Adresse.");
        asks_for(&ana, "neu@example.org").await.shows("Wir senden eine E-Mail an die neue Adresse.");
        let mail = app.mail_to("neu@example.org").await;
        assert_eq!(mail.subject, "Vestibule: Bestätigen Sie Ihre neue Adresse");
        mail.says("innerhalb von 24 Stunden");
        ana.open(&mail.link()).await.shows("Adresse bisher").press("Adresse ändern").await.shows("Ihre Adresse ist geändert.");
        let notice = app.mail_to("ana@example.org").await;
        assert_eq!(notice.subject, "Vestibule: Ihre Adresse wurde geändert");
        notice.says("innerhalb von 7 Tagen");
        let stranger = app.browser().languages("de");
        stranger.open(&notice.link()).await.status(200).shows("Diese Adresse zurückholen?").shows("ana@example.org");
    }

    /// ASVS 2.4.1, 6.3.1
    async fn email_change_requests_are_limited(app with [("throttle.enabled", "true")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        let ask = async |n: usize| {
            let email = format!("new{n}@example.org");
            ana.request(Method::POST, "/account/email").form(&[("email", &*email)]).send().await
        };
        for n in 0..5 {
            ask(n).await.status(303);
        }
        let refused = ask(5).await;
        refused.status(429);
        assert!(refused.header("retry-after").is_some());
        app.no_mail_to("new5@example.org").await;
        app.advance(9 * MINUTE);
        ask(6).await.status(429);
        // A fresh proof for what follows.
        ana.sign_out().await;
        ana.sign_in("ana@example.org", PASSWORD).await.is_at("/account");
        app.advance(MINUTE);
        ask(7).await.status(303);
        ask(8).await.status(429);
        app.mail_to("new7@example.org").await;
    }

    /// Nobody floods a mailbox by accounts of theirs, and learns nothing from what is dropped.
    async fn mails_to_an_address_are_limited_silently(app with [("throttle.enabled", "true")]) {
        let mut said = Vec::new();
        for n in 0..4 {
            let browser = app.confirmed_user(&format!("someone{n}@example.org")).await;
            said.push(asks_for(&browser, "flooded@example.org").await.text().replace(&format!("someone{n}"), "X"));
        }
        assert!(said.iter().all(|text| *text == said[0]), "{said:#?}");
        assert_eq!(app.mails_to("flooded@example.org").await.len(), 3);
    }
}
