//! Signing in by a mailed code or link.

use std::time::Duration;

use futures::future::join_all;

use crate::db::unavailable::{bring_back, take_away};
use crate::factors::sets_up;
use crate::support::*;
use crate::tokens::claims;

const ANA: &str = "ana@example.org";
const HERE: &str = "/login/code";
const ON: [(&str, &str); 2] = [("signup", "open"), ("signin.email_code", "true")];

/// Asks for a code. The answer, not followed.
async fn asks(browser: &Browser, email: &str) -> Answer {
    browser.request(Method::POST, HERE).form(&[("email", email)]).send().await
}

async fn types(browser: &Browser, code: &str) -> Answer {
    browser
        .request(Method::POST, HERE)
        .form(&[("step", "code"), ("code", code)])
        .send()
        .await
}

/// The newest mail with a code that is none of these.
async fn mail(app: &App, email: &str, before: usize) -> Mail {
    until("a mail with a code", async || {
        let mut mails: Vec<Mail> = app
            .mails_to(email)
            .await
            .into_iter()
            .filter(|mail| link_of(mail).is_some())
            .collect();
        (mails.len() > before).then(|| mails.remove(0))
    })
    .await
}

fn link_of(mail: &Mail) -> Option<String> {
    mail.links().into_iter().find(|link| link.starts_with("/login/code/"))
}

/// A browser that asked, and its mail.
async fn asked(app: &App) -> (Browser, Mail) {
    let before = app.mails_to(ANA).await.iter().filter(|mail| link_of(mail).is_some()).count();
    let browser = app.browser();
    let answer = asks(&browser, ANA).await;
    assert!(answer.status(303).location().unwrap().starts_with(HERE));
    let mail = mail(app, ANA, before).await;
    (browser, mail)
}

fn is_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.location().is_some_and(|to| to.starts_with("/account"))
}

stories! {
    /// ASVS 6.3.3, 6.6.2
    async fn a_code_signs_in_once(app with ON) {
        app.confirmed_user(ANA).await;
        let browser = app.browser();
        let page = browser.open("/login?next=/account/sessions").await.click("Sign in with a code by email").await;
        page.fill("Email address", ANA);
        let page = page.press("Send me a code").await;
        page.is_at("/login/code?next=/account/sessions").shows("Check your inbox").shows(ANA);
        let code = mail(&app, ANA, 0).await.code();
        page.fill("Code from the email", &code.to_lowercase().replace('-', " "));
        page.press("Sign in").await.is_at("/account/sessions");
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], serde_json::json!(["mca"]));
        browser.open("/account/activity").await.shows("Code from an email used to sign in");
        // It is no proof for a sensitive action.
        browser.open("/account/email").await.is_at("/login/confirm?next=/account/email");
        types(&app.browser(), &code).await.status(422);
        types(&browser, &code).await.status(422);
        assert!(browser.cookie("vestibule_code").is_none());
    }

    async fn a_link_shows_a_button_and_works_in_that_browser_alone(app with ON) {
        app.confirmed_user(ANA).await;
        let (browser, mail) = asked(&app).await;
        let link = link_of(&mail).unwrap();
        // Whoever opens it elsewhere, as a scanner of mails does, changes nothing.
        let other = app.browser();
        other.open(&link).await.status(200).shows("works only in the browser where you asked");
        let posted = other.request(Method::POST, &link).form(&[]).send().await;
        assert!(posted.status(200).text().contains("works only in the browser"));
        other.request(Method::POST, &link).form(&[]).send().await;
        assert_eq!(other.session_token(), None);
        let page = browser.open(&link).await;
        page.status(200).shows("The button signs you in").shows(ANA);
        assert_eq!(browser.session_token(), None);
        page.press("Sign in").await.is_at("/account");
        browser.open(&link).await.status(200).shows("Already done");
        app.browser().open(&link).await.status(200).shows("Already done");
        types(&browser, &mail.code()).await.status(422);
        // Forged ones.
        for token in ["", "x", &"A".repeat(43), "%00", &"é".repeat(43)] {
            browser.open(&format!("/login/code/{token}x")).await.status(404);
        }
    }

    /// ASVS 6.6.3
    async fn five_tries_and_ten_minutes(app with ON) {
        app.confirmed_user(ANA).await;
        let (browser, first) = asked(&app).await;
        for code in ["", " ", "BBBB-BBBB", "bbbbbbbb", "1", &"B".repeat(5000)] {
            types(&browser, code).await.status(422);
        }
        // Two of these were empty, so there was one more.
        types(&browser, &first.code()).await.status(303);
        app.advance(Duration::from_hours(1));
        let (browser, second) = asked(&app).await;
        for _ in 0..5 {
            types(&browser, &first.code()).await.status(422);
        }
        types(&browser, &second.code()).await.status(422);
        assert_eq!(browser.open(&link_of(&second).unwrap()).await.answer().status, 410);
        app.advance(Duration::from_hours(1));
        let (browser, third) = asked(&app).await;
        app.advance(Duration::from_secs(599));
        browser.open(&link_of(&third).unwrap()).await.status(200);
        app.advance(Duration::from_secs(1));
        types(&browser, &third.code()).await.status(422);
        browser.open(&link_of(&third).unwrap()).await.status(410).shows("This link is over");
    }

    /// ASVS 6.3.8
    async fn an_unknown_address_gets_the_same_answers(app with ON) {
        app.confirmed_user(ANA).await;
        app.confirmed_user("dora@example.org").await;
        app.vestibule(["user", "disable", "dora@example.org"]).await.succeeds();
        app.browser().sign_up("waiting@example.org").await;
        let known = app.browser();
        let told = asks(&known, ANA).await;
        let page = known.open(HERE).await.html;
        for email in ["nobody@example.org", "dora@example.org", "waiting@example.org"] {
            let browser = app.browser();
            let answer = asks(&browser, email).await;
            assert_eq!((answer.status, answer.location(), answer.body.len()), (told.status, told.location(), told.body.len()));
            assert_eq!(browser.open(HERE).await.html.replace(email, ANA), page);
            let (own, theirs) = (types(&known, "BBBB-BBBB").await, types(&browser, "BBBB-BBBB").await);
            assert_eq!(theirs.text().replace(email, ANA), own.text());
            assert_eq!(theirs.status, 422);
        }
        mail(&app, ANA, 0).await;
        for email in ["nobody@example.org", "dora@example.org"] {
            assert!(app.mails_to(email).await.iter().all(|mail| link_of(mail).is_none()), "{email}");
        }
        asks(&app.browser(), "no address").await.status(422);
    }

    async fn mails_are_limited_by_recipient(app with [&ON[..], &[("throttle.enabled", "true")]].concat()) {
        app.confirmed_user(ANA).await;
        for email in [ANA, "nobody@example.org"] {
            let browser = app.browser();
            asks(&browser, email).await.status(303);
            asks(&browser, email).await.status(429);
        }
        for _ in 0..8 {
            asks(&app.browser(), ANA).await.status(303);
        }
        mail(&app, ANA, 0).await;
        let queued = app.count("SELECT COUNT(*) FROM mails WHERE kind = 'sign_in_code' AND recipient = 'ana@example.org'").await;
        assert!((1..=3).contains(&queued), "{queued}");
    }

    /// ASVS 6.3.3
    async fn the_second_factor_is_asked_for(app with ON) {
        let ana = app.confirmed_user(ANA).await;
        let (phone, codes) = sets_up(&app, &ana).await;
        let (browser, mail) = asked(&app).await;
        let answer = types(&browser, &mail.code()).await;
        assert_eq!(answer.status(303).location().map(|to| to.split('?').next().unwrap()), Some("/login/two-factor"));
        assert_eq!(browser.session_token(), None);
        browser.open("/account").await.is_at("/login?next=/account");
        let form = [("code", &*phone.next(&app)), ("remember_browser", "on")];
        assert!(is_in(&browser.request(Method::POST, "/login/two-factor").form(&form).send().await));
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], serde_json::json!(["mca", "otp", "mfa"]));
        browser.open("/account/email").await.is_at("/login/confirm?next=/account/email");
        // A remembered browser is enough for the second, and the mail for the first.
        browser.sign_out().await;
        app.advance(Duration::from_hours(1));
        asks(&browser, ANA).await.status(303);
        let again = mail_after(&app, &mail).await;
        assert!(is_in(&types(&browser, &again.code()).await));
        assert_eq!(claims(&browser.session_token().unwrap())["amr"], serde_json::json!(["mca", "mfa"]));
        assert_eq!(codes.len(), 10);
    }

    async fn what_changes_the_account_ends_it(app with ON) {
        let ana = app.confirmed_user(ANA).await;
        let (browser, mail) = asked(&app).await;
        app.advance(Duration::from_secs(1));
        let form = [("current_password", PASSWORD), ("password", OTHER_PASSWORD)];
        ana.request(Method::POST, "/account/password").form(&form).send().await.status(303);
        types(&browser, &mail.code()).await.status(422);
        let (browser, mail) = { app.advance(Duration::from_hours(1)); asked(&app).await };
        app.vestibule(["user", "disable", ANA]).await.succeeds();
        types(&browser, &mail.code()).await.status(422);
        app.vestibule(["user", "enable", ANA]).await.succeeds();
        let (browser, mail) = { app.advance(Duration::from_hours(1)); asked(&app).await };
        app.vestibule(["user", "set-email", ANA, "new@example.org"]).await.succeeds();
        types(&browser, &mail.code()).await.status(422);
        app.vestibule(["user", "delete", "new@example.org"]).await.succeeds();
        types(&browser, &mail.code()).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM sign_in_codes WHERE user_id IS NOT NULL").await, 0);
    }

    async fn twenty_at_once_are_one_sign_in(app with ON) {
        app.confirmed_user(ANA).await;
        let before = app.count("SELECT COUNT(*) FROM sessions").await;
        let (browser, mail) = asked(&app).await;
        let code = mail.code();
        let answers = join_all((0..20).map(|_| types(&browser, &code))).await;
        assert_eq!(answers.iter().filter(|answer| is_in(answer)).count(), 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, before + 1);
    }

    async fn while_the_database_is_away_nobody_gets_in(app with ON) {
        app.confirmed_user(ANA).await;
        let (browser, mail) = asked(&app).await;
        take_away(&app).await;
        let answer = types(&browser, &mail.code()).await;
        assert!(!is_in(&answer) || app.database().backend() == Backend::Sqlite, "{}", answer.status);
        bring_back(&app).await;
    }

    async fn a_cross_site_post_asks_for_nothing(app with ON) {
        app.confirmed_user(ANA).await;
        let request = app.browser().request(Method::POST, HERE).form(&[("email", ANA)]);
        request.forged_by("https://evil.test").send().await.status(403);
        assert_eq!(app.count("SELECT COUNT(*) FROM sign_in_codes").await, 0);
    }

    async fn it_is_off_unless_the_settings_say_so(app) {
        app.confirmed_user(ANA).await;
        let browser = app.browser();
        browser.open("/login").await.does_not_show("code by email");
        for path in [HERE, "/login/code/x"] {
            browser.open(path).await.status(404);
            browser.request(Method::POST, path).form(&[("email", ANA)]).send().await.status(404);
        }
        assert_eq!(app.count("SELECT COUNT(*) FROM mails WHERE kind = 'sign_in_code'").await, 0);
    }
}

/// The first mail with a code after another one.
async fn mail_after(app: &App, earlier: &Mail) -> Mail {
    until("another code", async || {
        let mails = app.mails_to(ANA).await;
        mails
            .into_iter()
            .find(|mail| link_of(mail).is_some_and(|link| Some(link) != link_of(earlier)))
    })
    .await
}
