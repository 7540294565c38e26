//! Asking for a link to a new password: what goes out to whom, and what a stranger who asks cannot do.

use std::time::Duration;

use crate::support::*;

const ANA: &str = "ana@example.org";
const ASKED: &str = "If there is an account with this address, an email with a link is on its way.";

/// Asks by the page, as somebody who is nowhere signed in.
pub async fn asks(app: &App, email: &str) -> Page {
    let page = app.browser().open("/forgot-password").await;
    page.fill("Email address", email).press("Send me a link").await
}

/// Asks, and gives the path of the link that comes.
pub async fn asks_for_a_link(app: &App, email: &str) -> String {
    // Of two mails that are under way at once either may come first.
    app.mails_are_sent().await;
    asks(app, email).await.status(200).is_at("/forgot-password").shows(ASKED);
    let mail = app.mail_to(email).await;
    assert_eq!(mail.subject, "Vestibule: choose a new password", "{mail:#?}");
    mail.link()
}

stories! {
    async fn the_sign_in_page_leads_to_a_link_by_mail(app) {
        let ana = app.confirmed_user(ANA).await;
        ana.sign_out().await;
        let refused = ana.sign_in(ANA, OTHER_PASSWORD).await;
        let page = refused.click("Forgot your password?").await;
        page.is_at("/forgot-password?email=ana%40example.org");
        assert_eq!(page.value("Email address"), ANA, "what was typed comes along");
        page.press("Send me a link").await.is_at("/forgot-password").shows(ASKED);
        let mail = app.mail_to(ANA).await;
        assert_eq!(mail.subject, "Vestibule: choose a new password");
        mail.says("Somebody asked for a new password at Vestibule for this address.")
            .says("within 30 minutes")
            .says("Firefox on Linux")
            .says("Your password stays as it is.");
        assert!(mail.link().starts_with("/reset-password/"), "{}", mail.link());
        let noted = "SELECT event FROM activity ORDER BY at DESC, id LIMIT 1";
        assert_eq!(app.texts(noted).await, ["password_reset_requested"]);
    }

    /// Whatever else has just happened, nothing is on its way yet.
    async fn only_a_request_shows_the_inbox_page(app) {
        let visitor = app.browser();
        let page = visitor.open("/forgot-password").await.press("Deutsch").await;
        page.is_at("/forgot-password").shows("Die Sprache ist jetzt Deutsch.").does_not_show("Schauen Sie in Ihr Postfach");
        let page = page.press("English").await.fill("Email address", ANA).press("Send me a link").await;
        page.shows(ASKED).shows("No email yet?");
        assert_eq!(page.title(), format!("{ASKED} · Check your inbox · Vestibule"));
        page.fill("Email address", ANA).press("Send the email again").await.shows(ASKED);
        visitor.open("/forgot-password").await.does_not_show("Check your inbox").shows("Forgot your password?");
    }

    /// A typing mistake must be seen, whether or not the address has an account.
    async fn the_address_is_shown_only_in_the_browser_that_typed_it(app) {
        app.confirmed_user(ANA).await;
        for typed in [ANA, "ana@exmaple.org"] {
            let visitor = app.browser();
            let page = visitor.open("/forgot-password").await.fill("Email address", typed).press("Send me a link").await;
            page.is_at("/forgot-password").shows("This is the address that was given:").part("No email yet?");
            page.shows(typed);
            assert_eq!(page.url.query(), None, "no address stands in a URL");
            assert_eq!(page.value("Email address"), typed, "so that it can be corrected");
            let line = visitor.set_cookie_line("vestibule_sent_to").unwrap();
            assert!(line.contains("HttpOnly") && line.contains("Max-Age=600"), "{line}");
            visitor.open("/forgot-password").await.does_not_show(typed);
            app.browser().open("/forgot-password").await.does_not_show(typed);
            let corrected = page.fill("Email address", ANA).press("Send the email again").await;
            corrected.shows(ASKED).shows(ANA);
        }
        // What is put there by hand is no address, and shown as nothing.
        let visitor = app.browser();
        for odd in ["%%%", "PGI-eDwvYj4", ""] {
            visitor.set_cookie("vestibule_sent_to", odd);
            visitor.post("/forgot-password", &[("email", ANA)]).await.shows(ASKED);
            visitor.set_cookie("vestibule_sent_to", odd);
            visitor.set_cookie("vestibule_flash", "flash-password-reset-requested");
            visitor.open("/forgot-password").await.status(200).does_not_show("This is the address");
        }
    }

    async fn every_password_form_links_to_forgot_password(app) {
        let ana = app.confirmed_user(ANA).await;
        for path in ["/login/confirm", "/account/password"] {
            let page = ana.open(path).await.click("Forgot your password?").await;
            page.status(200).is_at("/forgot-password?email=ana%40example.org");
            assert_eq!(page.value("Email address"), ANA);
        }
        // Who signs up a second time has perhaps forgotten.
        app.browser().sign_up(ANA).await;
        let mail = app.mail_to(ANA).await;
        assert!(mail.links().iter().any(|link| link == "/forgot-password"), "{mail:#?}");
        mail.says("If you forgot your password");
    }

    async fn an_invalid_address_is_reported(app) {
        let page = asks(&app, "nobody").await;
        page.status(422);
        assert_eq!(page.field_error("Email address").as_deref(), Some("Enter an email address like name@example.org."));
        assert_eq!(page.value("Email address"), "nobody");
        app.browser().post("/forgot-password", &[]).await.status(422).shows("Enter your email address.");
        app.no_mail_to("nobody").await;
        assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 0);
    }

    /// Where there is nobody, nobody is written to; where the account is disabled, its owner is told.
    async fn the_mail_depends_on_the_account(app) {
        asks(&app, "eve@example.org").await.shows(ASKED);
        app.no_mail_to("eve@example.org").await;
        assert_eq!(app.count("SELECT COUNT(*) FROM email_tokens").await, 0);

        app.confirmed_user(ANA).await;
        app.vestibule(["user", "disable", ANA]).await.succeeds();
        asks(&app, ANA).await.shows(ASKED);
        let mail = app.mail_to(ANA).await;
        assert_eq!(mail.subject, "Vestibule: your account is disabled");
        mail.says("The account is disabled, so there is no link.");
        assert!(!mail.text.contains("/reset-password"), "{mail:#?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'password_reset'").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM activity WHERE event = 'password_reset_requested'").await, 1);
    }

    /// Not in the language of whoever asks.
    async fn the_mail_is_in_the_owners_language(app) {
        let owner = app.browser().languages("de");
        owner.sign_up(ANA).await;
        let link = app.mail_to(ANA).await.link();
        owner.open(&link).await.submit(&link).await.status(200);
        asks(&app, ANA).await.shows(ASKED);
        let mail = app.mail_to(ANA).await;
        assert_eq!(mail.subject, "Vestibule: Wählen Sie ein neues Passwort");
        mail.says("ein neues Passwort angefordert").says("innerhalb von 30 Minuten");
        let link = mail.link();
        let page = owner.open(&link).await;
        page.status(200).shows("Wählen Sie ein neues Passwort").shows(ANA);
        page.fill("Neues Passwort", OTHER_PASSWORD).press("Passwort festlegen").await.shows("Ihr neues Passwort gilt.");
        let notice = app.mail_to(ANA).await;
        assert_eq!(notice.subject, "Vestibule: Ihr Passwort wurde geändert");
        notice.says("hat ein neues Passwort").says("innerhalb von 7 Tagen");

        app.vestibule(["user", "disable", ANA]).await.succeeds();
        asks(&app, ANA).await.shows(ASKED);
        app.mail_to(ANA).await.says("Das Konto ist gesperrt");
    }

    /// Somebody who keeps asking in her name: her mailbox is not flooded, her links stay good, and nothing of hers changes.
    ///
    /// ASVS 2.4.1, 6.3.1
    async fn repeated_requests_by_a_stranger_are_limited(app with [("throttle.enabled", "true")]) {
        let ana = app.confirmed_user(ANA).await;
        ana.sign_out().await;
        app.advance(Duration::from_hours(2));
        ana.sign_in(ANA, PASSWORD).await.is_at("/account");
        let session = ana.session_token();
        let hers = asks_for_a_link(&app, ANA).await;
        let before = app.mails_to(ANA).await.len();
        let stranger = app.browser();
        let ask = async || {
            let form = stranger.request(Method::POST, "/forgot-password").form(&[("email", ANA)]);
            form.send().await
        };
        ask().await.status(303);
        let hasty = ask().await;
        assert!(hasty.status(429).header("retry-after").is_some());
        for _ in 0..8 {
            // Or a mail that is on its way would be taken for one that its courier has lost.
            app.mails_are_sent().await;
            app.advance(Duration::from_mins(1));
            ask().await.status(303);
        }
        assert_eq!(app.mails_to(ANA).await.len(), before + 2, "three at once, hers included");
        // Whoever asks for many addresses is stopped, too.
        let mut statuses = Vec::new();
        for n in 0..12 {
            let email = format!("user{n}@example.org");
            let form = stranger.request(Method::POST, "/forgot-password").form(&[("email", &email)]);
            statuses.push(form.send().await.status);
        }
        assert_eq!((statuses[0], statuses[11]), (303, 429), "{statuses:?}");

        ana.open("/account").await.is_at("/account");
        assert_eq!(ana.session_token(), session);
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
        let page = app.browser().open(&hers).await;
        page.fill("New password", OTHER_PASSWORD).press("Set password").await.is_at("/login");
    }

    /// Sign-ups and their mails do not use up what a forgetful owner may ask for.
    async fn a_reset_can_be_requested_right_after_a_second_sign_up(app with [("throttle.enabled", "true")]) {
        app.confirmed_user(ANA).await;
        let forgetful = app.browser();
        forgetful.sign_up(ANA).await.is_at("/signup/sent");
        forgetful.post("/forgot-password", &[("email", ANA)]).await.status(200).shows(ASKED);
        let mails = app.mails_to(ANA).await;
        assert!(mails.iter().any(|mail| mail.text.contains("asked for a new password")), "{mails:#?}");
    }

    /// Other mails that a stranger causes do not use up the way back in: a mailbox may get a few of them, and still the link.
    async fn a_strangers_request_keeps_the_owners_link_valid(app with [("throttle.enabled", "true")]) {
        app.confirmed_user(ANA).await;
        for n in 0..6 {
            let stranger = app.browser();
            stranger.sign_up(if n % 2 == 0 { ANA } else { "ana+1@example.org" }).await.is_at("/signup/sent");
        }
        for tag in ["ana+2@example.org", "ana+3@example.org", "ana+4@example.org"] {
            app.browser().post("/forgot-password", &[("email", tag)]).await.status(200);
        }
        app.mails_are_sent().await;
        app.browser().post("/forgot-password", &[("email", ANA)]).await.status(200);
        assert!(app.mails_to(ANA).await.iter().any(|mail| mail.text.contains("/reset-password/")));
    }

    /// What a mail says is decided when it goes out: one that was asked for under the old password says nothing any more.
    async fn a_late_mail_is_not_sent_after_a_password_change(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let app = App::on(&database).smtp(&smtp).start().await;
        let ana = app.confirmed_user(ANA).await;
        smtp.behave(Behaviour::FailFirst(1));
        app.browser().post("/forgot-password", &[("email", ANA)]).await.status(200);
        until("the mail server refuses", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE last_error IS NOT NULL").await == 1).then_some(())
        })
        .await;
        let fields = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
        ana.post("/account/password", &fields).await.shows("Your password is changed.");
        app.advance(Duration::from_mins(2));
        app.mails_are_sent().await;
        let subjects: Vec<String> = app.mailbox().await.into_iter().map(|mail| mail.subject).collect();
        assert_eq!(subjects, ["Vestibule: your password was changed", "Vestibule: confirm your address"]);
        // The token that the failed try had made was voided with the change.
        let open = format!("SELECT COUNT(*) FROM email_tokens WHERE purpose = 'password_reset' AND expires_at > {}", app.clock().now());
        assert_eq!(app.count(&open).await, 0);
    }

    /// Each try makes a link of its own, whose time starts then.
    async fn a_late_mail_has_a_fresh_link(database: Database) {
        let smtp = Smtp::start(Behaviour::Accept);
        let app = App::on(&database).smtp(&smtp).start().await;
        app.confirmed_user(ANA).await;
        smtp.behave(Behaviour::FailFirst(1));
        app.browser().post("/forgot-password", &[("email", ANA)]).await.status(200);
        until("the mail server refuses", async || {
            (app.count("SELECT COUNT(*) FROM mails WHERE last_error IS NOT NULL").await == 1).then_some(())
        })
        .await;
        app.advance(Duration::from_mins(40));
        let link = smtp.wait_for(2).await.pop().unwrap().mail.link();
        let page = app.browser().open(&link).await;
        page.fill("New password", OTHER_PASSWORD).press("Set password").await.is_at("/login");
    }
}
