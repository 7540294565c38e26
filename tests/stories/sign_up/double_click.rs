//! A button pressed twice, and a form sent again by a reload: one usable outcome.

use std::time::Duration;

use crate::support::*;

/// The form of the sign-up page, filled in.
async fn filled_in(browser: &Browser, email: &str) -> Page {
    let page = browser.open("/signup").await;
    page.fill("Email address", email).fill("Password", PASSWORD);
    page
}

stories! {
    async fn a_double_click_on_sign_up_sends_one_mail_that_fits_the_browser(app) {
        for nth in 0..4 {
            let email = format!("visitor{nth}@example.org");
            let ana = app.browser();
            let page = filled_in(&ana, &email).await;
            let (first, second) = tokio::join!(page.press("Sign up"), page.press("Sign up"));
            first.is_at("/signup/sent");
            second.is_at("/signup/sent");
            app.mails_are_sent().await;
            assert_eq!(app.mails_to(&email).await.len(), 1);
            let mail = app.mail_to(&email).await;
            if nth % 2 == 0 {
                // Signed in at once: the password chosen here counts.
                let link = mail.link();
                ana.open(&link).await.does_not_show("Password").submit(&link).await.status(200);
            } else {
                let page = ana.open("/signup/sent").await;
                page.fill("Code from the email", &mail.code()).press("Confirm address").await.status(200);
            }
            assert!(ana.session_token().is_some(), "{email}");
        }
    }

    /// The cookie of either answer may be the one that the browser keeps.
    async fn both_answers_to_a_double_click_give_the_same_cookie(app) {
        let ana = app.browser();
        ana.open("/signup").await;
        let fields = [("email", "ana@example.org"), ("password", PASSWORD)];
        let press = || ana.request(Method::POST, "/signup").form(&fields).send();
        let (first, second) = tokio::join!(press(), press());
        assert_eq!((first.status, second.status), (303, 303));
        let cookie = |answer: &Answer| {
            let lines = answer.set_cookies();
            let line = lines.iter().find(|line| line.starts_with("vestibule_signup_8000=")).expect("a cookie");
            line.split(';').next().unwrap().to_owned()
        };
        assert_eq!(cookie(&first), cookie(&second));
        app.mails_are_sent().await;
        assert_eq!(app.mails_to("ana@example.org").await.len(), 1);
        // Somebody else who types the same has a sign-up of their own.
        let other = app.browser().request(Method::POST, "/signup").form(&fields).send().await;
        assert_ne!(cookie(&first), cookie(&other));
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 2);
    }

    async fn a_form_that_is_sent_to_two_nodes_is_one_sign_up(database: Database) {
        let app = App::on(&database).start().await;
        let node = app.second_node().start().await;
        let ana = app.browser();
        let page = filled_in(&ana, "ana@example.org").await;
        let form = page.html.split("name=\"form\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let form = form.expect("the form has a value of its own").to_owned();
        page.press("Sign up").await.is_at("/signup/sent");
        let fields = [
            ("email", "ana@example.org"),
            ("password", PASSWORD),
            ("display_name", ""),
            ("form", form.as_str()),
        ];
        let secret = ana.cookie("vestibule_signup");
        ana.by_way_of(&node).post("/signup", &fields).await.is_at("/signup/sent");
        assert_eq!(ana.cookie("vestibule_signup"), secret);
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
    }

    /// Later it counts as asking for another mail; and the mail of a changed form belongs to what was changed.
    async fn a_form_that_is_sent_again_later_sends_another_mail(app) {
        let ana = app.browser();
        let page = filled_in(&ana, "ana@example.org").await;
        page.press("Sign up").await.is_at("/signup/sent");
        let first = app.mail_to("ana@example.org").await;
        app.advance(Duration::from_secs(61));
        page.press("Sign up").await.is_at("/signup/sent");
        app.mails_are_sent().await;
        assert_eq!(app.mails_to("ana@example.org").await.len(), 2);
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 1);
        ana.open(&first.link()).await.does_not_show("Password");
        page.fill("Password", OTHER_PASSWORD).press("Sign up").await.is_at("/signup/sent");
        assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 2);
    }

    async fn a_double_click_elsewhere_sends_one_mail_too(app with [("throttle.enabled", "true")]) {
        let ana = app.confirmed_user("ana@example.org").await;
        let forgetful = app.browser();
        let page = forgetful.open("/forgot-password").await;
        page.fill("Email address", "ana@example.org");
        let button = "Send me a link";
        let _ = tokio::join!(page.press(button), page.press(button));
        app.mails_are_sent().await;
        let links = async |path: &str| {
            let mails = app.mails_to("ana@example.org").await;
            mails.iter().flat_map(Mail::links).filter(|link| link.starts_with(path)).count()
        };
        assert_eq!(links("/reset-password/").await, 1);

        let page = ana.open("/account/delete").await;
        let button = "Delete my account";
        let _ = tokio::join!(page.press(button), page.press(button));
        app.mails_are_sent().await;
        assert_eq!(links("/not-me/").await, 1, "one mail that it is to be deleted");
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE status = 'deleting'").await, 1);
        // The way back is open.
        app.browser().sign_in("ana@example.org", PASSWORD).await.shows("Keep my account");
    }

    /// Both mails about another address lead to it.
    async fn a_double_click_on_another_address_leaves_a_link_that_works(app) {
        let ana = app.confirmed_user("ana@example.org").await;
        let page = ana.open("/account/email").await;
        page.fill("New email address", "new@example.org");
        let _ = tokio::join!(page.press("Send the link"), page.press("Send the link"));
        app.mails_are_sent().await;
        let link = app.mails_to("new@example.org").await.last().unwrap().link();
        ana.open(&link).await.submit(&link).await.status(200);
        assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'new@example.org'").await, 1);
    }
}
