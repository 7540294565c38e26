//! Setting up an authenticator app, signing in with it, and turning it off.

use futures::future::join_all;

use super::*;
use crate::tokens::{claims, is_valid, number};

stories! {
    /// ASVS 6.3.3, 6.3.7, 7.2.4
    async fn an_app_is_set_up_and_asked_for_from_then_on(app) {
        let ana = app.confirmed_user(ANA).await;
        let elsewhere = app.signed_in(ANA).await;
        let token = elsewhere.session_token().unwrap();
        let before = ana.session_token().unwrap();
        let page = ana.open("/account").await.click("Security").await;
        page.is_at("/account/security").shows("protected by its password alone");
        let page = page.click("Set up an authenticator app").await;
        let phone = Phone::scans(page.is_at(SETUP));
        // Looking stores nothing, and each look is another secret.
        assert_eq!(app.count("SELECT COUNT(*) FROM totp_secrets").await, 0);
        assert_ne!(Phone::scans(&ana.open(SETUP).await).code(&app), phone.code(&app));
        assert_eq!(page.attribute("Code of the app", "autocomplete").as_deref(), Some("one-time-code"));
        assert!(page.html.contains("<img class=\"qr\" src=\"data:image/svg+xml,"), "{}", page.html);
        page.fill("Code of the app", &wrong(&app, &phone));
        let again = page.press("Turn on").await;
        again.status(422).shows("This code does not fit the secret on this page");
        // The same secret, so that the phone need not scan again.
        assert_eq!(Phone::scans(&again).code(&app), phone.code(&app));
        let code = phone.code(&app);
        again.fill("Code of the app", &format!("{} {}", &code[..3], &code[3..]));
        let page = again.press("Turn on").await;
        page.is_at(SETUP).shows("The authenticator app is set up").shows("10 recovery codes are left");
        assert!(!is_valid(&app.browser(), &token).await, "the session elsewhere began without it");
        assert!(!is_valid(&app.browser(), &before).await);
        assert_eq!(claims(&ana.session_token().unwrap())["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
        ana.open("/account/security").await.shows("Your account is well protected");
        let mail = app.mail_to(ANA).await;
        mail.says("an authenticator app").says("If that was not you, open this link");
        ana.open("/account/activity").await.shows("Authenticator app set up");
        ana.sign_out().await;

        // The password alone opens nothing; what was asked for survives.
        let page = ana.open("/account/sessions").await;
        page.fill("Email address", ANA).fill("Password", PASSWORD).check("Keep me signed in on this device");
        let page = page.press("Sign in").await;
        page.is_at("/login/two-factor?next=/account/sessions").shows(ANA);
        assert_eq!(ana.session_token(), None);
        // The code that set it up is used up.
        let page = page.fill("Code of the app", &code).press("Sign in").await;
        page.status(422).shows("This code is wrong, or it was used before.");
        let began = app.clock().now() / 1000;
        let page = page.fill("Code of the app", &phone.next(&app)).press("Sign in").await;
        page.is_at("/account/sessions").shows("You are signed in.");
        let token = ana.session_token().unwrap();
        assert_eq!(claims(&token)["amr"], serde_json::json!(["pwd", "otp", "mfa"]));
        assert!(number(&token, "auth_time") >= began + 30, "the time of the second step");
        assert!(ana.set_cookie_line("vestibule_session").is_some_and(|line| line.contains("Max-Age")), "kept");
        assert_eq!(ana.cookie("vestibule_pending"), None);
        let page = ana.open("/account/activity").await;
        page.shows("Second factor refused after the right password").does_not_show("no second factor followed");
    }

    /// ASVS 6.5.1, 2.3.4, 15.4.2
    async fn a_code_counts_once_on_all_nodes(app) {
        let (_, phone, _) = with_app(&app).await;
        let other = app.second_node().start().await;
        let mut browsers = Vec::new();
        for _ in 0..20 {
            browsers.push(half(&app).await);
        }
        let code = phone.next(&app);
        let answers = join_all(browsers.iter().enumerate().map(|(at, browser)| {
            let browser = if at % 2 == 0 { browser.clone() } else { browser.by_way_of(&other) };
            let code = code.clone();
            async move { types_code(&browser, &code).await }
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| is_in(answer)).count(), 1);
        assert!(answers.iter().all(|answer| [303, 422].contains(&answer.status)));
        // Nor later, in whatever form, nor one of an earlier step.
        let late = half(&app).await;
        types_code(&late, &code).await.status(422);
        types_code(&late, &format!(" {}-{} ", &code[..3], &code[3..])).await.status(422);
        let earlier = phone.code(&app);
        app.advance(Duration::from_secs(30));
        assert!(is_in(&types_code(&late, &phone.code(&app)).await));
        types_code(&half(&app).await, &earlier).await.status(422);
    }

    /// ASVS 6.5.8
    async fn codes_go_by_the_servers_clock(app) {
        let (_, phone, _) = with_app(&app).await;
        app.advance(Duration::from_mins(5));
        let early = phone.code(&app);
        app.advance(Duration::from_secs(90));
        let browser = half(&app).await;
        let then = browser.request(Method::POST, STEP).header("date", "Fri, 01 Jan 2027 00:00:00 GMT");
        then.form(&[("code", &*early)]).send().await.status(422);
        assert!(is_in(&types_code(&browser, &phone.code(&app)).await));
    }

    /// Whoever signs in at the moment of the first factor is asked for it, or is signed out by it.
    ///
    /// ASVS 2.3.4, 15.4.2
    async fn no_sign_in_slips_past_the_first_factor(app) {
        let ana = app.confirmed_user(ANA).await;
        let page = ana.open(SETUP).await;
        let phone = Phone::scans(&page);
        let (_, rest) = page.html.split_once("name=\"setup\" value=\"").unwrap();
        let setup = rest.split('"').next().unwrap().to_owned();
        let code = phone.code(&app);
        let enables = (0..5).map(|_| {
            let (copy, form) = (ana.stolen_by([127, 0, 0, 1]), [("setup", setup.clone()), ("code", code.clone())]);
            async move {
                let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
                copy.request(Method::POST, "/account/two-factor/enable").form(&form).send().await.status
            }
        });
        let signs_in = (0..10).map(|n| {
            let (browser, app) = (app.browser(), &app);
            async move {
                if n % 2 == 0 {
                    let form = [("email", ANA), ("password", PASSWORD)];
                    browser.request(Method::POST, "/login").form(&form).send().await.status
                } else {
                    crate::api::login(app, ANA, PASSWORD).await.status
                }
            }
        });
        let (statuses, _) = futures::future::join(join_all(enables), join_all(signs_in)).await;
        assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM totp_secrets").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 10);
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE methods = 'pwd'").await, 0);
    }

    async fn one_half_sign_in_is_completed_once(app) {
        let (_, phone, codes) = with_app(&app).await;
        let browser = half(&app).await;
        let code = phone.next(&app);
        let tries = [code.as_str(), &codes[0], &codes[1], &codes[2]];
        let answers = join_all(tries.map(|code| {
            let copy = browser.stolen_by([127, 0, 0, 1]);
            async move { types_code(&copy, code).await }
        }))
        .await;
        assert_eq!(answers.iter().filter(|answer| is_in(answer)).count(), 1);
        // The codes of the others are not used up.
        let left = app.count("SELECT COUNT(*) FROM recovery_codes").await;
        assert!(left >= 9, "{left} of ten are left");
    }

    async fn a_secret_of_another_page_account_or_time_is_refused(app) {
        let ana = app.confirmed_user(ANA).await;
        let bob = app.confirmed_user("bob@example.org").await;
        let page = ana.open(SETUP).await;
        let phone = Phone::scans(&page);
        let (_, rest) = page.html.split_once("name=\"setup\" value=\"").unwrap();
        let sealed = rest.split('"').next().unwrap().to_owned();
        let posts = async |browser: &Browser, sealed: &str| {
            let form = [("setup", sealed), ("code", &phone.code(&app))];
            let path = format!("{SETUP}/enable");
            browser.request(Method::POST, &path).form(&form).send().await
        };
        posts(&bob, &sealed).await.status(422);
        for other in ["", "x", &sealed[1..], &format!("{sealed}A"), &"A".repeat(5000)] {
            posts(&ana, other).await.status(422);
        }
        // Another sign-in of the same account.
        ana.sign_out().await;
        ana.sign_in(ANA, PASSWORD).await.status(200);
        posts(&ana, &sealed).await.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM totp_secrets").await, 0);
        sets_up(&app, &ana).await;
        // It is not set up twice.
        let answer = posts(&ana, &sealed).await;
        answer.status(422);
        assert_eq!(app.count("SELECT COUNT(*) FROM totp_secrets").await, 1);
    }

    /// ASVS 11.3.2, 13.3.1, 14.2.4, 16.2.5
    async fn neither_secret_nor_codes_are_stored_in_clear(app) {
        let (ana, phone, codes) = with_app(&app).await;
        let typed = BASE32_NOPAD.encode(&phone.0);
        let hex = data_encoding::HEXUPPER.encode(&phone.0);
        let export = ana.open("/account/export").await.answer().text();
        assert!(export.contains("\"kind\":\"totp\"") || export.contains("\"kind\": \"totp\""), "{export}");
        for row in app.everything_stored().await.iter().chain([&export]) {
            let upper = row.to_uppercase();
            assert!(!upper.contains(&typed) && !upper.contains(&hex), "{row}");
            for code in &codes {
                assert!(!upper.contains(code) && !upper.contains(&code.replace('-', "")), "{row}");
            }
        }
        // A secret of another account opens nothing here.
        app.confirmed_user("bob@example.org").await;
        let (id, bob) = (app.id_of(ANA).await, app.id_of("bob@example.org").await);
        app.sql(&format!("UPDATE totp_secrets SET user_id = '{bob}' WHERE user_id = '{id}'")).await;
        let browser = app.browser();
        let form = [("email", "bob@example.org"), ("password", PASSWORD)];
        browser.request(Method::POST, "/login").form(&form).send().await.status(303);
        types_code(&browser, &phone.next(&app)).await.status(422);
    }

    /// ASVS 6.3.7, 6.5.6
    async fn turned_off_it_is_not_asked_for_any_more(app) {
        let (ana, phone, codes) = with_app(&app).await;
        let token = ana.session_token().unwrap();
        let page = ana.open(SETUP).await.press("Turn off the authenticator app").await;
        page.is_at(SETUP).shows("The authenticator app is turned off");
        assert!(!is_valid(&app.browser(), &token).await);
        app.mail_to(ANA).await.says("takes only the password from now on");
        for table in ["totp_secrets", "recovery_codes", "half_sign_ins", "remembered_browsers"] {
            assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
        }
        app.browser().sign_in(ANA, PASSWORD).await.is_at("/account");
        // Set up again it has another secret, and other codes.
        let (new_phone, new_codes) = sets_up(&app, &ana).await;
        assert_ne!(new_phone.0, phone.0);
        assert!(new_codes.iter().all(|code| !codes.contains(code)));
        types_code(&half(&app).await, &codes[0]).await.status(422);
    }

    /// A new password, by a link or with the old one, another address, and "That was not me" remove no factor.
    ///
    /// ASVS 6.4.3, 6.4.4
    async fn nothing_else_gets_past_it(app) {
        let (ana, phone, codes) = with_app(&app).await;
        let notice = app.mail_to(ANA).await.link();
        let asks = async |password: &str| {
            let browser = app.browser();
            let form = [("email", ANA), ("password", password)];
            let answer = browser.request(Method::POST, "/login").form(&form).send().await;
            assert!(answer.status(303).location().unwrap().starts_with(STEP));
            assert_eq!(browser.session_token(), None);
            browser.open("/account").await.is_at("/login?next=/account");
        };
        asks(PASSWORD).await;
        app.browser().open("/forgot-password").await.fill("Email address", ANA).press("Send me a link").await;
        let link = until("a link", async || {
            app.mails_to(ANA).await.iter().find_map(|mail| mail.links().into_iter().find(|link| link.starts_with("/reset-password/")))
        })
        .await;
        let browser = app.browser();
        browser.open(&link).await.fill_name("password", OTHER_PASSWORD).submit("/reset-password").await.is_at("/login");
        assert_eq!(browser.session_token(), None);
        ana.open("/account").await.is_at("/login?next=/account");
        asks(OTHER_PASSWORD).await;
        app.browser().open(&notice).await.press("Sign everybody out").await.status(200);
        let ran = app.vestibule(["user", "reset-link", ANA]).await;
        let link = ran.succeeds().stdout.trim().to_owned();
        let path = link.split_once("/reset-password/").map(|(_, token)| format!("/reset-password/{token}")).unwrap();
        app.browser().open(&path).await.fill_name("password", PASSWORD).submit("/reset-password").await.is_at("/login");
        asks(PASSWORD).await;
        app.vestibule(["user", "set-email", ANA, "ana2@example.org"]).await.succeeds();
        app.vestibule(["user", "set-email", "ana2@example.org", ANA]).await.succeeds();
        asks(PASSWORD).await;
        app.vestibule(["user", "disable", ANA]).await.succeeds();
        app.vestibule(["user", "enable", ANA]).await.succeeds();
        asks(PASSWORD).await;
        app.sql("UPDATE users SET status = 'deleting', deletion_at = 9999999999999").await;
        asks(PASSWORD).await;
        app.sql("UPDATE users SET status = 'active', deletion_at = NULL").await;
        assert_eq!(app.count("SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 10);
        let browser = half(&app).await;
        assert!(is_in(&types_code(&browser, &phone.next(&app)).await));
        assert!(is_in(&types_code(&half(&app).await, &codes[3]).await));
    }

    async fn a_thiefs_app_goes_with_the_thiefs_address(app) {
        let ana = app.confirmed_user(ANA).await;
        let page = ana.open("/account/email").await;
        page.fill("New email address", "thief@example.org").submit("/account/email").await.status(200);
        let link = app.mail_to("thief@example.org").await.link();
        ana.open(&link).await.submit(&link).await.status(200);
        let undo = app.mail_to(ANA).await.link();
        sets_up(&app, &ana).await;
        app.browser().open(&undo).await.press("Take the address back").await.status(200);
        assert_eq!(app.count("SELECT COUNT(*) FROM totp_secrets").await, 0);
        assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 0);
    }

    async fn the_owners_app_stays_when_an_address_is_taken_back(app) {
        let (ana, ..) = with_app(&app).await;
        app.advance(Duration::from_mins(1));
        let page = ana.open("/account/email").await;
        page.fill("New email address", "new@example.org").submit("/account/email").await.status(200);
        let link = app.mail_to("new@example.org").await.link();
        ana.open(&link).await.submit(&link).await.status(200);
        let undo = app.mail_to(ANA).await.link();
        app.browser().open(&undo).await.press("Take the address back").await.status(200);
        assert_eq!(app.count("SELECT COUNT(*) FROM totp_secrets").await, 1);
        assert_eq!(app.count("SELECT COUNT(*) FROM recovery_codes").await, 10);
    }

    async fn the_site_and_the_address_are_in_the_uri_in_one_form(app with [("site.name", "Café: Ü 100% & more")]) {
        let ana = app.confirmed_user("ana+x@example.org").await;
        let uri = ana.open(SETUP).await.link("Open in an app on this device").unwrap();
        let label = "Caf%C3%A9%20%C3%9C%20100%25%20%26%20more";
        assert!(uri.starts_with(&format!("otpauth://totp/{label}:ana%2Bx%40example.org?secret=")), "{uri}");
        assert!(uri.ends_with(&format!("&issuer={label}")), "{uri}");
    }

    /// ASVS 13.3.4
    async fn a_new_master_secret_seals_anew_what_is_used(app) {
        let (_, phone, _) = with_app(&app).await;
        let sealed = async || {
            let row: (Vec<u8>,) = sqlx::query_as("SELECT sealed FROM totp_secrets").fetch_one(app.pool()).await.unwrap();
            row.0
        };
        let before = sealed().await;
        let secret = data_encoding::BASE64.encode(&vestibule::tokens::email_tokens::random::<32>());
        let previous = format!("[\"{}\"]", app.setting("secret_key"));
        let node = app.second_node().settings([("secret_key", secret), ("previous_secret_keys", previous)]).start().await;
        let browser = app.browser().by_way_of(&node);
        types_password(&browser).await;
        assert!(is_in(&types_code(&browser, &phone.next(&app)).await));
        // The name of the master secret is another one.
        assert_ne!(before[..6], sealed().await[..6]);
    }
}
