//! Signing up: what comes by mail, where it leads, and what is left when many do it at once or something breaks.

mod confirm;
mod confirmation_links;
mod confirmation_mails;
mod double_click;
mod input;
mod pending;
mod pre_hijacking;

use futures::future::join_all;

use crate::support::*;

/// Somebody who wants to see a page, signs up for it, and is about to confirm.
async fn wants_to_see(app: &App, page: &str, email: &str) -> Browser {
    let browser = app.browser();
    let form = browser.open(&format!("/signup?next={page}")).await;
    form.fill("Email address", email).fill("Password", PASSWORD);
    form.press("Sign up").await.is_at("/signup/sent");
    browser
}

stories! {
    /// ASVS 6.4.1
    async fn the_mail_brings_a_link_and_a_code(app with [("site.name", "Corner Shop")]) {
        let ana = app.browser();
        let sent = ana.sign_up("ana@example.org").await;
        sent.status(200)
            .is_at("/signup/sent")
            .shows("Check your inbox")
            .shows("ana@example.org");
        assert!(sent.has_field("Code from the email"));

        let mail = app.mail_to("ana@example.org").await;
        assert_eq!(mail.subject, "Corner Shop: confirm your address");
        mail.says("Somebody signed up at Corner Shop with this address.");
        mail.says("within 24 hours")
            .says("within 10 minutes")
            .says(&mail.code())
            .says("Firefox on Linux");
        assert_eq!(mail.link().rsplit('/').next().unwrap().len(), 43, "256 random bits: {}", mail.link());
        assert!(mail.html.contains(&mail.link()), "{}", mail.html);
        assert_eq!(app.mailbox().await.len(), 1);
    }

    async fn the_mail_is_written_in_the_visitors_language(app) {
        app.browser().languages("de-AT,de;q=0.9").sign_up("ana@example.org").await;
        app.mail_to("ana@example.org")
            .await
            .says("Falls Sie das waren, öffnen Sie innerhalb von 24 Stunden diesen Link");
    }

    async fn the_requested_page_survives_until_the_link_is_used(app) {
        let ana = wants_to_see(&app, "/account%3Ffrom%3Dshop%26n%3D1", "ana@example.org").await;
        let link = app.mail_to("ana@example.org").await.link();
        let there = ana.open(&link).await.press("Confirm address").await;
        there
            .status(200)
            .is_at("/account?from=shop&n=1")
            .shows("Your address is confirmed and you are signed in.");
    }

    async fn the_requested_page_survives_until_the_code_is_typed(app) {
        let door = app.browser().open("/account?from=shop").await;
        let form = door.is_at("/login?next=/account%3Ffrom%3Dshop").click("Sign up").await;
        // Nor is it lost where something had to be put right.
        let again = form.press("Sign up").await;
        again
            .status(422)
            .fill("Email address", "ana@example.org")
            .fill("Password", PASSWORD);
        let sent = again.press("Sign up").await;
        let code = app.mail_to("ana@example.org").await.code();
        let there = sent.fill("Code from the email", &code).press("Confirm address").await;
        there
            .status(200)
            .is_at("/account?from=shop")
            .shows("Your address is confirmed and you are signed in.");
    }

    async fn no_sign_up_leads_to_another_site(app) {
        for (n, page) in [
            "//evil.example",
            "https:evil.example",
            "/%5Cevil.example",
            "/%09/evil.example",
        ]
        .iter()
        .enumerate()
        {
            let email = format!("ana{n}@example.org");
            let ana = wants_to_see(&app, page, &email).await;
            let link = app.mail_to(&email).await.link();
            ana.open(&link)
                .await
                .press("Confirm address")
                .await
                .status(200)
                .is_at("/account");
        }
    }

    async fn a_second_sign_up_replaces_the_shown_address(app) {
        let ana = app.browser();
        ana.sign_up("anna@example.org")
            .await
            .shows("anna@example.org")
            .click("Sign up again")
            .await
            .is_at("/signup");
        let sent = ana.sign_up("ana@example.org").await;
        sent.shows("ana@example.org").does_not_show("anna@example.org");
        let code = app.mail_to("ana@example.org").await.code();
        sent.fill("Code from the email", &code)
            .press("Confirm address")
            .await
            .is_at("/account");
    }

    async fn signed_in_users_are_redirected(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        ana.open("/signup").await.is_at("/account");
        ana.open("/signup/sent").await.is_at("/account");
        let fields = [("email", "bob@example.org"), ("password", PASSWORD)];
        ana.post("/signup", &fields).await.is_at("/account");
        app.no_mail_to("bob@example.org").await;
    }

    async fn sixteen_people_sign_up_at_once(app) {
        let all = join_all((0..16).map(|n| {
            let person = app.browser();
            async move { (person.sign_up(&format!("person{n}@example.org")).await, person) }
        }))
        .await;
        for (sent, _) in &all {
            sent.status(200).is_at("/signup/sent");
        }
        app.mails_are_sent().await;
        let confirmed = join_all(all.iter().enumerate().map(|(n, (_, person))| {
            let app = &app;
            async move {
                let link = app.mail_to(&format!("person{n}@example.org")).await.link();
                person.open(&link).await.submit(&link).await
            }
        }))
        .await;
        for page in &confirmed {
            page.status(200).is_at("/account");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'active'").await, 16);
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 16);
    }

    /// However many attempts there are, one address makes one account.
    async fn an_address_signs_up_twenty_times_at_once(app) {
        let everywhere: Vec<Browser> = (0..20).map(|_| app.browser()).collect();
        for sent in join_all(everywhere.iter().map(|browser| browser.sign_up("ana@example.org"))).await {
            sent.status(200).is_at("/signup/sent");
        }
        let mails = app.mails_to("ana@example.org").await;
        assert_eq!(mails.len(), 20);
        // Each browser knows only the code of its own attempt, and all of them hurry.
        let outcomes = join_all(everywhere.iter().flat_map(|browser| {
            mails.iter().take(4).map(move |mail| async move {
                let fields = [("code", mail.code())];
                let fields = [(fields[0].0, fields[0].1.as_str())];
                browser
                    .request(Method::POST, "/confirm-email")
                    .form(&fields)
                    .send()
                    .await
                    .status
            })
        }))
        .await;
        assert!(outcomes.iter().all(|status| [303, 422].contains(status)), "{outcomes:?}");
        let confirmed = outcomes.iter().filter(|status| **status == 303).count();
        assert_eq!(confirmed, 1, "{outcomes:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'active'").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 1);
    }

    /// ASVS 2.3.3
    async fn a_partial_failure_leaves_nothing_behind(app) {
        // Attempt and mail belong together: without a place for the mail there is no attempt.
        app.sql("ALTER TABLE mails RENAME TO mails_taken_away").await;
        app.browser().sign_up("ana@example.org").await.status(500);
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM sign_ups").await, 0);
        app.sql("ALTER TABLE mails_taken_away RENAME TO mails").await;

        // So do account, used link and session.
        let ana = app.browser();
        ana.sign_up("ana@example.org").await.status(200);
        let link = app.mail_to("ana@example.org").await.link();
        let page = ana.open(&link).await;
        app.sql("ALTER TABLE sessions RENAME TO sessions_taken_away").await;
        page.press("Confirm address").await.status(500);
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'pending'").await, 1);
        app.sql("ALTER TABLE sessions_taken_away RENAME TO sessions").await;
        ana.open(&link)
            .await
            .press("Confirm address")
            .await
            .status(200)
            .is_at("/account");
    }

    async fn closed_sign_up_refuses_everything(app with [("signup", "closed"), ("site.links.contact", "mailto:us@example.org")]) {
        let ana = app.browser();
        let page = ana.open("/signup").await;
        page.status(200)
            .shows("Sign-up is closed")
            .shows("If you already have an account, you can sign in as usual.");
        assert_eq!(page.link("Ask for an account").as_deref(), Some("mailto:us@example.org"));
        assert!(!page.has_field("Password"));
        for (email, password) in [("ana@example.org", PASSWORD), ("ana@example.org", "short"), ("", "")] {
            let answer = ana.post("/signup", &[("email", email), ("password", password)]).await;
            answer.status(200).shows("Sign-up is closed");
            assert!(!answer.has_field("Password"), "a form that leads nowhere");
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 0);
        app.no_mail_to("ana@example.org").await;
        let login = page.click("Sign in").await;
        login.is_at("/login");
        assert_eq!(login.link("Sign up"), None);
    }
}
